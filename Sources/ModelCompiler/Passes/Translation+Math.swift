import ModelIR

extension Translation {
    /// A function call with its arguments' nodes; equal calls are translated once.
    struct CallKey: Hashable {
        var function: Int
        var arguments: [Node]
    }

    /// Formulas nested more deeply than this are refused, so that no input can exhaust the stack.
    private static let depthLimit = 2000

    /// The node of a formula; `bindings` are local names (function arguments, local parameters).
    func translate(_ math: Expression, _ bindings: [String: Node] = [:], as origin: Origin) -> Node {
        let saved = self.origin
        self.origin = origin
        defer { self.origin = saved }
        return node(math, bindings)
    }

    private func node(_ math: Expression, _ bindings: [String: Node]) -> Node {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthLimit {
            report(.invalid, "the formula is nested more than \(Self.depthLimit) levels deep", remedy: "split it with assignment rules")
            return graph.nan
        }
        switch math {
        case .number(let value, _): return graph.constant(value)
        case .symbol(let id): return bindings[id] ?? value(of: id)
        case .time: return graph.leaf(.time)
        case .avogadro: return graph.constant(6.02214179e23)
        case .rateOf(let id):
            if let local = bindings[id] { return rateOfChange(of: local, called: id) }
            return rateOfChange(of: id)
        case .delay(let value, let lag): return delayed(value, by: lag, bindings)
        case .call(let name, let arguments): return call(name, arguments.map { node($0, bindings) })
        case .apply(let op, let arguments):
            if arguments.count == 2, op == .plus || op == .times { return leftSpine(math, bindings) }
            return apply(op, arguments.map { node($0, bindings) })
        }
    }

    /// A chain `((a + b) + c) + …`, as text readers build it, without recursion along the chain.
    private func leftSpine(_ math: Expression, _ bindings: [String: Node]) -> Node {
        var pending: [(Operator, Expression)] = []
        var current = math
        while case .apply(let op, let arguments) = current, arguments.count == 2,
            op == .plus || op == .times || op == .minus || op == .divide
        {
            pending.append((op, arguments[1]))
            current = arguments[0]
        }
        var result = node(current, bindings)
        for (op, argument) in pending.reversed() { result = apply(op, [result, node(argument, bindings)]) }
        return result
    }

    private func call(_ name: String, _ arguments: [Node]) -> Node {
        guard let index = table.functions[name] else {
            report(.invalid, "function '\(name)' is not defined", remedy: nil)
            return graph.nan
        }
        let function = model.functions[index]
        guard function.arguments.count == arguments.count else {
            report(.invalid, "function '\(name)' takes \(function.arguments.count) arguments, not \(arguments.count)", remedy: nil)
            return graph.nan
        }
        guard let body = function.body else { return graph.nan }
        let key = CallKey(function: index, arguments: arguments)
        if let known = callMemo[key] { return known }
        if inProgress.contains("\(name)()") {
            report(.invalid, "function '\(name)' calls itself", remedy: nil)
            return graph.nan
        }
        inProgress.append("\(name)()")
        defer { inProgress.removeLast() }
        let result = node(body, Dictionary(zip(function.arguments, arguments)) { $1 })
        callMemo[key] = result
        return result
    }

    private func delayed(_ value: Expression, by lag: Expression, _ bindings: [String: Node]) -> Node {
        if case .number(0, _) = lag { return node(value, bindings) }
        let isShared = bindings.isEmpty
        let key = Expression.delay(value, by: lag)
        if isShared, let known = delayIndex[key] { return graph.leaf(.delayed, known) }
        delays.append(DelayedValue(value: value, lag: lag, bindings: bindings, origin: origin))
        if isShared { delayIndex[key] = delays.count - 1 }
        return graph.leaf(.delayed, delays.count - 1)
    }

    /// What `delay` sees before the start: initial assignments evaluated at that earlier time, and nothing moves.
    private func translateValuesBeforeStart() {
        guard delays.contains(where: { $0.before == nil }) else { return }
        let saved = setValuesAside()
        isBeforeStart = true
        for index in delays.indices where delays[index].before == nil {
            delays[index].before = translate(delays[index].value, delays[index].bindings, as: delays[index].origin)
        }
        isBeforeStart = false
        restoreValues(saved)
    }

    /// The value that `delay` reads at a time in the past, before or after the start. The integrator itself evaluates
    /// initial states at earlier times, so that only constants, rates and equilibria need a case of their own.
    func pastValue(of item: DelayedValue) -> Node {
        guard let (_, value) = item.nodes, let before = item.before else { return graph.nan }
        let isSpecial = graph.dependence(of: before).contains(.time) || graph.dependence(of: before).contains(.history)
            || usesRateOf || !equilibria.pivots.isEmpty || !constrainedSymbols.isEmpty
        guard isSpecial, before != value else { return value }
        return graph.select(graph.less(graph.leaf(.time), graph.constant(options.startTime)), before, value)
    }

    private var usesRateOf: Bool {
        func occurs(_ math: Expression) -> Bool {
            var isFound = false
            math.forEachNode { if case .rateOf = $0 { isFound = true } }
            return isFound
        }
        return model.rules.contains { occurs($0.math) } || delays.contains { occurs($0.value) }
            || model.functions.contains { $0.body.map(occurs) ?? false }
            || model.reactions.contains { $0.kineticLaw.map { occurs($0.math) } ?? false }
    }

    /// Translates what `delay` looks back at; values may hold further delays, which join the queue.
    func translateDelays() {
        var next = 0
        while next < delays.count {
            let item = delays[next]
            let lag = translate(item.lag, item.bindings, as: item.origin)
            let value = translate(item.value, item.bindings, as: item.origin)
            delays[next].nodes = (lag, value)
            next += 1
        }
        translateValuesBeforeStart()
    }
}
