#if Web
    import Foundation
    import ModelIR
    import ModelRuns

    /// Runs a model that a user sends as text.
    enum ModelService {
        struct Request: Decodable {
            var text: String
            var duration: Double
            var steps: Int
        }

        struct Answer: Encodable {
            struct Series: Encodable {
                var name: String
                var unit: String
                var values: [Double]
            }
            var time: [Double]
            var series: [Series]
            var species: Int
            var reactions: Int
            var setup_ms: Double
            var solve_ms: Double
            var warnings: [String]
        }

        /// - Throws: `InvalidModel` with places, `RunFailure`, or `WebFailure` for limits that the request exceeds.
        static func run(_ body: Data) throws -> String {
            let request = try JSONDecoder().decode(Request.self, from: body)
            guard request.duration > 0, request.duration.isFinite else {
                throw WebFailure(.badRequest, "the duration must be a positive number")
            }
            guard (1...10_000).contains(request.steps) else {
                throw WebFailure(.badRequest, "the number of output points must be between 1 and 10,000")
            }
            let started = ContinuousClock.now
            let model = try loadModel(Data(request.text.utf8), file: "model")
            var options = RunOptions()
            options.duration = request.duration
            options.steps = request.steps
            if model.species.isEmpty {
                options.observed = model.rules.compactMap { rule in
                    if case .rate(let variable) = rule.kind { variable } else { nil }
                }
            }
            let prepared = try PreparedModel(model, options: options)
            let ready = ContinuousClock.now
            let course = try prepared.run([:], duration: request.duration, steps: request.steps)
            let solved = ContinuousClock.now
            let facts = ModelFacts(model)
            return try JSONText.of(
                Answer(
                    time: course.times,
                    series: course.columns.indices.map {
                        .init(name: course.columns[$0], unit: course.units[$0], values: course.column($0))
                    }, species: facts.species, reactions: facts.reactions, setup_ms: milliseconds(ready - started),
                    solve_ms: milliseconds(solved - ready),
                    warnings: (prepared.warnings + facts.unitFindings).prefix(40).map(\.description)))
        }
    }

    func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) * 1e-15
    }
#endif
