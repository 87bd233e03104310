public import Kernels

/// A compiled system of differential(-algebraic) equations with events: the contract between models and methods.
///
/// ```
/// M y' = f(t, y, p),   M diagonal
/// ```
/// A model compiler emits it, an integrator runs it; neither knows the other. All mathematics is in kernels
/// (straight-line programs over lanes); this type says which kernel computes what, into which slots.
///
/// Buffers. `state` has `stateCount` slots. `parameters` has `parameterSlots` slots, in four consecutive ranges:
/// inputs (set per patient), controls (set by doses and infusions; 0 at the start), delayed values (written by the
/// integrator from the lane's own history before each evaluation), derived values (written by `derive`).
/// `time` has one slot. Every kernel lists its buffers in the order given at its property.
public struct DynamicalSystem: Sendable {
    // MARK: Sizes and names

    /// Ids of the states, in slot order.
    public var states: [String]
    /// Ids of the input parameters, in slot order.
    public var inputs: [String]
    /// Ids of the controls, in slot order after the inputs.
    public var controls: [String]
    /// Ids of the observables, in slot order of `observe`.
    public var observables: [String]
    public var delayCount: Int
    public var derivedCount: Int

    public var stateCount: Int { states.count }
    public var controlOffset: Int { inputs.count }
    public var delayOffset: Int { inputs.count + controls.count }
    public var derivedOffset: Int { delayOffset + delayCount }
    public var parameterSlots: Int { derivedOffset + derivedCount }

    /// Default value of each input.
    public var inputDefaults: [Double]
    /// Diagonal of the mass matrix: 1 for a differential state, 0 for an algebraic one.
    public var mass: [Double]
    /// A typical magnitude of each state, for scaling absolute tolerances; positive.
    public var typicalMagnitudes: [Double]

    // MARK: Kernels

    /// Derived parameters from the others. Buffers: [parameters]. Run after any change of a parameter.
    public var derive: Kernel
    /// State at the start from parameters and time. Buffers: [time, parameters, state].
    public var initialState: Kernel
    /// f(t, y, p). Buffers: [time, state, parameters, derivative].
    public var rightHandSide: Kernel
    /// f, J = ∂f/∂y (values in the order of `jacobianPattern`) and ∂f/∂t.
    /// Buffers: [time, state, parameters, derivative, jacobian, timeDerivative].
    public var jacobian: Kernel
    /// Row and column of every stored Jacobian value.
    public var jacobianPattern: [Entry]
    /// False when f does not depend on time explicitly (then `timeDerivative` is all zero).
    public var dependsOnTime: Bool
    /// LU of (w M − J) for the scalar w = 1/(γ h) of each lane. Buffers: [w, jacobian, factors].
    public var factor: Kernel
    public var factorSlots: Int
    /// Solves (w M − J) x = b in place. Buffers: [factors, x].
    public var solve: Kernel
    /// Observables. Buffers: [time, state, parameters, observables].
    public var observe: Kernel

    // MARK: Events and history

    /// Trigger functions g; a trigger is true where g > 0. Buffers: [time, state, parameters, triggers].
    /// A located trigger's g should be continuous where it crosses zero (`x < 3` as 3 − x, `and` as minimum, `or`
    /// as maximum); a jump is located too, by bisection. Where g = 0 counts as true (`x >= 3`), g is positive there.
    public var triggers: Kernel
    public var events: [SystemEvent]
    /// Times at which a trigger that depends only on time and parameters may switch, so that the integrator
    /// stops there exactly instead of searching. Buffers: [parameters, times]; non-finite means never.
    public var scheduledTimes: Kernel
    public var scheduledTimeCount: Int
    /// For each `delay(x, tau)`: the lag tau, then the value x. Buffers: [time, state, parameters, lags, values].
    /// The integrator evaluates `values` on its history at t − tau and writes them to the delayed slots.
    public var delays: Kernel

    // MARK: Chance

    /// Parameter slots (inputs or controls) that hold keyed uniform random numbers: drawn once at the start, and
    /// again whenever an event lists them in `draws`, before its values are evaluated.
    public var randomSlots: [RandomSlot]

    public struct Entry: Hashable, Sendable {
        public var row: Int
        public var column: Int
        public init(row: Int, column: Int) {
            self.row = row
            self.column = column
        }
    }

    /// All kernels that a model doesn't need (`derive`, `observe`, `triggers`, `scheduledTimes`, `delays`) may be
    /// left nil: they are replaced by empty ones with the right buffers.
    public init(
        states: [String], inputs: [String], controls: [String] = [], observables: [String], delayCount: Int = 0,
        derivedCount: Int = 0, inputDefaults: [Double], mass: [Double], typicalMagnitudes: [Double],
        derive: Kernel? = nil, initialState: Kernel, rightHandSide: Kernel, jacobian: Kernel,
        jacobianPattern: [Entry], dependsOnTime: Bool, factor: Kernel, factorSlots: Int, solve: Kernel,
        observe: Kernel, triggers: Kernel? = nil, events: [SystemEvent] = [], scheduledTimes: Kernel? = nil,
        scheduledTimeCount: Int = 0, delays: Kernel? = nil, randomSlots: [RandomSlot] = []
    ) {
        self.states = states
        self.inputs = inputs
        self.controls = controls
        self.observables = observables
        self.delayCount = delayCount
        self.derivedCount = derivedCount
        self.inputDefaults = inputDefaults
        self.mass = mass
        self.typicalMagnitudes = typicalMagnitudes
        self.derive = derive ?? Kernel(name: "derive", buffers: ["parameters"])
        self.initialState = initialState
        self.rightHandSide = rightHandSide
        self.jacobian = jacobian
        self.jacobianPattern = jacobianPattern
        self.dependsOnTime = dependsOnTime
        self.factor = factor
        self.factorSlots = factorSlots
        self.solve = solve
        self.observe = observe
        self.triggers = triggers ?? Kernel(name: "triggers", buffers: ["time", "state", "parameters", "triggers"])
        self.events = events
        self.scheduledTimes = scheduledTimes ?? Kernel(name: "scheduledTimes", buffers: ["parameters", "times"])
        self.scheduledTimeCount = scheduledTimeCount
        self.delays =
            delays ?? Kernel(name: "delays", buffers: ["time", "state", "parameters", "lags", "values"])
        self.randomSlots = randomSlots
    }
}

/// A parameter slot filled with a uniform random number in (0, 1) from the patient's own counter-based stream.
///
/// The number depends on the patient's `RandomKey`, on `purpose` and on how often the slot has been drawn, on
/// nothing else; so patients stay independent of their neighbours, and two arms of a trial share their luck.
public struct RandomSlot: Hashable, Sendable {
    /// Slot in the parameters buffer (an input or a control).
    public var slot: Int
    /// What the number is for; slots of equal purpose hold equal numbers.
    public var purpose: UInt64
    public init(slot: Int, purpose: UInt64) {
        self.slot = slot
        self.purpose = purpose
    }
}

/// An event: when its trigger turns from false to true, assignments happen, perhaps later.
public struct SystemEvent: Sendable {
    public enum Target: Hashable, Sendable {
        case state(Int)
        /// Slot in the parameters buffer (an input or a control).
        case parameter(Int)
    }
    public var id: String
    /// Index into the triggers buffer.
    public var trigger: Int
    /// False lets the event fire at the start when its trigger is true there.
    public var initialTriggerValue: Bool
    /// True: the trigger switches only at times of `scheduledTimes`; it need not be located.
    public var isScheduled: Bool
    public var isPersistent: Bool
    public var usesValuesFromTriggerTime: Bool
    /// Slots: delay, priority, then one value per target (delay 0 and priority 0 when not given).
    /// Buffers: [time, state, parameters, values].
    public var values: Kernel
    public var hasDelay: Bool
    public var hasPriority: Bool
    public var targets: [Target]
    /// True: the integration of this patient ends when the event fires (e.g. diagnosis reached).
    public var isTerminal: Bool
    /// Indices into `randomSlots` that are drawn anew just before the values are evaluated.
    public var draws: [Int]

    public init(
        id: String, trigger: Int, initialTriggerValue: Bool = true, isScheduled: Bool = false,
        isPersistent: Bool = true, usesValuesFromTriggerTime: Bool = true, values: Kernel, hasDelay: Bool = false,
        hasPriority: Bool = false, targets: [Target], isTerminal: Bool = false, draws: [Int] = []
    ) {
        self.id = id
        self.trigger = trigger
        self.initialTriggerValue = initialTriggerValue
        self.isScheduled = isScheduled
        self.isPersistent = isPersistent
        self.usesValuesFromTriggerTime = usesValuesFromTriggerTime
        self.values = values
        self.hasDelay = hasDelay
        self.hasPriority = hasPriority
        self.targets = targets
        self.isTerminal = isTerminal
        self.draws = draws
    }
}
