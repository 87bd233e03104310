public import ModelIR

extension Model {
    /// The model in a form for simulators that write assignment rules out in full wherever they are used.
    ///
    /// libRoadRunner 2.10 does: a chain of n rules that each use the one before twice takes it 2ⁿ operations to load, so
    /// the iterations of the checkpoint algebra never finish loading. Here
    /// - functions are written out, each of their compound arguments as a rule of its own;
    /// - a rule that would be longer than `limit` when written out becomes a state that follows it, from its value at
    ///   the start:
    ///   ```
    ///   x := f      becomes      x' = (f − x)/τ
    ///   ```
    /// - initial assignments that would be longer become numbers.
    ///
    /// A quantity then lags behind by τ times the number of such rules above it: with the default of 1e-8 of the
    /// model's unit of time, below 1e-6 of a state's change in a unit of time. Auxiliary quantities have no units.
    ///
    /// - Throws: `InvalidModel` when the model can't be evaluated at its start.
    public func withShallowAlgebra(limit: Int = 150, relaxation: Double = 1e-8) throws -> Model {
        var writer = ShallowWriter(self)
        var model = writer.withoutFunctions()
        let deep = ExpandedSizes(model, limit: limit)
        let values = try model.startValues(of: deep.rules + deep.initialAssignments)
        let tau = writer.freshID("relaxation_time")
        model.parameters.append(Parameter(id: tau, name: "lag of deep algebra", value: relaxation))
        let deepRules = Set(deep.rules)
        for index in model.rules.indices {
            guard case .assignment(let id) = model.rules[index].kind, deepRules.contains(id) else { continue }
            model.rules[index] = Rule(.rate(variable: id), (model.rules[index].math - .symbol(id)) / .symbol(tau))
        }
        model.initialAssignments.removeAll { values[$0.symbol] != nil }
        for index in model.parameters.indices { if let value = values[model.parameters[index].id] { model.parameters[index].value = value } }
        for index in model.compartments.indices { if let value = values[model.compartments[index].id] { model.compartments[index].size = value } }
        for index in model.species.indices {
            guard let value = values[model.species[index].id] else { continue }
            model.species[index].initialValue = model.species[index].hasOnlySubstanceUnits ? .amount(value) : .concentration(value)
        }
        return model
    }

    /// Values of symbols at time 0.
    private func startValues(of ids: [String]) throws -> [String: Double] {
        guard !ids.isEmpty else { return [:] }
        var options = RunOptions()
        options.duration = 1e-9
        options.steps = 1
        options.observed = ids
        let course = try PreparedModel(self, options: options).run()
        return Dictionary(uniqueKeysWithValues: course.columns.indices.map { (course.columns[$0], course.column($0)[0]) })
    }
}

/// Writes functions out; what they are called with gets a name first, so that nothing is written twice.
private struct ShallowWriter {
    private let model: Model
    private let functions: [String: FunctionDefinition]
    private var taken: Set<String>
    private var named: [Expression: String] = [:]
    private var added: [(id: String, math: Expression)] = []

    init(_ model: Model) {
        self.model = model
        functions = Dictionary(uniqueKeysWithValues: model.functions.map { ($0.id, $0) })
        taken = Set(model.parameters.map(\.id) + model.species.map(\.id) + model.compartments.map(\.id) + model.reactions.map(\.id) + model.functions.map(\.id))
    }

    mutating func freshID(_ stem: String) -> String {
        var id = stem
        var count = 1
        while !taken.insert(id).inserted {
            count += 1
            id = "\(stem)_\(count)"
        }
        return id
    }

    mutating func withoutFunctions() -> Model {
        var result = model
        for index in result.rules.indices { result.rules[index].math = written(result.rules[index].math, named: true) }
        for index in result.initialAssignments.indices { result.initialAssignments[index].math = written(result.initialAssignments[index].math, named: false) }
        for index in result.reactions.indices {
            if let math = result.reactions[index].kineticLaw?.math { result.reactions[index].kineticLaw?.math = written(math, named: false) }
        }
        for index in result.events.indices {
            result.events[index].trigger = written(result.events[index].trigger, named: false)
            for part in result.events[index].assignments.indices {
                result.events[index].assignments[part].math = written(result.events[index].assignments[part].math, named: false)
            }
        }
        result.functions = []
        for (id, math) in added {
            result.parameters.append(Parameter(id: id, value: nil, isConstant: false))
            result.rules.append(Rule(.assignment(variable: id), math))
        }
        return result
    }

    /// - Parameter named: False where a new rule would come too late or cost more than it saves.
    private mutating func written(_ math: Expression, named isNamed: Bool) -> Expression {
        var parts: [Expression] = []
        for child in math.children { parts.append(written(child, named: isNamed)) }
        var next = 0
        let rebuilt = math.mapChildren { _ in
            defer { next += 1 }
            return parts[next]
        }
        guard case .call(let name, let arguments) = rebuilt, let function = functions[name], let body = function.body else { return rebuilt }
        var values: [String: Expression] = [:]
        for (argument, value) in zip(function.arguments, arguments) { values[argument] = isNamed ? reference(to: value, stem: "\(name)_\(argument)") : value }
        return written(body.substituting(values), named: isNamed)
    }

    private mutating func reference(to value: Expression, stem: String) -> Expression {
        if value.children.isEmpty { return value }
        if let known = named[value] { return .symbol(known) }
        let id = freshID(stem)
        named[value] = id
        added.append((id, value))
        return .symbol(id)
    }
}

/// How long rules are when every rule that they use is written out.
private struct ExpandedSizes {
    /// Those above the limit, in the order in which they depend on each other; each counts as one symbol in later ones.
    private(set) var rules: [String] = []
    private(set) var initialAssignments: [String] = []
    private var sizes: [String: Int] = [:]
    private let maths: [String: Expression]
    private let limit: Int

    init(_ model: Model, limit: Int) {
        self.limit = limit
        var maths: [String: Expression] = [:]
        for rule in model.rules { if case .assignment(let id) = rule.kind { maths[id] = rule.math } }
        let ruled = Set(maths.keys)
        for assignment in model.initialAssignments { maths[assignment.symbol] = assignment.math }
        self.maths = maths
        for rule in model.rules { if let id = rule.variable, ruled.contains(id) { _ = size(of: id) } }
        for assignment in model.initialAssignments { _ = size(of: assignment.symbol) }
        let all = rules
        rules = all.filter { ruled.contains($0) }
        initialAssignments = all.filter { !ruled.contains($0) }
    }

    private mutating func size(of id: String) -> Int {
        if let known = sizes[id] { return known }
        guard let math = maths[id] else { return 1 }
        sizes[id] = 1  // a cycle is another's error to report
        let full = size(of: math)
        if full > limit { rules.append(id) }
        sizes[id] = full > limit ? 1 : full
        return sizes[id]!
    }

    private mutating func size(of math: Expression) -> Int {
        switch math {
        case .symbol(let id): return size(of: id)
        default:
            var sum = 1
            for child in math.children { sum = min(sum + size(of: child), 1 << 40) }
            return sum
        }
    }
}
