#if Web
    import Explanation
    import Foundation
    import ImmuneModels
    import ModelIR
    import Studies
    import Synchronization

    /// Which therapy for one patient, and why: the verbs of `perforin compare`.
    struct CompareService: Sendable {
        let library: ModelLibrary
        static let largestTwins = 256

        struct Request: Decodable {
            var cancer: String
            /// Facts by name, as `/api/catalogue` lists them.
            var facts: [String: String]
            /// Names from `/api/eligibility` or the words of a protocol; none: everything that practice offers.
            var therapies: [String]?
            var twins: Int?
            var months: Double?
            var seed: UInt64?
            /// Explain the first two of the ranking, or the two named here.
            var why: Bool?
            var explained: [String]?
            /// Look for values of a fact that turn the order of these two.
            var flips: Bool?
            /// Run these two without mechanisms from birth on, by id as `/api/eligibility` lists them.
            var fromBirth: [String]?
        }

        private struct Choices: Encodable {
            var options: [TherapyOption]
            /// Names of the facts that matter in this cancer.
            var facts: [String]
            /// Earlier treatments that rules ask about.
            var prior: [String]
            /// Facts that were taken as standard.
            var assumed: [String]
            /// Mechanisms that can be left out from birth.
            var absences: [Named]
        }

        private struct Named: Encodable {
            var id: String
            var name: String
        }

        private func request(_ body: Data) throws -> Request { try JSONDecoder().decode(Request.self, from: body) }

        private func profile(_ request: Request) throws -> PatientProfile {
            guard let cancer = library.cancer(named: request.cancer) else {
                throw WebFailure(.unprocessableContent, "there is no cancer '\(request.cancer.prefix(100))'")
            }
            return PatientProfile(cancer: cancer.id, facts: request.facts)
        }

        private func comparison(_ request: Request) throws -> TherapyComparison {
            let twins = request.twins ?? 64
            guard (2...Self.largestTwins).contains(twins) else {
                throw WebFailure(.badRequest, "the number of twins must be between 2 and \(Self.largestTwins), got \(twins)")
            }
            let months = request.months ?? 24
            guard (3...60).contains(months) else { throw WebFailure(.badRequest, "the horizon must be between 3 and 60 months, got \(months)") }
            guard (request.therapies ?? []).count <= 12, (request.explained ?? []).count <= 2, (request.fromBirth ?? []).count <= 3 else {
                throw WebFailure(.badRequest, "at most 12 therapies are compared, two explained, and three mechanisms left out")
            }
            let plan = ComparisonPlan(
                profile: try profile(request), therapies: request.therapies ?? [], twins: twins, horizonMonths: months,
                explains: request.why ?? false, explained: request.explained ?? [], whyTwins: min(48, twins), whyMonths: min(12, months),
                looksForFlips: request.flips ?? false, fromBirth: request.fromBirth ?? [], seed: request.seed ?? 1, threads: ProcessInfo.processInfo.activeProcessorCount)
            return try TherapyComparison(plan, library: library)
        }

        /// What this patient may have, and what not and why; nothing is simulated.
        func eligibility(_ body: Data) throws -> String {
            let profile = try profile(try request(body))
            let eligibility = try Eligibility(library: library)
            let matters = try eligibility.vocabulary(for: profile.cancer)
            return try JSONText.of(
                Choices(
                    options: try eligibility.options(for: profile), facts: matters.facts, prior: matters.prior,
                    assumed: try profile.completed().assumed.filter { text in matters.facts.contains { text.hasPrefix($0 + " ") } },
                    absences: try Absence.all().map { Named(id: $0.id, name: $0.name) }))
        }

        /// Outcomes and ranking at once; `why`, `flips` and `fromBirth` take the job.
        func compare(_ body: Data) throws -> String {
            var request = try request(body)
            request.why = false
            request.flips = false
            request.fromBirth = nil
            return try JSONText.of(try comparison(request).run())
        }

        /// The same with explanation and flip conditions, as a job.
        func job(_ body: Data) throws -> JobCenter.Work {
            let comparison = try comparison(try request(body))
            return { report in
                let meter = StageMeter()
                let result = try comparison.run { progress in
                    let done = meter.overall(progress)
                    report(done, StageMeter.whole, "{\"stage\":\"\(StageMeter.words(progress.stage))\"}")
                }
                try Task.checkCancellation()
                return try JSONText.of(result)
            }
        }
    }

    /// Progress of stages, whose number is not known before, as one number that only grows.
    private final class StageMeter: Sendable {
        static let whole = 1000
        private let state = Mutex((stage: "", base: 0, highest: 0))

        /// Treating is quick and explaining long: an explanation or search takes what is left, the stages before a little.
        func overall(_ progress: StudyProgress) -> Int {
            state.withLock { state in
                let isLong = ["explaining", "looking for flips"].contains(progress.stage)
                if state.stage != progress.stage {
                    state.base = min(150, state.base + (state.stage.isEmpty ? 0 : 20))
                    state.stage = progress.stage
                }
                let share = isLong && progress.total > 0 ? (Self.whole - state.base) * min(progress.done, progress.total) / progress.total : 0
                // how many runs there will be is an estimate, which may rise
                state.highest = max(state.highest, state.base + share)
                return state.highest
            }
        }

        static func words(_ stage: String) -> String {
            let text = stage == "explaining" ? "running each mechanism held and released" : stage == "looking for flips" ? "running the same twins with one fact changed" : stage
            return text.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
        }
    }
#endif
