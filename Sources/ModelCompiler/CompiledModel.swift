public import Dynamics
public import ModelIR

/// A dynamical system together with the names by which a model's author knows its parts.
public struct CompiledModel: Sendable {
    public var system: DynamicalSystem
    /// What each input of the system means, in slot order.
    public var inputs: [Input]
    /// What each observable of the system is, in slot order.
    public var observables: [Observable]
    /// Findings that did not stop the compilation.
    public var warnings: [Diagnostic]

    /// A number that may differ between patients.
    public struct Input: Hashable, Sendable {
        public enum Meaning: Hashable, Sendable {
            case parameter
            case compartmentSize
            /// Amount of a species at the start.
            case initialAmount
            /// Concentration of a species at the start; the amount follows from the compartment's size.
            case initialConcentration
            case stoichiometry
            /// A parameter of one reaction only; its id is `reaction.parameter`.
            case localParameter
        }
        public var id: String
        public var meaning: Meaning
        /// Unit id as the model declares it.
        public var unit: String?
        /// The model's own value; NaN where it gives none.
        public var defaultValue: Double
    }

    /// Slot of an input by id; nil when the id is computed or folded away.
    public func input(_ id: String) -> Int? { inputSlots[id] }

    /// Slot in the parameters buffer of an input or a control; nil for any other id.
    public func parameter(_ id: String) -> Int? {
        inputSlots[id] ?? system.controls.firstIndex(of: id).map { system.controlOffset + $0 }
    }

    /// Slot of the state that holds a species' amount, or the value of a compartment, parameter or stoichiometry
    /// that changes continuously; nil for any other id.
    public func state(_ id: String) -> Int? { stateSlots[id] }

    let inputSlots: [String: Int]
    let stateSlots: [String: Int]
}
