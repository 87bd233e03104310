import Foundation
import ModelIR
import VirtualTrials

/// Real patients' lesion sizes, and the filter that simulated patients must pass to be comparable with them.
public struct ObservedData: Sendable {
    public struct Arm: Sendable {
        public var name: String
        /// Simulated arm that it belongs to.
        public var simulatedArm: String
        public var courses: [FilteredSizes.Course]
        /// Days of all readings after the baseline, for sampling visit days.
        var readingDays: [[Double]]
    }
    public var trial: String
    public var arms: [Arm]
    public var citation: String
    static let minimumReadings = 3

    /// POPLAR: atezolizumab and docetaxel in previously treated NSCLC (Ghaffari Laleh et al. 2022, CC BY 4.0).
    ///
    /// - Throws: `InvalidModel` when the file is missing from the installation or malformed.
    public static func poplar(atezolizumab: String, docetaxel: String) throws -> ObservedData {
        guard let url = Bundle.module.url(forResource: "study2_poplar", withExtension: "csv", subdirectory: "Resources/poplar") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the POPLAR data are missing beside the program")])
        }
        let text = try String(contentsOf: url, encoding: .utf8)
        return ObservedData(
            trial: "POPLAR",
            arms: [
                try arm("atezolizumab", "Study_2_Arm_2", simulated: atezolizumab, in: text),
                try arm("docetaxel", "Study_2_Arm_1", simulated: docetaxel, in: text),
            ],
            citation: "Ghaffari Laleh N et al., PLoS Comput Biol 2022;18(2):e1009822, CC BY 4.0 (POPLAR, NCT01903993; which arm is which drug is inferred).")
    }

    /// Arms of one trial of the same source, each under the source's name for it.
    ///
    /// - Parameters:
    ///   - simulated: Name of the simulated arm that all of them are held against.
    ///   - arms: Whether an arm's code belongs.
    static func table(_ file: String, in folder: String, trial: String, simulated: String, arms: (String) -> Bool) throws -> ObservedData {
        guard let url = Bundle.module.url(forResource: file, withExtension: "csv", subdirectory: "Resources/\(folder)") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the data of \(trial) are missing beside the program")])
        }
        let text = try String(contentsOf: url, encoding: .utf8)
        let codes = Set(text.split(whereSeparator: \.isNewline).dropFirst().compactMap { line -> String? in
            let cells = line.split(separator: ",", maxSplits: 4, omittingEmptySubsequences: false)
            return cells.count > 3 ? String(cells[3]) : nil
        })
        return ObservedData(
            trial: trial, arms: try codes.filter(arms).sorted().map { try arm($0, $0, simulated: simulated, in: text) },
            citation: "Ghaffari Laleh N et al., PLoS Comput Biol 2022;18(2):e1009822, CC BY 4.0 (\(trial)).")
    }

    private static func arm(_ name: String, _ code: String, simulated: String, in text: String) throws -> Arm {
        var readings: [(patient: String, points: [(day: Double, diameter: Double)])] = []
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated().dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard cells.count >= 9 else {
                throw InvalidModel([
                    Diagnostic(.error, .invalid, "\(cells.count) cells instead of 10", at: SourceLocation(file: "\(name)", line: index + 1, column: 1))
                ])
            }
            guard cells[3] == code, let day = Double(cells[6]) else { continue }
            // a lesion too small to measure counts 5 mm, as RECIST 1.1 says; what could not be evaluated is no reading
            let diameter = Double(cells[7]) ?? (cells[8].contains("TOO SMALL") ? 5 : .nan)
            guard diameter.isFinite else { continue }
            if readings.last?.patient != cells[5] { readings.append((cells[5], [])) }
            readings[readings.count - 1].points.append((day, diameter))
        }
        let courses = readings.compactMap { patient, points in
            course(patient, points.sorted { $0.day < $1.day })
        }
        return Arm(name: name, simulatedArm: simulated, courses: courses, readingDays: courses.map { Array($0.days.dropFirst()) })
    }

    /// One lesion, at least three readings; the baseline is the last reading at or before the first day of treatment.
    private static func course(_ patient: String, _ points: [(day: Double, diameter: Double)]) -> FilteredSizes.Course? {
        let baselineIndex = points.lastIndex { $0.day <= 0 } ?? 0
        let used = Array(points[baselineIndex...])
        guard used.count >= minimumReadings, let first = used.first, first.diameter > 0 else { return nil }
        return FilteredSizes.Course(
            patient: patient, days: used.map(\.day), diameters: used.map(\.diameter),
            percentChange: used.map { 100 * ($0.diameter / first.diameter - 1) })
    }

    /// The arms whose simulated counterpart ran.
    func arms(matching names: [String]) -> [ObservedArm] {
        arms.filter { names.contains($0.simulatedArm) }.map { arm in
            ObservedArm(
                trial: trial, arm: arm.name, simulatedArm: arm.simulatedArm, courses: arm.courses,
                bestChangeQuartiles: Quantiles.quartiles(arm.courses.map(\.bestChange)), citation: citation)
        }
    }

    /// Simulated patients after the data's own filter.
    func filter(_ records: [SubjectRecord], arm name: String, seed: UInt64) -> FilteredSizes? {
        guard let arm = arms.first(where: { $0.simulatedArm == name }) else { return nil }
        let courses = records.compactMap { record -> FilteredSizes.Course? in
            guard record.failure == nil, let baseline = record.baselineDiameters.first, baseline > 0 else { return nil }
            // patients leave at progression: the reading that shows it is the last
            let progression = record.points.first { $0.overall == .progression }?.day ?? .infinity
            var days = [record.baselineDay]
            var sizes = [baseline]
            for (point, reading) in zip(record.points, record.readings.dropFirst()) where point.day <= progression {
                guard let size = reading.first else { continue }
                days.append(point.day)
                sizes.append(size)
            }
            guard days.count >= Self.minimumReadings else { return nil }
            return FilteredSizes.Course(
                patient: ArmSummary.id(record), days: days, diameters: sizes, percentChange: sizes.map { 100 * ($0 / baseline - 1) })
        }
        let simulated = courses.map(\.bestChange).sorted()
        let real = arm.courses.map(\.bestChange).sorted()
        let hasBoth = !simulated.isEmpty && !real.isEmpty
        return FilteredSizes(
            courses: courses,
            filter: "one lesion, at least \(Self.minimumReadings) readings, visits every six weeks as in the data, drop-out at progression.",
            patientsBefore: records.count, bestChangeQuartiles: Quantiles.quartiles(simulated),
            distance: hasBoth ? Self.kolmogorovSmirnov(simulated, real) : nil,
            distanceTarget: hasBoth ? 1.36 / Double(real.count).squareRoot() + 0.05 : nil)
    }

    /// Largest distance of two empirical distribution functions; both samples sorted.
    static func kolmogorovSmirnov(_ a: [Double], _ b: [Double]) -> Double {
        var i = 0
        var j = 0
        var largest = 0.0
        while i < a.count && j < b.count {
            let x = min(a[i], b[j])
            while i < a.count && a[i] <= x { i += 1 }
            while j < b.count && b[j] <= x { j += 1 }
            largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
        }
        return largest
    }
}

extension CohortPlan {
    /// What `perforin demo` runs: previously treated NSCLC as in POPLAR, and pembrolizumab beside it.
    public static func demo(patients: Int, seed: UInt64, threads: Int, command: String) throws -> CohortPlan {
        CohortPlan(
            title: "A virtual lung-cancer cohort under three therapies", cancer: "nsclc",
            arms: [
                Arm(name: "docetaxel", therapy: "docetaxel 75 mg/m2 q3w"),
                Arm(name: "atezolizumab", therapy: "atezolizumab 1200 mg q3w"),
                Arm(name: "pembrolizumab", therapy: "pembrolizumab 200 mg q3w x 35"),
            ], patients: patients, seed: seed, fixed: ["prior_lines": 1], threads: threads,
            observed: try ObservedData.poplar(atezolizumab: "atezolizumab", docetaxel: "docetaxel"), command: command)
    }
}
