import Foundation
import Mathematics
import ModelIR

/// Who comes to a trial: the joint distribution of covariates for a cancer.
///
/// Sex comes first; height depends on sex, weight on height through body mass index, kidney function on age, weight,
/// sex and creatinine (Cockcroft & Gault, Nephron 16 (1976) 31). The rest is drawn independently, unless a study says
/// otherwise. Every number has a source in `Resources/populations.csv`.
public struct Population: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        public var covariate: String
        public var distribution: String
        public var value: Double
        public var spread: Double
        public var low: Double?
        public var high: Double?
        public var unit: String
        public var source: String
        public var confidence: String

        package init(
            covariate: String, distribution: String, value: Double, spread: Double, low: Double? = nil, high: Double? = nil,
            unit: String = "", source: String, confidence: String
        ) {
            self.covariate = covariate
            self.distribution = distribution
            self.value = value
            self.spread = spread
            self.low = low
            self.high = high
            self.unit = unit
            self.source = source
            self.confidence = confidence
        }
    }
    /// One row a covariate.
    public var rows: [String: Row]
    /// Values that all patients share, by covariate; they replace the draw.
    public var fixed: [String: Double] = [:]
    /// Limits from a study's eligibility; the distribution is truncated to them.
    public var limits: [String: ClosedRange<Double>] = [:]

    public init(rows: [String: Row]) { self.rows = rows }

    /// The shipped table's rows for a cancer; general ones where it has none.
    public init(cancer: String) throws {
        guard let url = Bundle.module.url(forResource: "populations", withExtension: "csv", subdirectory: "Resources") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "populations.csv is missing from the installation")])
        }
        try self.init(cancer: cancer, table: try String(contentsOf: url, encoding: .utf8), file: "populations.csv")
    }

    init(cancer: String, table: String, file: String) throws {
        var general: [String: Row] = [:]
        var own: [String: Row] = [:]
        for (index, line) in table.split(whereSeparator: \.isNewline).enumerated().dropFirst() {
            let cells = CommaSeparated.cells(of: String(line))
            guard cells.count >= 11, let value = Double(cells[4]) else {
                throw InvalidModel([
                    Diagnostic(.error, .invalid, "a row needs 12 columns and a number in `value`", at: SourceLocation(file: file, line: index + 1, column: 1))
                ])
            }
            let row = Row(
                covariate: cells[2], distribution: cells[3], value: value, spread: Double(cells[5]) ?? 0,
                low: Double(cells[6]), high: Double(cells[7]), unit: cells[8], source: cells[9], confidence: cells[10])
            if cells[0] == "*" { general[row.covariate] = row } else if cells[0] == cancer { own[row.covariate] = row }
        }
        rows = general.merging(own) { $1 }
    }

    /// The covariates of draw `number`.
    public func covariates(of number: Int, seed: UInt64) -> [String: Double] {
        var result: [String: Double] = [:]
        func draw(_ name: String) -> Double? {
            if let value = fixed[name] { return value }
            guard let row = rows[name] else { return nil }
            var stream = RandomStream(seed: seed, patient: UInt64(number), purpose: "covariate \(name)")
            return sample(row, at: stream.uniform(), limits: limits[name])
        }
        let male = draw("male") ?? 1
        result["male"] = male
        let age = draw("age") ?? 62
        result["age"] = age
        let height = fixed["height"] ?? draw(male == 1 ? "heightMen" : "heightWomen") ?? 170
        result["height"] = height
        let index = draw("bodyMassIndex") ?? 25
        let weight = fixed["weight"] ?? index * (height / 100) * (height / 100)
        result["weight"] = weight
        let creatinine = draw("creatinine") ?? 0.9
        result["GFR"] = fixed["GFR"] ?? min(160, max(15, (140 - age) * weight / (72 * creatinine) * (male == 1 ? 1 : 0.85)))
        let special: Set = ["male", "age", "heightMen", "heightWomen", "bodyMassIndex", "creatinine", "weight", "height", "GFR"]
        for name in Set(rows.keys).union(fixed.keys).sorted() where !special.contains(name) {
            if let value = draw(name) { result[name] = value }
        }
        return result
    }

    private func sample(_ row: Row, at u: Double, limits: ClosedRange<Double>?) -> Double {
        let low = max(row.low ?? -.infinity, limits?.lowerBound ?? -.infinity)
        let high = min(row.high ?? .infinity, limits?.upperBound ?? .infinity)
        switch row.distribution {
        case "bernoulli": return u < row.value ? 1 : 0
        case "categorical":
            // shares of 0, 1 and 2 in value, low, high
            let weights = [row.value, row.low ?? 0, row.high ?? 0].enumerated()
                .map { limits?.contains(Double($0.offset)) ?? true ? $0.element : 0 }
            var rest = u * weights.reduce(0, +)
            for (category, weight) in weights.enumerated() {
                rest -= weight
                if rest < 0 { return Double(category) }
            }
            return Double(weights.lastIndex { $0 > 0 } ?? 0)
        case "zeroinflated":
            // the share `value` lies below 1 %, the rest follows a beta distribution
            let base = { (p: Double) -> Double in
                p < row.value ? 0.01 * p / row.value : 0.01 + 0.99 * BetaDistribution(0.55, 0.8).quantile((p - row.value) / (1 - row.value))
            }
            guard let limits else { return base(u) }
            // by bisection on the distribution function: limits are few and draws cheap
            let a = limits.lowerBound <= 0 ? 0 : root(between: 1e-9, and: 1 - 1e-9) { base($0) - limits.lowerBound }
            let b = limits.upperBound >= 1 ? 1 : root(between: 1e-9, and: 1 - 1e-9) { base($0) - limits.upperBound }
            return base(min(1 - 1e-12, max(1e-12, a + u * (b - a))))
        case "lognormal":
            return LogNormalDistribution(median: row.value, logStandardDeviation: row.spread).truncated(from: max(0, low), to: high).quantile(u)
        case "normal":
            return NormalDistribution(mean: row.value, standardDeviation: row.spread).truncated(from: low, to: high).quantile(u)
        case "logitnormal":
            return LogitNormalDistribution(median: row.value, logitStandardDeviation: row.spread).truncated(from: max(0, low), to: min(1, high)).quantile(u)
        case "uniform": return low + u * (high - low)
        default: return row.value
        }
    }
}

/// Cells of one line of comma-separated values, quotes removed.
enum CommaSeparated {
    static func cells(of line: String) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == "," && !isQuoted {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
        }
        return cells
    }
}
