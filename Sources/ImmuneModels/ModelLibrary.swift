import Foundation
import ModelIR

/// The module files, parameter tables, cancers and agents that models are assembled from.
public struct ModelLibrary: Sendable {
    public var modules: [Module] = []
    public var parameters: [ParameterRow] = []
    public var agents: [Agent] = []
    public var cancers: [Cancer] = []

    /// One module file with what the catalogue `modules/modules.csv` says about it.
    public struct Module: Sendable {
        public enum Scope: String, Sendable {
            /// Once per patient.
            case system
            /// Once per lesion: what it defines takes the lesion's prefix from the second lesion on.
            case lesion
            /// Once per antigen group; once per antigen group and lesion; once per agent; agent and lesion.
            case group, groupLesion = "group-lesion", agent, agentLesion = "agent-lesion"
        }
        public enum Use: String, Sendable {
            /// In every patient, in every patient with a solid tumour, with a blood cancer.
            case always, solid, blood
            /// Only when a plan, a cancer or an agent names it.
            case optional
        }
        public var id: String
        public var scope: Scope
        public var use: Use
        public var meaning: String
        public var model: Model
    }

    /// The library that comes with Perforin.
    public static func builtIn() throws -> ModelLibrary {
        throw InvalidModel([Diagnostic(.error, .unsupported, "the module library is not readable yet")])
    }

    public func agent(named name: String) -> Agent? {
        let key = name.lowercased()
        return agents.first { $0.id == key || $0.aliases.contains { $0.lowercased() == key } }
    }

    public func cancer(named name: String) -> Cancer? {
        let key = name.lowercased()
        return cancers.first { $0.id == key || $0.aliases.contains { $0.lowercased() == key } }
    }

    /// Merges the modules that `plan` needs into one model and fills in the values.
    ///
    /// - Throws: `InvalidModel` with everything found: an unknown cancer, agent or module, a symbol that two
    ///   modules define, a value without a table row, disagreeing units, an agent that makes no sense here.
    public func assemble(_ plan: ModelPlan) throws -> AssembledModel {
        throw InvalidModel([Diagnostic(.error, .unsupported, "models are not assembled yet")])
    }
}
