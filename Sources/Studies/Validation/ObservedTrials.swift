import Foundation
import ModelIR

/// Published results of trials, arm by arm: what predictions are held against.
public struct ObservedTrials: Sendable {
    /// A column of the table that holds an outcome.
    public enum Endpoint: String, Sendable, Hashable, CaseIterable {
        case orr_pct, cr_pct, dcr_pct, pfs_median_months, pfs_6mo_pct, pfs_12mo_pct, hr_pfs, os_median_months, os_12mo_pct, os_24mo_pct
        case hr_os, grade3plus_trae_pct, crs_any_pct, crs_ge3_pct, icans_any_pct, icans_ge3_pct
        // from the column `other_endpoint`, by their keys there
        case pcr_pct, ve_pct, psa50_pct, rfs_median_months, rfs_12mo_pct, rfs_18mo_pct, rfs_48mo_pct, rfs_60mo_pct, hr_rfs
        case os_18mo_pct, os_36mo_pct, os_48mo_pct, os_60mo_pct, pfs_36mo_pct, pfs_48mo_pct, pfs_60mo_pct, dor_median_months

        /// Endpoints that have a column of their own; the others are keys of `other_endpoint`.
        static let firstOfOthers = Endpoint.pcr_pct
        var isColumn: Bool { Endpoint.allCases.firstIndex(of: self)! < Endpoint.allCases.firstIndex(of: Self.firstOfOthers)! }

        /// The endpoint of a key of `other_endpoint`; nil for what no study predicts.
        static func named(_ key: String) -> Endpoint? {
            switch key {
            case "rfs_median", "dfs_median": .rfs_median_months
            case "dfs_12mo_pct": .rfs_12mo_pct
            case "dor_median": .dor_median_months
            case _ where key.hasPrefix("ve_pct_pp_EGL"): .ve_pct
            default: Endpoint(rawValue: key).flatMap { $0.isColumn ? nil : $0 }
            }
        }

        public enum Scale: Sendable { case percent, months, ratio }
        public var scale: Scale {
            switch self {
            case .hr_pfs, .hr_os, .hr_rfs: .ratio
            case .pfs_median_months, .os_median_months, .rfs_median_months, .dor_median_months: .months
            default: .percent
            }
        }
    }

    public struct Row: Sendable, Hashable {
        public var trial: String
        public var arm: String
        public var cancer: String
        public var setting: String
        public var modality: String
        public var patients: Int
        /// Cells that hold something, in the order of the columns; nil: not reached in the trial.
        public var cells: [(endpoint: Endpoint, value: Double?)] {
            Endpoint.allCases.compactMap { endpoint in values[endpoint].map { (endpoint, $0) } }
        }
        var values: [Endpoint: Double?]
        /// Limits of a hazard ratio, where the cell gives them.
        var limits: [Endpoint: ClosedRange<Double>]

        /// Kind of treatment without the remark that it is a control.
        var kind: String {
            modality.replacingOccurrences(of: "(control)", with: "").replacingOccurrences(of: "control: ", with: "")
                .trimmingCharacters(in: .whitespaces)
        }
        var isControl: Bool { modality.contains("control") }
        /// 1 first, 2 later line, 0 adjuvant or prevention.
        var line: Int {
            let text = setting.lowercased()
            if text.contains("adjuvant") || text.contains("prevention") || text.contains("men 16") { return 0 }
            return text.hasPrefix("1l") || text.contains("first") || text.contains("definitive") || text.contains("chemo-naive") ? 1 : 2
        }
        var hasChemotherapy: Bool { modality.contains("chemotherapy") }
    }

    public var rows: [Row]

    /// The table that comes with Perforin: 80 arms of published trials.
    public static func shipped() throws -> ObservedTrials {
        guard let url = Bundle.module.url(forResource: "observed", withExtension: "csv", subdirectory: "Resources/trials") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the table of observed trials is missing beside the program")])
        }
        return try ObservedTrials(csv: String(contentsOf: url, encoding: .utf8), file: "observed.csv")
    }

    /// - Throws: `InvalidModel` naming columns that are missing and cells that are no number.
    public init(csv text: String, file: String) throws {
        let lines = Self.records(text)
        let header = lines.first?.cells ?? []
        var problems: [Diagnostic] = []
        for needed in ["trial", "arm", "cancer", "setting", "modality", "n"] where !header.contains(needed) {
            problems.append(
                Diagnostic(.error, .invalid, "column '\(needed)' is missing", at: SourceLocation(file: file, line: 1, column: 1),
                    remedy: suggestion(for: needed, among: header)))
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        rows = lines.dropFirst().compactMap { line, cells in
            func cell(_ name: String) -> String {
                header.firstIndex(of: name).flatMap { $0 < cells.count ? cells[$0] : nil } ?? ""
            }
            var values: [Endpoint: Double?] = [:]
            var limits: [Endpoint: ClosedRange<Double>] = [:]
            for endpoint in Endpoint.allCases where endpoint.isColumn {
                let text = cell(endpoint.rawValue).trimmingCharacters(in: .whitespaces)
                if text.isEmpty || text == "reference" { continue }
                if text == "NR" {
                    values[endpoint] = .some(nil)
                } else if let value = Double(text.prefix { $0.isNumber || $0 == "." }) {
                    values[endpoint] = value
                    if let match = text.firstMatch(of: /\(([\d.]+)-([\d.]+)\)/), let low = Double(match.1), let high = Double(match.2), low <= high {
                        limits[endpoint] = low...high
                    }
                } else {
                    problems.append(
                        Diagnostic(.error, .invalid, "'\(text)' in column \(endpoint.rawValue) is no number", at: SourceLocation(file: file, line: line, column: 1), remedy: "leave it empty or write NR"))
                }
            }
            for part in cell("other_endpoint").split(separator: ";") {
                let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                // remarks and keys that no study predicts are left alone
                guard sides.count == 2, let endpoint = Endpoint.named(sides[0]), values[endpoint] == nil else { continue }
                if sides[1] == "NR" {
                    values[endpoint] = .some(nil)
                } else if let value = Double(sides[1].prefix { $0.isNumber || $0 == "." }) {
                    values[endpoint] = value
                    if endpoint.scale == .ratio, let match = sides[1].firstMatch(of: /\(([\d.]+)-([\d.]+)\)/), let low = Double(match.1), let high = Double(match.2), low <= high {
                        limits[endpoint] = low...high
                    }
                }
            }
            return Row(
                trial: cell("trial"), arm: cell("arm"), cancer: cell("cancer"), setting: cell("setting"), modality: cell("modality"),
                patients: Int(cell("n")) ?? 100, values: values, limits: limits)
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
    }

    /// Records of comma-separated text with the line on which each begins; quoted cells may hold commas and doubled quotes.
    private static func records(_ text: String) -> [(line: Int, cells: [String])] {
        var result: [(line: Int, cells: [String])] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() where !line.isEmpty {
            var cells = [""]
            var isQuoted = false
            var previous: Character = " "
            for character in line {
                if character == "\"" {
                    if !isQuoted && previous == "\"" { cells[cells.count - 1].append("\"") }
                    isQuoted.toggle()
                } else if character == "," && !isQuoted {
                    cells.append("")
                } else {
                    cells[cells.count - 1].append(character)
                }
                previous = character
            }
            result.append((index + 1, cells))
        }
        return result
    }
}

extension ObservedTrials.Endpoint {
    /// To a scale on which errors are alike everywhere: logit of rates, logarithm of months and ratios.
    func transformed(_ value: Double) -> Double {
        switch scale {
        case .percent:
            let p = min(0.995, max(0.005, value / 100))
            return log(p / (1 - p))
        case .months, .ratio: return log(max(1e-3, value))
        }
    }

    func restored(_ value: Double) -> Double {
        switch scale {
        case .percent: 100 / (1 + exp(-value))
        case .months, .ratio: exp(value)
        }
    }
}
