import Foundation
public import ModelIR

/// A user's data in NONMEM's layout: doses, observations and covariates, one row an event.
///
/// `ID TIME DV` and, where needed, `EVID MDV AMT RATE CMT II ADDL DVID`; upper case, `.` for missing. Of the other columns
/// those that name a parameter of the model are covariates: their first value sets that parameter in the individual.
public struct FitData: Sendable {
    public struct Dose: Sendable, Hashable {
        public var time: Double
        public var amount: Double
        /// Amount per unit of time; 0: a bolus.
        public var rate: Double
        /// Index into the species that doses go into.
        public var target: Int
    }

    public struct Observation: Sendable, Hashable {
        public var time: Double
        public var value: Double
        /// Index into what is observed.
        public var output: Int
        /// Line of the file.
        public var line: Int
    }

    public struct Individual: Sendable, Hashable {
        public var id: String
        public var doses: [Dose]
        public var observations: [Observation]
        /// Values by parameter of the model.
        public var covariates: [String: Double]
    }

    public var individuals: [Individual]
    /// Columns that are neither reserved nor parameters of the model; they are not used.
    public var unused: [String]

    public var observationCount: Int { individuals.reduce(0) { $0 + $1.observations.count } }

    private static let reserved: Set<String> = ["ID", "TIME", "DV", "EVID", "MDV", "AMT", "RATE", "CMT", "II", "ADDL", "SS", "DVID"]

    /// - Parameters:
    ///   - targets: Species that doses go into; `CMT` 1, 2, ... of a dose, or their names.
    ///   - outputs: What is observed; `DVID` (or, without it, `CMT`) 1, 2, ... of an observation, or their names.
    ///   - parameters: Names of the model that a covariate may set.
    /// - Throws: `InvalidModel` with line and column of everything that can't be read.
    public init(
        parsing text: String, file: String, targets: [String], outputs: [String], parameters: Set<String>
    ) throws(InvalidModel) {
        var problems: [Diagnostic] = []
        var header: [String] = []
        var order: [String] = []
        var byID: [String: Individual] = [:]
        var lastTime: [String: Double] = [:]
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = index + 1
            let cells = raw.contains(",")
                ? raw.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
                : raw.split(whereSeparator: \.isWhitespace).map(String.init)
            if cells.allSatisfy(\.isEmpty) || cells.first?.hasPrefix("#") == true { continue }
            func report(_ message: String, _ column: String? = nil, remedy: String? = nil) {
                let at = column.flatMap { header.firstIndex(of: $0) }.map { i in cells.prefix(i).reduce(1) { $0 + $1.count + 1 } } ?? 1
                problems.append(Diagnostic(.error, .invalid, message, at: SourceLocation(file: file, line: line, column: at), remedy: remedy))
            }
            if header.isEmpty {
                // NONMEM's own columns in upper case, covariates as the model spells them
                header = cells.map { Self.reserved.contains($0.uppercased()) ? $0.uppercased() : $0 }
                for needed in ["ID", "TIME", "DV"] where !header.contains(needed) {
                    report("column \(needed) is missing", remedy: suggestion(for: needed, among: header))
                }
                if Set(header).count != header.count { report("a column is given twice") }
                continue
            }
            if cells.count != header.count {
                report("\(cells.count) cells, the header has \(header.count)")
                continue
            }
            func cell(_ name: String) -> String? {
                header.firstIndex(of: name).map { cells[$0] }.flatMap { $0.isEmpty || $0 == "." ? nil : $0 }
            }
            func number(_ name: String) -> Double? {
                guard let text = cell(name) else { return nil }
                guard let value = Double(text), value.isFinite else {
                    report("\(name) is '\(text)', not a number", name)
                    return nil
                }
                return value
            }
            func choice(_ column: String, among names: [String], what: String) -> Int? {
                guard let text = cell(column) else { return 0 }
                if let number = Int(text) {
                    if 1...max(1, names.count) ~= number, !names.isEmpty { return number - 1 }
                    report("\(column) \(number), but there \(names.count == 1 ? "is one" : "are \(names.count)") \(what)", column)
                } else if let place = names.firstIndex(of: text) {
                    return place
                } else {
                    report("'\(text)' is none of the \(what)", column, remedy: suggestion(for: text, among: names) ?? "expected \(names.joined(separator: ", "))")
                }
                return nil
            }
            guard let id = cell("ID") else {
                report("ID is missing", "ID")
                continue
            }
            guard let time = number("TIME") else {
                report("TIME is missing", "TIME")
                continue
            }
            if time < lastTime[id] ?? -.infinity { report("TIME goes back within ID \(id)", "TIME", remedy: "sort the rows by ID and TIME") }
            lastTime[id] = time
            if byID[id] == nil {
                order.append(id)
                var covariates: [String: Double] = [:]
                for name in header where !Self.reserved.contains(name) && parameters.contains(name) { covariates[name] = number(name) }
                byID[id] = Individual(id: id, doses: [], observations: [], covariates: covariates)
            }
            let event = number("EVID") ?? (number("AMT") ?? 0 > 0 ? 1 : 0)
            switch event {
            case 0:
                if number("MDV") ?? 0 != 0 { continue }
                guard let value = number("DV") else {
                    report("an observation without DV", "DV", remedy: "give DV, or MDV 1")
                    continue
                }
                guard let output = choice(header.contains("DVID") ? "DVID" : "CMT", among: outputs, what: "observed quantities") else { continue }
                byID[id]!.observations.append(Observation(time: time, value: value, output: output, line: line))
            case 1:
                guard let target = choice("CMT", among: targets, what: "species that doses go into") else { continue }
                if targets.isEmpty {
                    report("a dose, but no species for it", "AMT", remedy: "say --dose-into")
                    continue
                }
                let (amount, rate) = (number("AMT") ?? 0, number("RATE") ?? 0)
                if amount <= 0 { report("AMT is \(amount), a dose must be positive", "AMT") }
                if rate < 0 { report("RATE \(rate) asks the model for a duration", "RATE", remedy: "give the rate as a number") }
                if number("SS") ?? 0 != 0 { report("SS (dosing to steady state) is not supported", "SS", remedy: "give the earlier doses as rows or by ADDL") }
                let (more, interval) = (number("ADDL") ?? 0, number("II") ?? 0)
                guard more >= 0, more <= 8784, more == more.rounded(), more == 0 || interval > 0 else {
                    report("ADDL \(more) with II \(interval)", "ADDL", remedy: "ADDL is a whole number up to 8784, II a positive time")
                    continue
                }
                for extra in 0...Int(more) {
                    byID[id]!.doses.append(Dose(time: time + Double(extra) * interval, amount: amount, rate: rate, target: target))
                }
            case 2: continue
            default: report("EVID \(event.formatted()) is not supported", "EVID", remedy: "use 0 (observation), 1 (dose) or 2 (other)")
            }
        }
        if header.isEmpty { problems.append(Diagnostic(.error, .invalid, "\(file) is empty", remedy: "expected a header ID TIME DV ...")) }
        individuals = order.compactMap { byID[$0] }.filter { !$0.observations.isEmpty }
        unused = header.filter { !Self.reserved.contains($0) && !parameters.contains($0) }
        if problems.isEmpty, individuals.isEmpty { problems.append(Diagnostic(.error, .invalid, "\(file) holds no observation", remedy: "rows with EVID 0 and a DV")) }
        if !problems.isEmpty { throw InvalidModel(problems) }
    }
}
