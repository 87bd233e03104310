import Dynamics
import Kernels
import ModelIR

/// Turns translated nodes into the kernels of a dynamical system.
struct SystemAssembly {
    typealias Node = ExpressionGraph.Node
    private typealias Output = KernelLowering.Output

    let translation: Translation
    let initial: Translation.InitialValues
    private let pastValues: [Node]
    private var graph: ExpressionGraph
    private var memo: [Node: Node] = [:]
    private var hoisted: [Node] = []
    private var hoistedIndex: [Node: Int] = [:]
    private var hoistMemo: [Node: Node] = [:]

    init(_ translation: Translation, _ initial: Translation.InitialValues) {
        self.translation = translation
        self.initial = initial
        // Makes nodes, so it comes before the copy.
        pastValues = translation.delays.map(translation.pastValue)
        graph = translation.graph
    }

    mutating func assemble(observables: [Node], names: [String], events: [Translation.EventNodes]) -> DynamicalSystem {
        let n = translation.states.count
        let stateLeaves = (0..<n).map { graph.leaf(.state, $0) }
        var modes = TimeModes(firstControl: translation.options.controls.count)
        let rates = modes.replaceConditions(
            in: resolve(translation.states.indices.map { translation.states[$0].constraint ?? translation.derivatives[$0]! }), &graph)
        if let warning = TimeModes.warning(about: rates, in: graph) { translation.diagnostics.append(warning) }
        let controls = translation.options.controls + modes.names
        let mass = translation.states.map { $0.constraint == nil ? 1.0 : 0.0 }

        // Derivatives: J by rows and ∂f/∂t, with time as variable n.
        var differentiator = Differentiator(variables: stateLeaves + [graph.leaf(.time)])
        var entries: [(row: Int, column: Int, node: Node)] = []
        var timeDerivatives = [Node](repeating: graph.zero, count: n)
        for (row, rate) in rates.enumerated() {
            for partial in differentiator.gradient(of: rate, in: &graph) {
                if Int(partial.variable) == n {
                    timeDerivatives[row] = partial.derivative
                } else {
                    entries.append((row, Int(partial.variable), partial.derivative))
                }
            }
        }
        let dependsOnTime = timeDerivatives.contains { !graph.isConstant($0, 0) }

        // Triggers and their switching times.
        var triggers = TriggerFunctions()
        let conditions = resolve(events.map(\.condition))
        var triggerNodes = conditions.map { triggers.function(of: $0, in: &graph) }
        // Events without assignments make the integrator stop where a compound condition may become true.
        var watched: [Node] = []
        for condition in conditions {
            let relations = triggers.openingRelations(of: condition, in: &graph)
            for relation in relations where relations.count > 1 && !conditions.contains(relation) && !watched.contains(relation) { watched.append(relation) }
        }
        triggerNodes += watched.map { triggers.function(of: $0, in: &graph) }
        // Two switches per mode: on where its condition begins to hold, off where it ends.
        let firstSwitch = triggerNodes.count
        for condition in modes.conditions {
            triggerNodes.append(triggers.function(of: condition, in: &graph))
            triggerNodes.append(triggers.function(of: condition, isReversed: true, in: &graph))
        }
        let eventValues = events.map { event in resolve([event.delay, event.priority] + event.values) }
        let delays = resolve(translation.delays.map { $0.nodes!.lag }) + resolve(pastValues)

        // Hoist what a patient's parameters decide.
        let rateNodes = hoist(rates)
        let jacobianNodes = hoist(entries.map(\.node))
        let timeNodes = hoist(timeDerivatives)
        let observableNodes = hoist(resolve(observables))
        let hoistedTriggers = hoist(triggerNodes)
        let hoistedTimes = hoist(triggers.scheduledTimes)
        let hoistedEvents = eventValues.map { hoist($0) }
        let hoistedDelays = hoist(delays)
        let hoistedInitial = hoist(initial.states)

        var layout = KernelLowering.Layout(buffers: ["time", "state", "parameters"], time: 0, state: 1, parameters: 2)
        layout.controlOffset = translation.inputs.count
        layout.delayOffset = layout.controlOffset + controls.count
        layout.derivedOffset = layout.delayOffset + translation.delays.count

        func kernel(_ name: String, _ extra: [String], _ outputs: [(Int, [Node])]) -> Kernel {
            var layout = layout
            layout.buffers += extra
            let stores = outputs.flatMap { buffer, nodes in
                nodes.enumerated().map { Output(node: $1, buffer: buffer, slot: $0) }
            }
            return KernelLowering.kernel(name, layout, stores, of: graph)
        }

        var deriveLayout = layout
        deriveLayout.buffers = ["parameters"]
        (deriveLayout.time, deriveLayout.state, deriveLayout.parameters) = (nil, nil, 0)
        let derive = KernelLowering.kernel(
            "derive", deriveLayout,
            hoisted.enumerated().map { Output(node: $1, buffer: 0, slot: layout.derivedOffset + $0) }, of: graph)
        var initialLayout = layout
        initialLayout.buffers = ["time", "parameters", "state"]
        (initialLayout.time, initialLayout.state, initialLayout.parameters) = (0, nil, 1)
        let initialState = KernelLowering.kernel(
            "initialState", initialLayout,
            hoistedInitial.enumerated().map { Output(node: $1, buffer: 2, slot: $0) }, of: graph)
        var scheduleLayout = layout
        scheduleLayout.buffers = ["parameters", "times"]
        (scheduleLayout.time, scheduleLayout.state, scheduleLayout.parameters) = (nil, nil, 0)
        let scheduledTimes = KernelLowering.kernel(
            "scheduledTimes", scheduleLayout,
            hoistedTimes.enumerated().map { Output(node: $1, buffer: 1, slot: $0) }, of: graph)

        let idle = [graph.zero, graph.zero]
        let on = graph.one
        let lu = factorisation(entries.map { ($0.row, $0.column) }, mass)
        let delayCount = translation.delays.count
        return DynamicalSystem(
            states: translation.states.map(\.id), inputs: translation.inputs.map(\.id),
            controls: controls, observables: names, delayCount: delayCount,
            derivedCount: hoisted.count, inputDefaults: translation.inputs.map(\.defaultValue), mass: mass,
            typicalMagnitudes: typicalMagnitudes(), derive: derive, initialState: initialState,
            rightHandSide: kernel("rightHandSide", ["derivative"], [(3, rateNodes)]),
            jacobian: kernel(
                "jacobian", ["derivative", "jacobian", "timeDerivative"],
                [(3, rateNodes), (4, jacobianNodes), (5, timeNodes)]),
            jacobianPattern: entries.map { DynamicalSystem.Entry(row: $0.row, column: $0.column) },
            dependsOnTime: dependsOnTime, factor: lu.factorKernel, factorSlots: lu.slotCount, solve: lu.solveKernel,
            observe: kernel("observe", ["observables"], [(3, observableNodes)]),
            triggers: kernel("triggers", ["triggers"], [(3, hoistedTriggers)]),
            events: events.enumerated().map { index, event in
                SystemEvent(
                    id: event.id, trigger: index, initialTriggerValue: event.event.triggerInitialValue,
                    isScheduled: isScheduled(triggerNodes[index]), isPersistent: event.event.isPersistent,
                    usesValuesFromTriggerTime: event.event.usesValuesFromTriggerTime,
                    values: kernel("event \(event.id)", ["values"], [(3, hoistedEvents[index])]),
                    hasDelay: event.event.delay != nil, hasPriority: event.event.priority != nil,
                    targets: event.targets, isTerminal: translation.options.terminalEvents.contains(event.id))
            } + watched.indices.map { index in
                SystemEvent(
                    id: "watch\(index + 1)", trigger: events.count + index, values: kernel("watch\(index + 1)", ["values"], [(3, idle)]),
                    targets: [])
            } + modes.names.indices.flatMap { mode in
                [true, false].map { isOn in
                    let trigger = firstSwitch + 2 * mode + (isOn ? 0 : 1)
                    let name = "\(modes.names[mode]) \(isOn ? "on" : "off")"
                    return SystemEvent(
                        id: name, trigger: trigger, initialTriggerValue: !isOn, isScheduled: isScheduled(triggerNodes[trigger]),
                        usesValuesFromTriggerTime: false,
                        values: kernel(name, ["values"], [(3, idle + [isOn ? on : graph.zero])]),
                        targets: [.parameter(layout.controlOffset + translation.options.controls.count + mode)])
                }
            },
            scheduledTimes: scheduledTimes, scheduledTimeCount: hoistedTimes.count,
            delays: kernel(
                "delays", ["lags", "values"],
                [(3, Array(hoistedDelays[..<delayCount])), (4, Array(hoistedDelays[delayCount...]))]))
    }

    // MARK: Pieces

    /// Puts the resolved initial values in place of frozen constants.
    private mutating func resolve(_ nodes: [Node]) -> [Node] {
        let frozen = initial.frozen
        return graph.substitute(nodes, memo: &memo) { graph, node in
            graph[node].kind == .frozen ? frozen[Int(graph[node].a)] : nil
        }
    }

    /// Replaces every maximal per-patient constant by a derived parameter.
    private mutating func hoist(_ nodes: [Node]) -> [Node] {
        var hoisted = hoisted
        var index = hoistedIndex
        defer {
            self.hoisted = hoisted
            hoistedIndex = index
        }
        // Parents are rewritten after their operands, so the inner constants must stay as they are: only those with
        // a varying user, or none, become slots.
        let cone = graph.cone(of: nodes)
        var needed = Set(nodes)
        for node in cone where !graph.isPerPatientConstant(node) { graph.forEachOperand(of: node) { needed.insert($0) } }
        return graph.substitute(nodes, memo: &hoistMemo) { graph, node in
            guard graph.isPerPatientConstant(node) else { return nil }
            guard !graph[node].kind.isLeaf, needed.contains(node) else { return node }
            let slot = index[node] ?? hoisted.count
            if slot == hoisted.count {
                index[node] = slot
                hoisted.append(node)
            }
            return graph.leaf(.derived, slot)
        }
    }

    private func isScheduled(_ trigger: Node) -> Bool {
        let cone = graph.cone(of: [trigger])
        for node in cone {
            let record = graph[node]
            switch record.kind {
            case .less, .lessOrEqual, .equal, .notEqual:
                guard graph.dependence(of: node).varies else { continue }
                // After rewriting, every time relation compares time itself with a per-patient constant.
                let a = Node(index: record.a)
                let b = Node(index: record.b)
                guard graph[a].kind == .time, graph.isPerPatientConstant(b) else { return false }
            default: continue
            }
        }
        return true
    }

    private func factorisation(_ entries: [(row: Int, column: Int)], _ mass: [Double]) -> SparseLU {
        var jacobian = [[Int: (slot: Int, isNegated: Bool)]](repeating: [:], count: mass.count)
        for (slot, entry) in entries.enumerated() { jacobian[entry.row][entry.column] = (slot, false) }
        let pattern = SparsityPattern(count: mass.count, entries: entries)
        return SparseLU(EliminationOrder(pattern, isAlgebraic: mass.map { $0 == 0 }), mass: mass, jacobian: jacobian)
    }

    /// |y| at the start for the default patient, rounded to a power of two; 1 where it is zero or not finite.
    private func typicalMagnitudes() -> [Double] {
        let defaults = translation.inputs.map(\.defaultValue)
        let values = graph.evaluate(initial.states) { $0.kind == .input ? defaults[Int($0.a)] : 0 }
        return initial.states.map { node in
            let value = values[node]!.magnitude
            return value.isNormal ? Double(sign: .plus, exponent: value.exponent, significand: 1) : 1
        }
    }
}
