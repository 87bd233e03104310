import Ensembles
import ImmuneModels
import Integrators
import ModelIR
import VirtualTrials

/// The models of a study: one without drugs, in which tumours grow, and one for each set of agents that an arm gives.
///
/// An arm's model holds its own agents alone, so that what an arm shows doesn't depend on the other arms.
struct ArmModels: Sendable {
    let growth: TrialModel
    /// With the agents of all arms: whose parameters patients are drawn for. It isn't run.
    var union: AssembledModel
    private let byAgents: [[String]: TrialModel]

    /// - Parameters:
    ///   - plan: The cancer and its lesions; its agents are not looked at.
    ///   - arms: Agents that each arm may give, crossover and rescue included.
    ///   - hasChance: Populations of few cells die out and arise by chance.
    /// - Throws: `InvalidModel` for agents that make no sense in the cancer.
    init(_ plan: ModelPlan, arms: [[String]], library: ModelLibrary, relativeTolerance: Double, hasChance: Bool = true) throws {
        func assembled(_ agents: some Sequence<String>) throws -> AssembledModel {
            var plan = plan
            plan.agents = Set(agents).sorted()
            return try library.assemble(plan)
        }
        let tolerances = Tolerances(relative: relativeTolerance, absolute: .scaled(relativeTolerance * 1e-3))
        union = try assembled(arms.joined())
        growth = try TrialModel(try assembled([]), tolerances: tolerances, hasChance: hasChance)
        var byAgents: [[String]: TrialModel] = [[]: growth]
        for agents in arms.map(Self.key) where byAgents[agents] == nil {
            byAgents[agents] = try TrialModel(try assembled(agents), tolerances: tolerances, hasChance: hasChance)
        }
        self.byAgents = byAgents
    }

    private static func key(_ agents: [String]) -> [String] { Set(agents).sorted() }

    /// The model of an arm that gives these agents, one of those that the study was made with.
    func model(giving agents: [String]) -> TrialModel { byAgents[Self.key(agents)]! }

    /// Narrows the distributions that patients' parameters are drawn from, by id.
    mutating func limit(_ limits: [String: ClosedRange<Double>]) {
        for index in union.parameters.indices {
            guard let range = limits[union.parameters[index].id] else { continue }
            union.parameters[index].distribution.low = max(union.parameters[index].distribution.low ?? -.infinity, range.lowerBound)
            union.parameters[index].distribution.high = min(union.parameters[index].distribution.high ?? .infinity, range.upperBound)
        }
    }

    /// Hash of the growth and of every arm, in order.
    func hash(arms: [[String]]) -> ContentHash {
        var hash = growth.hash
        for agents in arms { hash.combine(model(giving: agents).hash.description) }
        return hash
    }
}
