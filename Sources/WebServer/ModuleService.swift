#if Web
    import Foundation
    import ImmuneModels
    import ModelIR

    /// Every module of the built-in biology with its equations, parameters and sources.
    struct ModuleService: Sendable {
        let library: ModelLibrary

        private struct Entry: Encodable {
            var id: String
            var meaning: String
            var scope: String
            var equations: Int
            var parameters: Int
        }

        private struct Contents: Encodable {
            struct Equation: Encodable {
                var id: String
                var meaning: String
                var unit: String
                var formula: String
            }
            struct Value: Encodable {
                var id: String
                var value: Double
                var unit: String
                var varies: String
                var meaning: String
                var source: String
                var confidence: String
                var note: String
            }
            var id: String
            var meaning: String
            var scope: String
            var states: [Equation]
            var algebra: [Equation]
            var parameters: [Value]
        }

        func list() throws -> String {
            try JSONText.of(
                library.modules.sorted { $0.id < $1.id }.map { module in
                    Entry(
                        id: module.id, meaning: module.meaning, scope: module.scope.rawValue, equations: module.model.rules.count,
                        parameters: rows(of: module.id).count)
                })
        }

        /// - Throws: `WebFailure` when there is no such module.
        func contents(of id: String) throws -> String {
            guard let module = library.modules.first(where: { $0.id == id }) else {
                throw WebFailure(.notFound, "there is no module '\(id.prefix(100))'")
            }
            let model = module.model
            var words: [String: (meaning: String, unit: String)] = [:]
            for parameter in model.parameters { words[parameter.id] = (parameter.name ?? "", parameter.unit ?? "") }
            for species in model.species { words[species.id] = (species.name ?? "", species.unit ?? "") }
            var states: [Contents.Equation] = []
            var algebra: [Contents.Equation] = []
            for rule in model.rules {
                switch rule.kind {
                case .rate(let id):
                    states.append(.init(id: id, meaning: words[id]?.meaning ?? "", unit: words[id]?.unit ?? "", formula: "d\(id)/dt = \(rule.math)"))
                case .assignment(let id):
                    algebra.append(.init(id: id, meaning: words[id]?.meaning ?? "", unit: words[id]?.unit ?? "", formula: "\(id) = \(rule.math)"))
                case .algebraic: algebra.append(.init(id: "", meaning: "", unit: "", formula: "0 = \(rule.math)"))
                }
            }
            return try JSONText.of(
                Contents(
                    id: module.id, meaning: module.meaning, scope: module.scope.rawValue, states: states, algebra: algebra,
                    parameters: rows(of: id).map { row in
                        .init(
                            id: row.id, value: row.value, unit: row.unit,
                            varies: row.distribution.kind == .point ? "" : "\(row.distribution.kind.rawValue) \(row.distribution.spread)",
                            meaning: row.meaning, source: row.source, confidence: row.confidence.rawValue, note: row.note)
                    }))
        }

        private func rows(of module: String) -> [ParameterRow] { library.parameters.filter { $0.module == module } }
    }
#endif
