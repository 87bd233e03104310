public import Dynamics
public import Kernels

/// A system, a method and tolerances, compiled to kernels for one back end. Shared by all threads; each makes its own
/// lane group.
///
/// Every patient occupies one lane with its own time, step size, stops and accept/reject decision. A patient's
/// result depends on its input alone: not on its lane, its neighbours, the lane count, the order or the thread.
public final class Integrator: Sendable {
    public let system: DynamicalSystem
    public let tolerances: Tolerances
    public let tableau: RosenbrockTableau
    public let backend: Backend

    let absoluteTolerances: [Double]
    /// States that are interpolated within steps: those that observables, located triggers or delays read.
    let denseStates: [Int]
    /// The state that each observable is, where all are states and nothing has to be computed.
    let observedStates: [Int]?
    /// For single lanes, where the virtual machine serves and nothing but states is observed.
    let laneInterpolation: LaneInterpolation?
    let hasTimeDerivative: Bool
    let hasAlgebraicStates: Bool
    let locatedEvents: [LocatedEvent]
    let hasLocatedEvents: Bool
    let hasScheduledEvents: Bool
    /// Values or lags of delays use other delays.
    let delaysNest: Bool
    let kernels: IntegrationKernels

    /// - Throws: When a kernel of the system is malformed.
    public init(
        _ system: DynamicalSystem, method: IntegrationMethod = .automatic, tolerances: Tolerances = Tolerances(),
        backend: Backend = .best
    ) throws(InvalidKernel) {
        self.system = system
        self.tolerances = tolerances
        tableau = method.tableau(relativeTolerance: tolerances.relative)
        absoluteTolerances = tolerances.absolute(typicalMagnitudes: system.typicalMagnitudes)
        hasTimeDerivative = system.dependsOnTime || system.delayCount > 0
        hasAlgebraicStates = system.mass.contains(0)
        locatedEvents = system.events.enumerated().filter { !$0.element.isScheduled }.map {
            LocatedEvent(index: $0.offset, trigger: $0.element.trigger, isPersistent: $0.element.isPersistent)
        }
        hasLocatedEvents = !locatedEvents.isEmpty
        hasScheduledEvents = system.events.contains(where: \.isScheduled)
        var dense = system.observe.loadedSlots(ofBuffer: 1)
        if hasLocatedEvents { dense.formUnion(system.triggers.loadedSlots(ofBuffer: 1)) }
        if system.delayCount > 0 { dense.formUnion(system.delays.loadedSlots(ofBuffer: 1)) }
        denseStates = dense.sorted()
        observedStates = system.observe.copiedSlots(from: 1, to: 3, count: system.observables.count)
        delaysNest = system.delays.loadedSlots(ofBuffer: 2).contains {
            (system.delayOffset..<system.derivedOffset).contains($0)
        }
        kernels = try IntegrationKernels(
            StepKernels(
                system: system, tableau: tableau, absoluteTolerances: absoluteTolerances, denseStates: denseStates,
                hasTimeDerivative: hasTimeDerivative),
            locatedEvents: locatedEvents, backend: backend)
        self.backend = kernels.backend
        laneInterpolation = kernels.backend.form == .virtualMachine
            ? observedStates.map { [denseStates] in LaneInterpolation($0, among: denseStates) } : nil
    }

    /// Runs patients on the calling thread, as many at a time as there are lanes.
    ///
    /// - Parameters:
    ///   - next: The next patient and its number; nil when there are no more. Called again as soon as a lane is free.
    ///   - finish: Called once per patient, in the order in which they finish.
    ///   - isCancelled: Looked at between steps; true abandons the patients under way.
    public func run(
        next: () -> (patient: Int, input: PatientInput)?, finish: (_ patient: Int, _ result: PatientResult) -> Void,
        isCancelled: () -> Bool = { false }
    ) {
        var group = LaneGroup(self)
        group.run(next: next, finish: finish, isCancelled: isCancelled)
    }

    /// Results of some patients, in their order.
    public func run(_ inputs: [PatientInput]) -> [PatientResult] {
        var results = [PatientResult?](repeating: nil, count: inputs.count)
        var nextPatient = 0
        run {
            guard nextPatient < inputs.count else { return nil }
            defer { nextPatient += 1 }
            return (nextPatient, inputs[nextPatient])
        } finish: {
            results[$0] = $1
        }
        return results.map { $0! }
    }

    public func run(_ input: PatientInput) -> PatientResult { run([input])[0] }
}

/// What the scan for events needs of each, in numbers: copying whole events counts references.
struct LocatedEvent: Sendable {
    var index: Int
    var trigger: Int
    var isPersistent: Bool
}
