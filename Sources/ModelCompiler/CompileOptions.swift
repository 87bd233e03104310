public import ModelIR

/// What a caller wants out of a compiled model, and what it will vary per patient.
public struct CompileOptions: Sendable {
    /// Which constants become inputs, settable per patient.
    public enum InputSelection: Sendable, Hashable {
        /// Every constant parameter, initial value, compartment size and constant stoichiometry.
        case all
        /// Only these ids; all other constants are folded into the kernels, which run faster for it
        /// (a Hill exponent known to be 2 is a multiplication).
        case only(Set<String>)
    }

    /// What `observe` computes; nil: every species, in the meaning its symbol has in formulas.
    public var observables: [Observable]?
    public var inputs: InputSelection = .all
    /// Ids whose initial assignment is dropped and which become inputs instead, because the caller sets them.
    public var overrides: Set<String> = []
    /// Parameters that doses and infusions drive: they live in the controls and are 0 at the start.
    public var controls: [String] = []
    /// Ids of events that end a patient's run when they fire.
    public var terminalEvents: Set<String> = []
    /// The time at which initial assignments are evaluated.
    public var startTime: Double = 0

    public init(observables: [Observable]? = nil) { self.observables = observables }

    func isInput(_ id: String) -> Bool {
        switch inputs {
        case .all: true
        case .only(let ids): ids.contains(id) || overrides.contains(id)
        }
    }
}

/// One column of the results.
public struct Observable: Hashable, Sendable {
    public enum Quantity: Hashable, Sendable {
        /// What the symbol means in formulas: amount or concentration of a species as it declares, size of a
        /// compartment, value of a parameter, rate of a reaction, stoichiometry of a species reference.
        case value
        /// Amount of a species.
        case amount
        /// Amount of a species divided by the size of its compartment.
        case concentration
        /// Any formula over the model's symbols.
        case expression(Expression)
    }
    public var id: String
    public var quantity: Quantity

    public init(_ id: String, _ quantity: Quantity = .value) {
        self.id = id
        self.quantity = quantity
    }
}
