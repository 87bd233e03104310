/// What a model is assembled for: one cancer (or none), the agents that may be given, the modules that are on.
///
/// A plan names agents, not doses: every arm that uses the same agents shares one assembled model.
public struct ModelPlan: Sendable, Hashable {
    /// Id of a cancer in the library; nil is a person without cancer.
    public var cancer: String?
    /// Ids of agents in the library, in any order; each is instantiated once.
    public var agents: [String]
    /// Optional modules to add (`infection`), beyond those that cancer and agents need.
    public var modulesOn: Set<String>
    /// Modules to leave out; a module off is the same as a module absent.
    public var modulesOff: Set<String>
    /// Templates to instantiate beyond those that cancer and agents need: `ModuleInstance("20-car-t", name: "CAR")`.
    public var instances: [ModuleInstance]
    /// Number of lesions with a geometry of their own, 1 to 5 (solid tumours).
    public var lesions: Int
    /// Values that replace those of the tables, by assembled id.
    public var values: [String: Double]

    public init(
        cancer: String? = nil, agents: [String] = [], modulesOn: Set<String> = [], modulesOff: Set<String> = [],
        lesions: Int = 1, values: [String: Double] = [:], instances: [ModuleInstance] = []
    ) {
        self.cancer = cancer
        self.agents = agents
        self.modulesOn = modulesOn
        self.modulesOff = modulesOff
        self.lesions = lesions
        self.values = values
        self.instances = instances
    }
}
