import Ensembles
import Foundation
public import ImmuneModels
import Mathematics
import ModelIR
import Synchronization
import VirtualTrials

/// A study ready to run: checked against the library, compiled, every arm planned.
public struct TrialStudy: Sendable {
    public private(set) var study: Study
    public private(set) var manifest: TrialManifest
    let cancer: Cancer
    let models: ArmModels
    let regimens: [Regimen]
    let protocols: [TrialProtocol]
    private(set) var screening: VirtualTrials.Screening
    let randomisation: Randomisation
    public static let relativeTolerance = 1e-4

    /// - Parameter command: What was typed, for the record.
    /// - Throws: `InvalidModel` with the place of everything that is wrong: therapies, covariates, observables, criteria that
    ///   nobody meets.
    public init(_ study: Study, library: ModelLibrary, command: String = "") throws {
        self.study = study
        let library = try study.extended(library)
        let checks = StudyChecks(study: study, library: library)
        let (cancer, regimens, protocols) = try checks.plan()
        self.cancer = cancer
        self.regimens = regimens
        let models = try ArmModels(
            ModelPlan(cancer: cancer.id), arms: protocols.map(\.agents), library: library, relativeTolerance: Self.relativeTolerance)
        self.models = models
        let shown = ArmSummary.shown.map(\.id) + regimens.flatMap { $0.agents.map { "\($0)_concentration" } }
        // engagers and engineered cells: side effects come and go within days
        let isWatched = models.union.observables.contains { $0.id == "CRS_grade" } || !study.rescues.isEmpty
        self.protocols = protocols.map { plan in
            var plan = plan
            let ids = Set(models.model(giving: plan.agents).observables.map(\.id))
            plan.kept = shown.filter { ids.contains($0) }
            plan.dailyUntil = isWatched ? 84 : 0
            return plan
        }
        screening = try checks.weighted(try checks.screening(models), models)
        randomisation = Randomisation(
            allocation: study.arms.map(\.allocation), strata: study.strata, block: study.block, seed: study.seed)
        for plan in self.protocols { _ = try ArmSimulation(model: models.model(giving: plan.agents), plan: plan, seed: study.seed) }
        var manifest = TrialManifest(
            version: PerforinVersion.current, study: study.id, studyHash: ShardFolder.checksum(Data(study.wholeText.utf8)),
            modelHash: models.hash(arms: self.protocols.map(\.agents)).description, patients: study.patients, seed: study.seed, relativeTolerance: Self.relativeTolerance,
            absoluteTolerance: Self.relativeTolerance * 1e-3, instructionForm: models.growth.integrator.backend.form.rawValue, command: command,
            plan: "", shards: Shard.all(patients: study.patients))
        manifest.plan = TrialManifest.planHash(manifest.inputs)
        self.manifest = manifest
    }

    /// Runs what is missing and summarises the whole.
    ///
    /// - Parameters:
    ///   - folder: Where shards and the manifest are kept; nil: nothing is stored.
    ///   - preview: Called at most once a second with the summary of the shards that are done; not for large trials.
    /// - Throws: `CancellationError`; `InvalidModel` when the folder holds another plan or hardly any draw makes a patient.
    public func run(
        in folder: URL? = nil, threads: Int = 1, parts: (any PartStore)? = nil, cancellation: Cancellation = Cancellation(),
        progress: (@Sendable (StudyProgress) -> Void)? = nil, preview: (@Sendable (_ done: Int, CohortResult) -> Void)? = nil
    ) throws -> TrialResult {
        try prepare(folder)
        let started = ContinuousClock.now
        if let folder, isLarge {
            _ = try run(manifest.shards, in: folder, threads: threads, keepsResults: false, cancellation: cancellation, progress: progress)
            return try summariseLarge(in: folder, seconds: Self.seconds(since: started))
        }
        let shards = try run(manifest.shards, in: folder, threads: threads, parts: parts, cancellation: cancellation, progress: progress, preview: preview)
        return try summarise(shards, seconds: Self.seconds(since: started))
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let passed = (ContinuousClock.now - start).components
        return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
    }

    /// The same study with factors on parameters, for what is not known about them. Its results are not stored.
    func varied(by factors: [String: Double], patients: Int) -> TrialStudy {
        var copy = self
        copy.screening.sampler.factors = factors
        // where hardly anybody gets ill, an empty place is answer enough
        copy.screening.grownPerPlace = 25
        copy.study.patients = patients
        copy.manifest.shards = Shard.all(patients: patients)
        return copy
    }

    /// Makes the folder this plan's own, or refuses.
    public func prepare(_ folder: URL?) throws {
        guard let folder else { return }
        if let old = try TrialManifest.read(from: folder) {
            try manifest.check(against: old, in: folder)
        } else {
            do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
                throw InvalidModel([Diagnostic(.error, .invalid, "can't make the folder '\(folder.path)': \(error.localizedDescription)")])
            }
            try manifest.write(to: folder)
            try AtomicFile.write(Data(study.text.utf8), to: folder.appendingPathComponent("study.yaml"))
            for file in study.filesBeside {
                try AtomicFile.write(Data(file.text.utf8), to: folder.appendingPathComponent(file.name))
            }
        }
    }

    /// Runs the missing ones of `shards`, each on one thread as long as there are enough of them.
    func run(
        _ shards: [Shard], in folder: URL?, threads: Int, keepsResults: Bool = true, parts: (any PartStore)? = nil,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (StudyProgress) -> Void)? = nil,
        preview: (@Sendable (_ done: Int, CohortResult) -> Void)? = nil
    ) throws -> [ShardResult] {
        let store = folder.map { ShardFolder($0, plan: manifest.plan) }
        let workers = max(1, min(threads, shards.count))
        let threadsPerShard = max(1, threads / workers)
        let next = Atomic(0)
        let results = Mutex<[ShardResult?]>(Array(repeating: nil, count: shards.count))
        let failure = Mutex<(any Error)?>(nil)
        let meter = Mutex(0)
        let lastPreview = Mutex<ContinuousClock.Instant?>(nil)
        let total = shards.map(\.places.count).reduce(0, +)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while failure.withLock({ $0 == nil }) {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < shards.count else { return }
                do {
                    // what is damaged or foreign is made again; what is whole is used
                    if keepsResults || (try? store?.check(shards[index])) != true {
                        let stored = try? store?.read(shards[index])
                        let result = try stored ?? run(shards[index], threads: threadsPerShard, parts: parts, cancellation: cancellation)
                        if stored == nil { try store?.write(result) }
                        if keepsResults { results.withLock { $0[index] = result } }
                    }
                    let done = meter.withLock { count in
                        count += shards[index].places.count
                        return count
                    }
                    progress?(StudyProgress(stage: "patients on study", done: done, total: total))
                    let isDue = preview != nil && lastPreview.withLock { last in
                        let now = ContinuousClock.now
                        guard last.map({ now - $0 > .seconds(1) }) ?? true else { return false }
                        last = now
                        return true
                    }
                    if isDue, let soFar = try? summarise(results.withLock { $0.compactMap(\.self) }, seconds: 0) { preview?(done, soFar.cohort) }
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.withLock { $0.compactMap(\.self) }
    }

    private func run(_ shard: Shard, threads: Int, parts: (any PartStore)?, cancellation: Cancellation) throws -> ShardResult {
        if let stored = try reused(shard, from: parts) { return stored }
        var screening = screening
        screening.threads = threads
        screening.cancellation = cancellation
        let enrolments = try screening.enrol(shard.places)
        var rejections: [String: Int] = [:]
        for enrolment in enrolments {
            for (reason, count) in enrolment.rejections where count > 0 { rejections[reason.rawValue, default: 0] += count }
        }
        let patients = enrolments.compactMap(\.patient)
        let assigned = study.design == .randomised ? randomisation.arms(of: patients.map(\.patient), in: shard) : []
        let arms = try protocols.enumerated().map { arm, plan in
            let members = study.design == .twins ? patients : zip(patients, assigned).filter { $0.1 == arm }.map(\.0)
            if let records = try reused(arm: arm, of: shard, from: parts) { return records }
            let model = models.model(giving: plan.agents)
            let adopted = try model.adopting(members, from: models.growth, threads: threads, cancellation: cancellation)
            return try ArmSimulation(model: model, plan: plan, seed: study.seed, threads: threads, cancellation: cancellation).run(adopted)
        }
        let result = ShardResult(
            shard: shard, drawn: enrolments.map(\.drawn).reduce(0, +), rejections: rejections,
            unfilled: enrolments.count { $0.patient == nil }, growthDays: patients.map(\.growthDays),
            doublingDays: patients.compactMap(\.doublingDays), arms: arms)
        try parts.map { try keep(result, in: $0) }
        return result
    }
}
