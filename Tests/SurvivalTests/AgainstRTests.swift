import Foundation
import Testing

@testable import Mathematics
@testable import Survival

/// Ten comparisons of two arms against R's survival package; see Fixtures/README.md.
@Suite struct AgainstRTests {
    struct Comparison: Sendable, CustomTestStringConvertible {
        var name: String
        var expected: [String: Double]
        var rows: [GroupedTime]
        var covariate: [Double]
        var testDescription: String { name }
        func arm(_ group: Int) -> SurvivalTimes {
            let arm = rows.filter { $0.group == group }
            return SurvivalTimes(times: arm.map(\.time), isEvent: arm.map(\.isEvent))
        }
        func relative(_ value: Double?, _ key: String) -> Double {
            guard let wanted = expected[key] else { return .infinity }
            if wanted.isNaN { return value == nil || value!.isNaN ? 0 : .infinity }
            guard let value else { return .infinity }
            return abs(value - wanted) / max(abs(wanted), 1e-3)
        }
    }

    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func table(_ url: URL) throws -> [[String: String]] {
        let lines = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimming { $0 == "\"" || $0 == "\r" }) } }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    static let comparisons: [Comparison] = {
        do {
            var expected: [String: [String: Double]] = [:]
            for row in try table(fixtures.appendingPathComponent("expected.csv")) {
                expected[row["dataset"]!, default: [:]][row["quantity"]!] = Double(row["value"]!) ?? .nan
            }
            var rows = try table(fixtures.appendingPathComponent("data.csv"))
            if let folder = ProcessInfo.processInfo.environment["PERFORIN_DATA"] {
                rows += try table(URL(fileURLWithPath: folder).appendingPathComponent("survival_trials/ici_phase3_os_itt.csv"))
            }
            var result: [Comparison] = []
            var skipped: [String] = []
            for (name, values) in expected.sorted(by: { $0.key < $1.key }) {
                let own = rows.filter { $0["dataset"] == name }
                guard !own.isEmpty else {
                    skipped.append(name)
                    continue
                }
                let arms = Set(own.map { $0["arm"]! }).sorted()
                let times = own.enumerated().map { i, row in
                    GroupedTime(
                        time: Double(row["time"]!)!, isEvent: row["event"] == "1", group: arms.firstIndex(of: row["arm"]!)!,
                        stratum: i % 3)
                }
                result.append(
                    Comparison(
                        name: name, expected: values, rows: times,
                        covariate: own.indices.map { Double((7919 * $0) % 101) / 101 }))
            }
            if !skipped.isEmpty {
                print("skipped for lack of PERFORIN_DATA: \(skipped.count) of \(expected.count) comparisons (\(skipped.joined(separator: ", ")))")
            }
            return result
        } catch {
            fatalError("\(error)")
        }
    }()

    /// Relative; what both sides round is far below.
    static let tolerance = 1e-6

    @Test func `at least the six shipped comparisons are there`() {
        #expect(Self.comparisons.count >= 6)
        #expect(Self.comparisons.allSatisfy { $0.expected.count >= 130 })
    }

    @Test("Kaplan-Meier curves, intervals, quantiles, follow-up and restricted means", arguments: comparisons)
    func kaplanMeier(set: Comparison) {
        var worst = (0.0, "")
        func check(_ value: Double?, _ key: String) {
            let error = set.relative(value, key)
            if !(error <= worst.0) { worst = (error, "\(key): \(String(describing: value)), R \(set.expected[key] ?? .nan)") }
        }
        let horizon = set.expected["horizon"]!
        for group in 0...1 {
            let arm = set.arm(group)
            for interval in KaplanMeier.Interval.allCases {
                let curve = KaplanMeier(arm, interval: interval)
                for (k, share) in [0.25, 0.5, 0.9].enumerated() {
                    let time = horizon * share
                    let s = curve.survival(at: time)
                    check(s.lower, "km \(group) \(interval.rawValue) \(k + 1) lower")
                    check(s.upper, "km \(group) \(interval.rawValue) \(k + 1) upper")
                    if interval == .plain {
                        check(s.value, "km \(group) \(k + 1) survival")
                        check(Double(curve.atRisk(at: time)), "km \(group) \(k + 1) atrisk")
                        let step = curve.steps.last { $0.time <= time }!
                        check(step.logStandardError * step.survival, "km \(group) \(k + 1) error")
                    }
                }
                for (k, p) in [0.25, 0.5].enumerated() {
                    let q = curve.quantile(p, rule: .middle)
                    check(q.value, "quantile \(group) \(interval.rawValue) \(k + 1) value")
                    check(q.lower, "quantile \(group) \(interval.rawValue) \(k + 1) lower")
                    check(q.upper, "quantile \(group) \(interval.rawValue) \(k + 1) upper")
                }
            }
            let restricted = KaplanMeier(arm).restrictedMean(to: horizon)
            check(restricted?.mean, "rmst \(group) mean")
            check(restricted?.standardError, "rmst \(group) error")
            check(KaplanMeier(arm.reversed).quantile(0.5, rule: .middle).value, "followup \(group)")
        }
        #expect(worst.0 < Self.tolerance, "\(set.name) \(worst.1)")
    }

    @Test("log-rank, stratified and weighted tests", arguments: comparisons)
    func logRank(set: Comparison) {
        let pooled = set.rows.map { GroupedTime(time: $0.time, isEvent: $0.isEvent, group: $0.group) }
        #expect(set.relative(LogRank(pooled).chiSquare, "logrank") < Self.tolerance)
        #expect(set.relative(LogRank(set.rows).chiSquare, "logrank stratified") < Self.tolerance)
        let weighted = LogRank(pooled, weights: [FlemingHarrington(1, 0)])
        #expect(set.relative(weighted.chiSquare, "peto rho1") < Self.tolerance)
        #expect(abs(weighted.z() * weighted.z() / weighted.chiSquare - 1) < 1e-12)
    }

    @Test("Cox regression with both treatments of ties, strata, and the test of proportional hazards", arguments: comparisons)
    func cox(set: Comparison) throws {
        for ties in [CoxRegression.Ties.efron, .breslow] {
            let name = ties.rawValue
            func check(_ value: Double, _ key: String) {
                #expect(set.relative(value, key) < Self.tolerance, "\(set.name) \(key): \(value), R \(set.expected[key] ?? .nan)")
            }
            let two = try CoxRegression(
                zip(set.rows, set.covariate).map { .init(time: $0.time, isEvent: $0.isEvent, covariates: [Double($0.group), $1]) },
                ties: ties)
            check(two.coefficients[0], "cox \(name) b0")
            check(two.coefficients[1], "cox \(name) b1")
            check(two.standardError(0), "cox \(name) se0")
            check(two.standardError(1), "cox \(name) se1")
            check(two.covariance[0, 1], "cox \(name) cov")
            check(two.logLikelihood, "cox \(name) loglik")
            check(two.nullLogLikelihood, "cox \(name) null")
            let hazards = two.proportionalHazardsTest()
            check(hazards.chiSquare[0], "zph \(name) 0")
            check(hazards.chiSquare[1], "zph \(name) 1")
            check(hazards.globalChiSquare, "zph \(name) global")
            let stratified = try CoxRegression(
                set.rows.map { .init(time: $0.time, isEvent: $0.isEvent, covariates: [Double($0.group)], stratum: $0.stratum) },
                ties: ties)
            check(stratified.coefficients[0], "cox stratified \(name) b")
            check(stratified.standardError(0), "cox stratified \(name) se")
            let one = try CoxRegression(
                set.rows.map { .init(time: $0.time, isEvent: $0.isEvent, covariates: [Double($0.group)]) }, ties: ties)
            let ratio = one.hazardRatio()
            check(ratio.value!, "hr \(name) value")
            check(ratio.lower!, "hr \(name) lower")
            check(ratio.upper!, "hr \(name) upper")
            check(one.scoreStatistic, "score \(name)")
        }
    }
}

extension StringProtocol {
    func trimming(_ isOuter: (Character) -> Bool) -> SubSequence {
        var part = self[...]
        while let first = part.first, isOuter(first) { part = part.dropFirst() }
        while let last = part.last, isOuter(last) { part = part.dropLast() }
        return part
    }
}
