import Studies

extension CohortReport {
    /// Cells, cytokines, drugs and laboratory values, with bands over patients; one figure a quantity, arms together.
    var mechanism: Report.Section {
        var blocks: [Report.Block] = [
            .paragraph(
                "Lines are medians over the patients on study that day, dark bands hold half of them, light bands nine in ten.")
        ]
        for group in Band.Group.allCases {
            let ids = result.arms.flatMap { $0.bands.filter { $0.group == group }.map(\.id) }.uniqued()
            for id in ids {
                let members = result.arms.compactMap { arm in arm.bands.first { $0.id == id }.map { (arm.name, $0) } }
                guard let band = members.first?.1 else { continue }
                blocks.append(
                    .figure(.bands(
                        id: "band-\(safe(id))", title: band.meaning.capitalisedFirst,
                        caption: "\(id) in \(band.unit). Patients leave at the end of their follow-up.", quantity: band.unit,
                        bands: members.map { .init(series: $0.0, days: $0.1.days, quantiles: $0.1.quantiles) },
                        logarithmic: group == .cells || spansDecades(members.map(\.1)))))
            }
        }
        return .init("What happens inside", blocks)
    }

    /// A logarithmic axis where the medians of one quantity differ more than thirtyfold.
    private func spansDecades(_ bands: [Band]) -> Bool {
        let medians = bands.flatMap { $0.quantiles.count == 5 ? $0.quantiles[2] : [] }.filter { $0 > 0 && $0.isFinite }
        guard let low = medians.min(), let high = medians.max() else { return false }
        return high > 30 * low
    }

    private func safe(_ id: String) -> String { String(id.map { $0.isLetter || $0.isNumber ? $0 : "-" }) }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
