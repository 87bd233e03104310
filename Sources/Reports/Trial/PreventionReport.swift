public import Studies

/// The report on a prevention trial: efficacy, cases, curves, what it rests on.
public struct PreventionReport: Sendable {
    public var result: PreventionResult
    /// The study file's text and the command, for the last section.
    public var study: String
    public var command: String

    public init(_ result: PreventionResult, study: String, command: String) {
        self.result = result
        self.study = study
        self.command = command
    }

    public var report: Report {
        Report(
            title: result.title,
            subtitle: "\(result.study), simulated. HPV 16 and 18, \(result.site), \(result.people) virtual people, seed \(result.seed), Perforin \(result.version).",
            highlights: highlights, sections: [efficacy, flow, cases, curves, foundations, methods])
    }

    private var highlights: [(label: String, value: String)] {
        let shown: [PreventionTrial.Case] = [.lesion, .persistent]
        return shown.flatMap { endpoint in
            result.efficacy.filter { $0.population == .perProtocol && $0.endpoint == endpoint }
                .map { ("Efficacy against \(words(endpoint)), per protocol", $0.efficacy.text(unit: " %")) }
        } + result.arms.map { ("Per protocol, \($0.name)", "\($0.perProtocol) of \($0.people)") }
    }

    private func words(_ endpoint: PreventionTrial.Case) -> String {
        endpoint == .lesion ? "lesions" : endpoint == .persistent ? "persistent infection" : endpoint.rawValue
    }

    private var efficacy: Report.Section {
        let rows = result.efficacy.map { row -> [String] in
            func cases(_ name: String) -> String {
                result.arms.first { $0.name == name }?.incidence.first { $0.population == row.population && $0.endpoint == row.endpoint }
                    .map { "\($0.cases) / \($0.personYears.formatted(digits: 1))" } ?? "–"
            }
            return [row.population.rawValue, row.endpoint.rawValue, cases(row.arm), cases(row.reference), row.efficacy.text()]
        }
        return .init(
            "Efficacy",
            [
                .table(
                    Table(header: ["population", "case", "vaccine: cases / person-years", "control: cases / person-years", "efficacy (%)"], rows: rows),
                    caption: "Efficacy is 1 minus the ratio of incidence rates; the 95 % interval is exact given the number of cases (conditional binomial). Where there are few cases the interval is wide, and a lower limit below 0 shows nothing."),
                .paragraph(
                    "Per protocol: all doses, and free of infection until \((result.countedFromDays / 30.4375).formatted(digits: 0)) months, when counting begins. Intention to treat: everyone from that day on, infected or not."),
            ])
    }

    private var flow: Report.Section {
        .init(
            "Flow of people",
            [
                .table(
                    Table(
                        header: ["arm", "given", "allocated", "per protocol", "antibody above that of infection to the end (%)"],
                        rows: result.arms.map { [$0.name, $0.therapy, "\($0.people)", "\($0.perProtocol)", $0.aboveNatural?.formatted(digits: 0) ?? "–"] }),
                    caption: "Those not per protocol were infected before counting began, left before it, or missed doses.")
            ])
    }

    private var cases: Report.Section {
        let rows = result.arms.flatMap { arm in
            arm.incidence.map { [arm.name, $0.population.rawValue, $0.endpoint.rawValue, "\($0.people)", "\($0.cases)", $0.personYears.formatted(digits: 1), $0.rate.text(digits: 2)] }
        }
        return .init(
            "Cases",
            [
                .table(
                    Table(header: ["arm", "population", "case", "people", "cases", "person-years", "per 100 person-years"], rows: rows),
                    caption: "Incidence with exact (Poisson) 95 % intervals. A case is what a visit finds: what came and went between two visits is not seen.")
            ])
    }

    private var curves: Report.Section {
        let codes = ["INF", "LES"]
        return .init(
            "Time to infection and lesion",
            codes.compactMap { code in
                let curves = result.arms.compactMap { arm in
                    arm.curves.first { $0.code == code }.map { summary in
                        Figure.SurvivalCurve(
                            arm: arm.name, months: summary.months, survival: summary.survival, lower: summary.lower, upper: summary.upper,
                            censoredMonths: [], atRisk: zip(summary.riskMonths, summary.riskCounts).map { ($0, $1) })
                    }
                }
                guard let name = result.arms.first?.curves.first(where: { $0.code == code })?.name else { return nil }
                return .figure(.kaplanMeier(
                    id: "km-\(code.lowercased())", title: "\(name), per protocol", caption: "Kaplan-Meier estimate with 95 % band, from the day on which counting begins.",
                    endpoint: name.lowercased(), curves: curves))
            })
    }

    private var foundations: Report.Section {
        let rows = result.values.map { [$0.id, $0.value.shortText, $0.unit, $0.meaning, $0.source.isEmpty ? "–" : $0.source, $0.confidence] }
        let assumed = result.values.count { $0.confidence == "assumed" }
        return .init(
            "What the result rests on",
            [
                .paragraph("\(assumed) of \(result.values.count) values are assumed: nobody has measured them, and the result is no better than they are."),
                .table(Table(header: ["id", "value", "unit", "meaning", "source", "how it is known"], rows: rows), caption: "Every value of the natural history and of the vaccine."),
            ])
    }

    private var methods: Report.Section {
        .init(
            "Methods",
            [
                .paragraph("Each person passes through a chain of states (well, infected, lesions of grade 1 to 3, cancer) in continuous time at rates -ln(1 - p) of published yearly probabilities. Antibody rises with the last dose, differs between people, falls with two half-lives, and lowers the risk of infection only."),
            ] + result.limits.map(Report.Block.paragraph) + [.code(command), .code(study)])
    }
}
