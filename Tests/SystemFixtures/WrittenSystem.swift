import Dynamics
import Kernels

/// What a formula may use.
package struct Symbols {
    package let time: Formula
    package let y: [Formula]
    package let p: [Formula]
    package let delayed: [Formula]
    package func number(_ x: Double) -> Formula { time.constant(x) }
}

/// An event as a test writes it.
package struct WrittenEvent {
    package var id: String
    package var trigger: (Symbols) -> Formula
    package var initialValue = true
    package var isScheduled = false
    package var isPersistent = true
    package var usesValuesFromTriggerTime = true
    package var delay: ((Symbols) -> Formula)?
    package var priority: ((Symbols) -> Formula)?
    package var assignments: [(SystemEvent.Target, (Symbols) -> Formula)]
    package var isTerminal = false
    package var draws: [Int] = []

    package init(
        _ id: String, when trigger: @escaping (Symbols) -> Formula,
        set assignments: [(SystemEvent.Target, (Symbols) -> Formula)] = []
    ) {
        self.id = id
        self.trigger = trigger
        self.assignments = assignments
    }
}

/// A small system written by hand in Swift, compiled to kernels without a model compiler: dense natural elimination
/// order, exact Jacobian by forward differentiation.
package struct WrittenSystem {
    package var states: [String]
    package var inputs: [(String, Double)] = []
    package var controls: [String] = []
    package var mass: [Double]
    package var typical: [Double]
    package var initial: (Symbols) -> [Formula]
    package var rates: (Symbols) -> [Formula]
    package var observables: [(String, (Symbols) -> Formula)]
    package var events: [WrittenEvent] = []
    package var scheduledTimes: ((Symbols) -> [Formula])?
    /// Lag and value of each delay.
    package var delays: [(lag: (Symbols) -> Formula, value: (Symbols) -> Formula)] = []
    package var randomSlots: [RandomSlot] = []
    /// Multiplies every Jacobian value, to make it wrong on purpose.
    package var jacobianScale = 1.0
    /// Elimination order of the states; natural if empty.
    package var eliminationOrder: [Int] = []

    package init(
        _ states: [String], initial: @escaping (Symbols) -> [Formula], rates: @escaping (Symbols) -> [Formula]
    ) {
        self.states = states
        self.initial = initial
        self.rates = rates
        mass = states.map { _ in 1 }
        typical = states.map { _ in 1 }
        observables = states.enumerated().map { i, id in (id, { $0.y[i] }) }
    }

    package init(_ states: [String], initial: [Double], rates: @escaping (Symbols) -> [Formula]) {
        self.init(states, initial: { s in initial.map { s.number($0) } }, rates: rates)
    }

    /// Time is variable −1, state i is variable i.
    private func symbols(
        _ tape: FormulaTape, time: Int?, state: Int?, parameters: Int?, differentiates: Bool = false
    ) -> Symbols {
        let one = tape.builder.constant(1)
        func variable(_ value: Kernel.Value, _ index: Int) -> Formula {
            Formula(tape: tape, value: value, partials: differentiates ? [index: one] : [:])
        }
        let t = time.map { tape.builder.load($0, slot: 0) } ?? tape.builder.constant(0)
        let count = inputs.count + controls.count
        return Symbols(
            time: variable(t, -1),
            y: state.map { buffer in states.indices.map { variable(tape.builder.load(buffer, slot: $0), $0) } } ?? [],
            p: parameters.map { buffer in
                (0..<count).map { Formula(tape: tape, value: tape.builder.load(buffer, slot: $0), partials: [:]) }
            } ?? [],
            delayed: parameters.map { buffer in
                delays.indices.map {
                    Formula(tape: tape, value: tape.builder.load(buffer, slot: count + $0), partials: [:])
                }
            } ?? [])
    }

    private func kernel(
        _ name: String, _ buffers: [String], time: Int?, state: Int?, parameters: Int?,
        _ body: (FormulaTape, Symbols) -> Void
    ) -> Kernel {
        let tape = FormulaTape(name, buffers: buffers)
        body(tape, symbols(tape, time: time, state: state, parameters: parameters))
        return tape.builder.finish()
    }

    private func storing(
        _ name: String, _ buffers: [String], time: Int?, state: Int?, parameters: Int?, into buffer: Int,
        _ formulas: (Symbols) -> [Formula]
    ) -> Kernel {
        kernel(name, buffers, time: time, state: state, parameters: parameters) { tape, symbols in
            for (slot, formula) in formulas(symbols).enumerated() {
                tape.builder.store(formula.value, to: buffer, slot: slot)
            }
        }
    }

    package func compiled() -> DynamicalSystem {
        let n = states.count
        var pattern: [DynamicalSystem.Entry] = []
        var dependsOnTime = false
        let tape = FormulaTape(
            "jacobian", buffers: ["time", "state", "parameters", "derivative", "jacobian", "timeDerivative"])
        let f = rates(symbols(tape, time: 0, state: 1, parameters: 2, differentiates: true))
        for (row, formula) in f.enumerated() {
            tape.builder.store(formula.value, to: 3, slot: row)
            for column in 0..<n {
                guard let partial = formula.partials[column] else { continue }
                let scaled = tape.builder.multiply(tape.builder.constant(jacobianScale), partial)
                tape.builder.store(scaled, to: 4, slot: pattern.count)
                pattern.append(.init(row: row, column: column))
            }
            let zero = tape.builder.constant(0)
            tape.builder.store(formula.partials[-1] ?? zero, to: 5, slot: row)
            if formula.partials[-1] != nil { dependsOnTime = true }
        }
        let elimination = Elimination(pattern: pattern, mass: mass, order: eliminationOrder)
        let withState = ["time", "state", "parameters"]
        return DynamicalSystem(
            states: states, inputs: inputs.map(\.0), controls: controls, observables: observables.map(\.0),
            delayCount: delays.count, inputDefaults: inputs.map(\.1), mass: mass, typicalMagnitudes: typical,
            initialState: storing(
                "initialState", ["time", "parameters", "state"], time: 0, state: nil, parameters: 1, into: 2, initial),
            rightHandSide: storing(
                "rightHandSide", withState + ["derivative"], time: 0, state: 1, parameters: 2, into: 3, rates),
            jacobian: tape.builder.finish(), jacobianPattern: pattern, dependsOnTime: dependsOnTime,
            factor: elimination.factor, factorSlots: elimination.slots, solve: elimination.solve,
            observe: storing(
                "observe", withState + ["observables"], time: 0, state: 1, parameters: 2, into: 3
            ) { s in observables.map { $0.1(s) } },
            triggers: storing(
                "triggers", withState + ["triggers"], time: 0, state: 1, parameters: 2, into: 3
            ) { s in events.map { $0.trigger(s) } },
            events: events.enumerated().map { index, event in
                SystemEvent(
                    id: event.id, trigger: index, initialTriggerValue: event.initialValue,
                    isScheduled: event.isScheduled, isPersistent: event.isPersistent,
                    usesValuesFromTriggerTime: event.usesValuesFromTriggerTime,
                    values: storing(
                        event.id, withState + ["values"], time: 0, state: 1, parameters: 2, into: 3
                    ) { s in
                        [event.delay?(s) ?? s.number(0), event.priority?(s) ?? s.number(0)]
                            + event.assignments.map { $0.1(s) }
                    },
                    hasDelay: event.delay != nil, hasPriority: event.priority != nil,
                    targets: event.assignments.map(\.0), isTerminal: event.isTerminal, draws: event.draws)
            },
            scheduledTimes: scheduledTimes.map {
                storing("scheduledTimes", ["parameters", "times"], time: nil, state: nil, parameters: 0, into: 1, $0)
            },
            scheduledTimeCount: scheduledTimes.map { times in
                let counting = FormulaTape("count", buffers: ["parameters", "times"])
                return times(symbols(counting, time: nil, state: nil, parameters: 0)).count
            } ?? 0,
            delays: delays.isEmpty
                ? nil
                : kernel(
                    "delays", withState + ["lags", "values"], time: 0, state: 1, parameters: 2
                ) { tape, s in
                    for (slot, delay) in delays.enumerated() {
                        tape.builder.store(delay.lag(s).value, to: 3, slot: slot)
                        tape.builder.store(delay.value(s).value, to: 4, slot: slot)
                    }
                },
            randomSlots: randomSlots)
    }
}
