import Studies

extension CohortReport {
    /// Simulated beside real patients, both passed through the same filter.
    var realPatients: Report.Section {
        var courses: [Figure.ComparedCourse] = []
        var groups: [(panel: String, source: String, best: [Double])] = []
        var rows: [[String]] = []
        for observed in result.observed {
            let panel = "\(observed.simulatedArm)"
            courses += observed.courses.map {
                .init(panel: panel, source: "real (\(observed.trial))", patient: $0.patient, days: $0.days, percentChange: $0.percentChange)
            }
            groups.append((panel, "real (\(observed.trial))", observed.courses.map(\.bestChange)))
            rows.append(row(panel, "real (\(observed.trial))", observed.courses.count, observed.bestChangeQuartiles, nil, nil))
            guard let filtered = result.arms.first(where: { $0.name == observed.simulatedArm })?.filtered else { continue }
            courses += filtered.courses.prefix(max(80, observed.courses.count)).map {
                .init(panel: panel, source: "simulated", patient: $0.patient, days: $0.days, percentChange: $0.percentChange)
            }
            groups.append((panel, "simulated", filtered.courses.map(\.bestChange)))
            rows.append(row(panel, "simulated", filtered.courses.count, filtered.bestChangeQuartiles, filtered.distance, filtered.distanceTarget))
        }
        let sources = ["simulated"] + result.observed.map { "real (\($0.trial))" }.uniqued()
        let filter = result.arms.lazy.compactMap(\.filtered).first?.filter ?? ""
        let citations = result.observed.map(\.citation).uniqued().joined(separator: " ")
        return .init(
            "Beside real patients",
            [
                .paragraph("Simulated patients passed through the filter of the data first: \(filter) Without it the comparison would be false, since real patients leave the data when they progress."),
                .figure(.overlay(
                    id: "overlay", title: "Simulated and real lesions",
                    caption: "Change of one target lesion a patient, simulated and real, on the data's visit days.", courses: courses,
                    sources: sources)),
                .figure(.cumulativeBestChange(
                    id: "best-change", title: "Best change, simulated and real",
                    caption: "Share of patients whose best change is at most the value on the axis. The closer the curves, the better.",
                    groups: groups, sources: sources)),
                .table(
                    Table(header: ["arm", "patients", "n", "best change 25 % (%)", "median (%)", "75 % (%)", "KS distance", "target"], rows: rows),
                    caption: "Quartiles of best change; Kolmogorov-Smirnov distance between simulated and real."),
                .paragraph("Data: \(citations)"),
            ])
    }

    private func row(
        _ arm: String, _ source: String, _ count: Int, _ quartiles: [Double], _ distance: Double?, _ target: Double?
    ) -> [String] {
        let values = quartiles.count == 3 ? quartiles.map { $0.formatted(digits: 1) } : ["–", "–", "–"]
        return [arm, source, "\(count)"] + values + [distance?.formatted(digits: 2) ?? "–", target?.formatted(digits: 2) ?? "–"]
    }

    var patients: Report.Section {
        let screening = result.screening
        func quantiles(_ values: [Double]) -> String {
            values.count == 5 ? "\(values[2].formatted(digits: 0)) (\(values[0].formatted(digits: 0)) to \(values[4].formatted(digits: 0)))" : "–"
        }
        let rows =
            [["draws", "\(screening.drawn)"]] + screening.rejections.map { ["turned down: \($0.name)", "\($0.count)"] }
            + [
                ["accepted", "\(screening.accepted)"],
                ["days from first cells to diagnosis, median (5 to 95 %)", quantiles(screening.growthDays)],
                ["volume doubling time at diagnosis in days, median (5 to 95 %)", quantiles(screening.doublingDays)],
            ]
        var blocks: [Report.Block] = [
            .table(Table(header: ["step", "patients"], rows: rows), caption: "From draws to patients. A draw that is turned down is counted, never hidden.")
        ]
        if let names = result.arms.first?.baseline.map(\.name), !names.isEmpty {
            let rows = names.map { name in
                [name] + result.arms.map { arm in arm.baseline.first { $0.name == name }?.text ?? "–" }
            }
            blocks.append(
                .table(Table(header: ["at baseline"] + result.arms.map(\.name), rows: rows), caption: "Median (25 to 75 %) or number (%)."))
        }
        let failures = result.arms.flatMap { arm in arm.failures.map { [arm.name, $0.patient, $0.reason] } }
        if !failures.isEmpty {
            blocks.append(.table(Table(header: ["arm", "patient", "reason"], rows: failures), caption: "Patients that could not be simulated to the end; they count as non-responders."))
        }
        return .init("Patients", blocks)
    }

    var methods: Report.Section {
        let provenance = result.provenance
        let rows = [
            ["model", "\(provenance.states) states, \(provenance.varyingParameters) parameters that vary between patients"],
            ["modules", provenance.modules.joined(separator: ", ")],
            ["solver", "\(provenance.method), relative tolerance \(provenance.relativeTolerance)"],
            ["instruction form", provenance.instructionForm],
            ["seed", "\(provenance.seed)"],
            ["model hash", provenance.modelHash],
            ["version", provenance.version],
        ]
        return .init(
            "Methods, inputs and limits",
            result.arms.map { .paragraph("\($0.name): \($0.regimen.joined(separator: "; ")).") } + [
                .table(Table(header: ["what", "value"], rows: rows), caption: "What is needed to make this result again."),
                .code(provenance.command),
            ] + result.limits.map { .paragraph($0) })
    }
}
