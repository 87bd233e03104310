import Foundation
public import ModelIR
import Quantities

/// Dosing records as NONMEM and its relatives read them: one row an event.
///
/// `ID TIME AMT RATE EVID CMT II ADDL SS`, upper case, comma or blank separated, `.` for missing. `EVID` 0 (observation)
/// is skipped, 1 is a dose, 4 a reset and dose; `CMT` may be a number or the name of an agent.
public struct DosingRecords: Sendable, Hashable {
    public struct Record: Sendable, Hashable {
        public var patient: String
        /// Days.
        public var time: Double
        public var amount: Double
        /// Amount per day; 0: a bolus, -1 and -2 (estimated by the model) are refused.
        public var rate: Double
        public var compartment: String
        public var interval: Double
        public var additional: Int
        /// The whole state begins anew (EVID 4).
        public var resets: Bool
        /// Line of the file.
        public var line: Int
    }
    /// A dose every hour for a year; more in one row is a slip of the pen.
    static let mostAdditional = 8784

    /// With `ADDL` written out, in the order of the file.
    public var records: [Record]

    /// - Parameters:
    ///   - compartments: What `CMT` 1, 2, ... mean, as agent ids.
    ///   - hoursPerUnit: Length of the file's unit of time in hours (24: days).
    /// - Throws: `InvalidModel` listing every bad row with line and column.
    public init(
        parsing text: String, file: String, compartments: [String], hoursPerUnit: Double = 24
    ) throws(InvalidModel) {
        var problems: [Diagnostic] = []
        var header: [String]?
        var parsed: [Record] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = index + 1
            let isCSV = raw.contains(",")
            let cells = isCSV
                ? raw.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
                : raw.split(whereSeparator: \.isWhitespace).map(String.init)
            if cells.allSatisfy(\.isEmpty) || cells.first?.hasPrefix("#") == true { continue }
            func report(_ message: String, _ column: String?, remedy: String? = nil) {
                let at = column.flatMap { name in header?.firstIndex(of: name) }.map { i in cells.prefix(i).reduce(1) { $0 + $1.count + 1 } } ?? 1
                problems.append(Diagnostic(.error, .invalid, message, at: SourceLocation(file: file, line: line, column: at), remedy: remedy))
            }
            guard let names = header else {
                let upper = cells.map { $0.uppercased() }
                header = upper
                for needed in ["ID", "TIME", "AMT"] where !upper.contains(needed) {
                    let near = nearMatches(to: needed, among: upper)
                    report("column \(needed) is missing", nil, remedy: near.first.map { "is it '\($0)'?" })
                }
                if upper.contains("SS") == false, upper.contains("ADDL"), !upper.contains("II") {
                    report("ADDL without II", nil, remedy: "add the column II, the time between additional doses")
                }
                continue
            }
            func value(_ name: String, default fallback: Double) -> Double {
                guard let i = names.firstIndex(of: name), i < cells.count, !cells[i].isEmpty, cells[i] != "." else { return fallback }
                guard let x = Double(cells[i]), x.isFinite else {
                    report("\(name) is '\(cells[i])', not a number", name)
                    return fallback
                }
                return x
            }
            func integer(_ name: String, default fallback: Int, within range: ClosedRange<Int>) -> Int {
                let x = value(name, default: Double(fallback))
                guard let whole = Int(exactly: x), range.contains(whole) else {
                    report("\(name) is \(x), not a whole number from \(range.lowerBound) to \(range.upperBound)", name)
                    return fallback
                }
                return whole
            }
            let event = integer("EVID", default: value("AMT", default: 0) > 0 ? 1 : 0, within: 0...99)
            if event == 0 || event == 2 { continue }
            guard event == 1 || event == 4 else {
                report("EVID \(event) is not supported", "EVID", remedy: "use 0 (observation), 1 (dose), 2 (other) or 4 (reset and dose)")
                continue
            }
            if value("SS", default: 0) != 0 {
                report("SS (dosing to steady state) is not supported", "SS", remedy: "give the earlier doses as rows or by ADDL")
                continue
            }
            let amount = value("AMT", default: 0)
            let rate = value("RATE", default: 0)
            let interval = value("II", default: 0)
            let additional = integer("ADDL", default: 0, within: 0...Self.mostAdditional)
            if value("TIME", default: 0) < 0 { report("TIME is negative", "TIME", remedy: "count time from the first event") }
            if amount <= 0 { report("AMT is \(amount), a dose must be positive", "AMT") }
            if rate < 0 { report("RATE \(rate) asks the model for a duration", "RATE", remedy: "give the rate as a number") }
            if additional > 0 && interval <= 0 { report("ADDL \(additional) without a positive II", "II") }
            var compartment = compartments.first ?? ""
            if let i = names.firstIndex(of: "CMT"), i < cells.count, cells[i] != ".", !cells[i].isEmpty {
                if let number = Int(cells[i]) {
                    if 1...max(1, compartments.count) ~= number, !compartments.isEmpty {
                        compartment = compartments[number - 1]
                    } else {
                        report("CMT \(number), but there are \(compartments.count)", "CMT")
                    }
                } else if compartments.contains(cells[i].lowercased()) {
                    compartment = cells[i].lowercased()
                } else {
                    report("unknown compartment '\(cells[i])'", "CMT", remedy: RegimenParser.suggestion(nearMatches(to: cells[i], among: compartments)) ?? "expected one of \(compartments.joined(separator: ", "))")
                }
            }
            let scale = hoursPerUnit / 24
            let patient = names.firstIndex(of: "ID").flatMap { $0 < cells.count ? cells[$0] : nil } ?? ""
            for extra in 0...max(0, additional) {
                parsed.append(
                    Record(
                        patient: patient, time: (value("TIME", default: 0) + Double(extra) * interval) * scale, amount: amount,
                        rate: rate / scale, compartment: compartment, interval: interval * scale, additional: 0,
                        resets: event == 4 && extra == 0, line: line))
            }
        }
        if header == nil { problems.append(Diagnostic(.error, .invalid, "\(file) is empty", remedy: "expected a header ID TIME AMT ...")) }
        if !problems.isEmpty { throw InvalidModel(problems) }
        records = parsed
    }
}
