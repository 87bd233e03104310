import Dynamics
import Foundation
import Integrators
import Kernels
import ModelIR

/// Runs problems with our engine and its peers, interleaved, and compares them at equal error.
package struct Benchmark {
    package var problems = BenchmarkProblem.names
    /// `cvode`, `cvode-debian`, `roadrunner`
    package var peers = ["cvode", "cvode-debian", "roadrunner"]
    /// Patients whose errors count; ours are timed on four times as many, so that lanes fill as in a real trial.
    package var patients = 64
    package var rounds = 3
    package var seed: UInt64 = 1
    package var pinnedCore: Int?
    package var command = "perforin bench"
    package var version = ""
    package var log: (String) -> Void = { _ in }

    /// Errors at which codes are compared.
    package static let targets = [1e-4, 2e-6, 2e-8]
    /// A point that takes longer than this, in seconds, is timed in the first round only.
    private static let longRun = 20.0

    package init() {}

    /// - Throws: `InvalidModel` for a problem that can't be put together.
    package func run() throws -> BenchmarkReport {
        if let pinnedCore, !ProcessorTime.pin(to: pinnedCore) { log("this system doesn't pin threads to cores") }
        var missing: [String] = []
        let setups = try problems.contains("checkpoint") ? SetupTime.all(log: log) : []
        let reports = try problems.map { try report(on: $0, missing: &missing) }
        return BenchmarkReport(
            version: version, date: Date.now.formatted(.iso8601), processor: ProcessorTime.processor,
            system: ProcessInfo.processInfo.operatingSystemVersionString, pinnedCore: pinnedCore, rounds: rounds, seed: seed,
            peakMemoryMiB: ProcessorTime.peakMemory, problems: reports, setups: setups, missing: missing, command: command)
    }

    private func report(on name: String, missing: inout [String]) throws -> BenchmarkReport.Problem {
        let started = ProcessorTime.thread
        let problem = try BenchmarkProblem.named(name)
        let assembledAt = ProcessorTime.thread
        let prepared = try PreparedProblem(problem, seed: seed)
        _ = try prepared.integrator(relative: 1e-4)
        let setup = ProcessorTime.thread - assembledAt
        log("\(name): \(prepared.stateCount) states, assembled in \(assembledAt - started) s, prepared in \(setup) s")

        // The reference
        let exact = try prepared.integrator(relative: 1e-10, method: .rodas5P)
        let reference = exact.run((0..<patients).map { prepared.input(of: $0) })
        if let failure = reference.firstIndex(where: { $0.failure != nil }) {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "patient \(failure) of \(name) has no reference: \(reference[failure].failure!)")
            ])
        }
        let measure = ErrorMeasure(reference: reference.map(\.outputs), stateCount: prepared.stateCount)

        var codes: [any BenchmarkCode] = []
        codes.append(
            PerforinCode(prepared, backend: .best, setupSeconds: setup, tolerances: [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]))
        // At loose tolerances the automatic choice is Rodas4P2; the other method beside it.
        codes.append(PerforinCode(prepared, backend: .best, method: .rodas5P, setupSeconds: setup, tolerances: [1e-2, 1e-3, 1e-4]))
        var others = Backend.available
        if Backend.available.contains(where: { $0.form == .avx512 }) { others.append(Backend.virtualMachine().withoutAVX512) }
        for backend in others {
            codes.append(
                PerforinCode(
                    prepared, backend: backend, setupSeconds: setup,
                    tolerances: backend.form == .virtualMachine ? [1e-3, 1e-4, 1e-6] : [1e-3, 1e-4, 1e-6, 1e-8]))
        }
        var referenceCheck: Double?
        for peer in peers { addPeer(peer, prepared, &codes, measure, &referenceCheck, &missing) }

        var curves = codes.map { WorkPrecisionCurve(code: $0.name, version: $0.version, setupSeconds: $0.setupSeconds, points: []) }
        for round in 0..<rounds {
            let longest = codes.map(\.tolerances.count).max() ?? 0
            for place in 0..<longest {
                for index in codes.indices where place < codes[index].tolerances.count {
                    measurePoint(&codes[index], &curves[index], round: round, place: place, measure)
                }
            }
            log("\(name): round \(round + 1) of \(rounds) done")
        }
        let system = prepared.system
        return BenchmarkReport.Problem(
            id: problem.id, title: problem.title, states: prepared.stateCount, jacobianEntries: system.jacobianPattern.count,
            factorEntries: system.factorSlots, parametersVaried: prepared.variedIDs.count,
            doseTimes: Set(problem.doses.map(\.time)).count, patients: patients, referenceCheck: referenceCheck, curves: curves,
            ratios: ratios(curves), remarks: problem.remarks)
    }

    private func measurePoint(
        _ code: inout any BenchmarkCode, _ curve: inout WorkPrecisionCurve, round: Int, place: Int, _ measure: ErrorMeasure
    ) {
        let relative = code.tolerances[place]
        let count = code.patients(of: patients)
        if round > 0, curve.points[place].rates.first.map({ Double(count) / $0 > Self.longRun }) ?? true { return }
        let run: CodeRun
        do { run = try code.run(relative: relative, patients: 0..<count) } catch {
            // A peer that breaks down has no rate here; the others go on.
            log("\(code.name) at rtol \(relative): \(error)")
            guard round == 0 else { return }
            curve.points.append(
                WorkPrecisionPoint(
                    relativeTolerance: relative, method: "", patients: count, failed: count, rates: [], errorMedian: .infinity,
                    errorP90: .infinity, breakdown: "\(error)"))
            return
        }
        let rate = Double(count) / run.seconds
        if round == 0 {
            let compared = min(count, patients)
            let (median, p90) = measure.summary(of: Array(run.tables[..<compared]))
            curve.points.append(
                WorkPrecisionPoint(
                    relativeTolerance: relative, method: run.method, patients: count, failed: run.failed, rates: [rate],
                    errorMedian: median, errorP90: p90, steps: run.steps, rightHandSides: run.rightHandSides))
        } else {
            curve.points[place].rates.append(rate)
        }
    }

    private func addPeer(
        _ peer: String, _ prepared: PreparedProblem, _ codes: inout [any BenchmarkCode], _ measure: ErrorMeasure,
        _ referenceCheck: inout Double?, _ missing: inout [String]
    ) {
        do {
            switch peer {
            case "cvode":
                let cvode = try CVODEPeer(prepared, build: .fast)
                let few = 0..<min(8, patients)
                referenceCheck = measure.summary(of: try cvode.run(relative: 1e-12, patients: few).tables).median
                codes.append(cvode)
            case "cvode-debian": codes.append(try CVODEPeer(prepared, build: .debian))
            default: codes.append(try RoadRunnerPeer(prepared))
            }
        } catch {
            let text = "\(peer): \(error)"
            log(text)
            if !missing.contains(text) { missing.append(text) }
        }
    }

    private func ratios(_ curves: [WorkPrecisionCurve]) -> [BenchmarkReport.Ratio] {
        guard let ours = curves.first else { return [] }
        return curves.dropFirst().flatMap { peer in
            Self.targets.map { error in
                BenchmarkReport.Ratio(
                    peer: peer.code, error: error, ratio: ours.ratio(to: peer, atError: error),
                    ours: ours.rate(atError: error, round: nil), theirs: peer.rate(atError: error, round: nil))
            }
        }
    }
}

extension Benchmark {
    /// Whole populations of the problems with summaries only, at one, two and four times the spread; no peers.
    /// - Throws: `InvalidModel` for a problem that can't be put together.
    package func runPopulation(of count: Int, threads: Int) throws -> BenchmarkReport {
        if let pinnedCore, !ProcessorTime.pin(to: pinnedCore) { log("this system doesn't pin threads to cores") }
        var report = BenchmarkReport(
            version: version, date: Date.now.formatted(.iso8601), processor: ProcessorTime.processor,
            system: ProcessInfo.processInfo.operatingSystemVersionString, pinnedCore: pinnedCore, rounds: 1, seed: seed,
            peakMemoryMiB: 0, problems: [], setups: [], missing: [], command: command)
        for name in problems {
            for factor in [1.0, 2, 4] {
                report.populations.append(
                    try PopulationRun.measured(
                        try BenchmarkProblem.named(name), patients: count, threads: threads, variationFactor: factor, relative: 1e-4,
                        seed: seed))
                log("\(name) at CV x\(factor): \(report.populations.last!.rate) patients/s")
            }
        }
        report.peakMemoryMiB = ProcessorTime.peakMemory
        return report
    }
}
