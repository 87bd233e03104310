import ImmuneModels

/// What a class of therapy does to a cancer, as parameters of its drugs that can be set so that they do nothing.
///
/// With its central mechanism off a drug is still given, distributed and cleared; what is left of a prediction is what the
/// rest of the model and the conduct of the trial would have said without it.
struct CentralMechanism: Sendable {
    /// Name in the table of results.
    var name: String
    /// Beginning of the class in the agents' files.
    var agents: String
    /// Ends of parameters' ids and what each is multiplied with.
    var parameters: [(suffix: String, factor: Double)]

    static let all: [CentralMechanism] = [
        CentralMechanism(name: "checkpoint inhibitors", agents: "checkpoint inhibitor", parameters: [("_Kd", 1e9), ("_depletion", 0)]),
        CentralMechanism(name: "chemotherapy", agents: "chemotherapy", parameters: [("_kill_max", 0)]),
        CentralMechanism(name: "kinase inhibitors", agents: "kinase inhibitor", parameters: [("_kill_max", 0), ("_growth_hold", 0), ("_antivascular", 0)]),
        CentralMechanism(name: "antibodies", agents: "monoclonal antibody", parameters: [("_Kd", 1e9)]),
        CentralMechanism(name: "antibody-drug conjugates", agents: "antibody-drug conjugate", parameters: [("_Kd", 1e9)]),
        CentralMechanism(name: "engagers", agents: "bispecific", parameters: [("_kill", 0)]),
        CentralMechanism(name: "CAR-T cells", agents: "CAR-T", parameters: [("_kill", 0)]),
        CentralMechanism(name: "tumour-infiltrating lymphocytes", agents: "tumour-infiltrating", parameters: [("_density_50", 1e12)]),
        CentralMechanism(name: "vaccines", agents: "therapeutic vaccine", parameters: [("_antigen_per_dose", 0)]),
        CentralMechanism(name: "radiotherapy", agents: "radiotherapy", parameters: [("_alpha", 0), ("_beta", 0)]),
    ]

    /// Factors that switch it off in a model; nil when none of these agents acts through it.
    func factors(agents: [Agent], in model: AssembledModel) -> [String: Double]? {
        let own = agents.filter { $0.agentClass.hasPrefix(self.agents) }.map { "\($0.id)_" }
        var factors: [String: Double] = [:]
        for row in model.parameters where own.contains(where: { row.id.hasPrefix($0) }) {
            for parameter in parameters where row.id.hasSuffix(parameter.suffix) { factors[row.id] = parameter.factor }
        }
        return factors.isEmpty ? nil : factors
    }
}
