import ModelIR

/// Algebraic rules and fast reactions: equations that hold at all times.
///
/// Every such equation determines one unknown: an algebraic rule a variable that nothing else determines (found by
/// bipartite matching), a fast reaction the amount of one of its species (its rate is 0, in equilibrium). Unknowns
/// that enter linearly are eliminated symbolically and cost nothing at run time; the rest become algebraic states
/// with a row of zero mass.
///
/// The species that fast reactions move keep conserved totals instead of amounts as states: with the stoichiometry
/// of fast reactions N, split into pivot rows P (one per reaction) and the others K,
/// ```
/// z = y_K − N_K N_P⁻¹ y_P        dz/dt = slow reactions only        v_fast(y) = 0
/// ```
extension Translation {
    /// Equilibria of fast reactions.
    struct Equilibria {
        /// Species solved for, and the fast reaction whose rate is zero.
        var pivots: [(species: Int, reaction: Int)] = []
        /// For each other species that fast reactions move: its total is amount + Σ coefficient · amount of pivot.
        var totals: [Int: [(pivot: Int, coefficient: Double)]] = [:]

        func isPivot(_ species: Int) -> Bool { pivots.contains { $0.species == species } }
    }

    private struct Equation {
        var residual: Node
        var origin: Origin
        var isEquilibrium = false
    }

    // MARK: Choice of the unknowns

    /// Matches algebraic rules with variables and fast reactions with species, before any state is declared.
    func chooseUnknowns() {
        matchAlgebraicRules()
        findEquilibria()
    }

    private func matchAlgebraicRules() {
        let rules = model.rules.indices.filter { model.rules[$0].kind == .algebraic }
        guard !rules.isEmpty else { return }
        let candidates = rules.map { rule in
            reachableSymbols(from: model.rules[rule].math).filter(isUndetermined).sorted { (reluctance($0), $0) < (reluctance($1), $1) }
        }
        var owner: [String: Int] = [:]
        func augment(_ row: Int, _ visited: inout Set<String>) -> Bool {
            for id in candidates[row] where visited.insert(id).inserted {
                if let other = owner[id], !augment(other, &visited) { continue }
                owner[id] = row
                return true
            }
            return false
        }
        for row in rules.indices {
            var visited: Set<String> = []
            if !augment(row, &visited) {
                origin = Origin(what: "algebraic rule", location: model.rules[rules[row]].location)
                report(
                    .invalid, "no variable is left for the rule to determine",
                    remedy: "declare one of its variables as not constant, and leave it to no other rule or reaction")
            }
        }
        for (id, row) in owner.sorted(by: { $0.value < $1.value }) { constrainedSymbols.append((id, rules[row])) }
    }

    /// Symbols that a formula depends on, also through assignment rules, reaction rates and sizes of compartments.
    private func reachableSymbols(from math: Expression) -> [String] {
        var found: Set<String> = []
        var queue = Array(math.symbols)
        while let id = queue.popLast() {
            guard found.insert(id).inserted, let entity = table.entities[id] else { continue }
            if let rule = table.assignmentRules[id] { queue += model.rules[rule].math.symbols }
            switch entity {
            case .reaction(let r):
                guard let law = model.reactions[r].kineticLaw else { continue }
                queue += law.math.symbols.subtracting(law.localParameters.map(\.id))
            case .species(let s) where !model.species[s].hasOnlySubstanceUnits: queue.append(model.species[s].compartment)
            default: continue
            }
        }
        return found.sorted()
    }

    /// True when nothing but an algebraic rule (or an event) can give the symbol its value.
    private func isUndetermined(_ id: String) -> Bool {
        guard let entity = table.entities[id], table.assignmentRules[id] == nil, table.rateRules[id] == nil else { return false }
        switch entity {
        case .compartment(let c): return !model.compartments[c].isConstant
        case .parameter(let p): return !model.parameters[p].isConstant
        case .species(let s): return !model.species[s].isConstant && !table.isMovedByReactions(s)
        case .stoichiometry(let reaction, let isProduct, let index): return !table.reference(reaction, isProduct: isProduct, index).isConstant
        case .reaction: return false
        }
    }

    /// What events set, and what has a value of its own, is taken for the unknown only if nothing else is left.
    private func reluctance(_ id: String) -> Int {
        let isGiven: Bool =
            switch table.entities[id] {
            case .parameter(let p): model.parameters[p].value != nil
            case .species, nil, .reaction: false
            case .compartment: true
            case .stoichiometry: true
            }
        return (table.eventTargets.contains(id) ? 2 : 0) + (isGiven || table.initialAssignments[id] != nil ? 1 : 0)
    }

    private func findEquilibria() {
        let fast = model.reactions.indices.filter { isAtEquilibrium($0) }
        guard !fast.isEmpty else { return }
        let species = model.species.indices.filter { s in
            table.isMovedByReactions(s) && table.participations[s].contains { fast.contains($0.reaction) }
        }
        var matrix = species.map { s in
            fast.map { r in table.participations[s].filter { $0.reaction == r }.reduce(0.0) { $0 + fastStoichiometry($1.reaction, $1.isProduct, $1.index) } }
        }
        if model.conversionFactor != nil || species.contains(where: { model.species[$0].conversionFactor != nil }) {
            origin = Origin(what: "reaction '\(model.reactions[fast[0]].id)'", location: model.reactions[fast[0]].location)
            report(.unsupported, "a fast reaction with conversion factors is not supported", remedy: "make the reaction slow, with a large rate constant")
            return
        }
        var pivotRows: [Int] = []
        // Gaussian elimination by columns, to find rows that make N_P invertible.
        for column in fast.indices {
            let free = species.indices.filter { !pivotRows.contains($0) }
            // A species that no event sets makes the better unknown.
            guard let row = free.max(by: { rank($0, matrix[$0][column], species) < rank($1, matrix[$1][column], species) }), abs(matrix[row][column]) > 1e-12
            else {
                let reaction = model.reactions[fast[column]]
                origin = Origin(what: "reaction '\(reaction.id)'", location: reaction.location)
                report(
                    .unsupported, "the fast reactions depend on each other, or move no species", remedy: "remove one of them, or make it slow")
                return
            }
            pivotRows.append(row)
            for other in fast.indices where other != column {
                let factor = matrix[row][other] / matrix[row][column]
                if factor != 0 { for r in species.indices { matrix[r][other] -= factor * matrix[r][column] } }
            }
        }
        // Now matrix = N·C with its pivot rows diagonal, so N_K N_P⁻¹ = (matrix_K)(matrix_P)⁻¹.
        for (column, row) in pivotRows.enumerated() { equilibria.pivots.append((species[row], fast[column])) }
        for row in species.indices where !pivotRows.contains(row) {
            let coefficients = pivotRows.enumerated().compactMap { column, pivot in
                matrix[row][column] == 0 ? nil : (pivot: species[pivot], coefficient: -matrix[row][column] / matrix[pivot][column])
            }
            if !coefficients.isEmpty { equilibria.totals[species[row]] = coefficients }
        }
    }

    private func rank(_ row: Int, _ entry: Double, _ species: [Int]) -> Double {
        if abs(entry) <= 1e-12 { return 0 }
        return (table.eventTargets.contains(model.species[species[row]].id) ? 0 : 1e6) + abs(entry)
    }

    private func fastStoichiometry(_ reaction: Int, _ isProduct: Bool, _ index: Int) -> Double {
        let reference = table.reference(reaction, isProduct: isProduct, index)
        let isFixed = reference.stoichiometryMath == nil
            && (reference.id == nil || (table.assignmentRules[reference.id!] == nil && table.rateRules[reference.id!] == nil
                && table.initialAssignments[reference.id!] == nil && !table.eventTargets.contains(reference.id!)))
        guard isFixed, let value = reference.stoichiometry else {
            let item = model.reactions[reaction]
            origin = Origin(what: "reaction '\(item.id)'", location: item.location)
            report(.unsupported, "a fast reaction with a computed stoichiometry is not supported", remedy: "give it a number")
            return 1
        }
        return isProduct ? value : -value
    }

    func isAtEquilibrium(_ reaction: Int) -> Bool { !idleReactions.contains(reaction) && model.reactions[reaction].isFast && model.reactions[reaction].kineticLaw != nil }

    /// True when an equation that holds at all times determines the symbol, so that it is no differential state.
    func isConstrained(_ id: String) -> Bool {
        if constrainedSymbols.contains(where: { $0.id == id }) { return true }
        if case .species(let s)? = table.entities[id] { return equilibria.isPivot(s) }
        return false
    }

    // MARK: Solution

    /// Eliminates the unknowns that enter linearly and declares algebraic states for the others.
    func solveConstraints() {
        let symbols = constrainedSymbols
        let count = symbols.count + equilibria.pivots.count
        guard count > 0, diagnostics.isEmpty else { return }
        let leaves = (0..<count).map { graph.leaf(.unknown, $0) }
        for (i, item) in symbols.enumerated() { solvedSymbols[item.id] = leaves[i] }
        for (i, pivot) in equilibria.pivots.enumerated() { solvedAmounts[pivot.species] = leaves[symbols.count + i] }

        var equations: [Equation] = symbols.map { item in
            let origin = Origin(what: "algebraic rule", location: model.rules[item.rule].location)
            return Equation(residual: translate(model.rules[item.rule].math, as: origin), origin: origin)
        }
        for pivot in equilibria.pivots {
            let reaction = model.reactions[pivot.reaction]
            equations.append(
                Equation(residual: rate(of: pivot.reaction), origin: Origin(what: "fast reaction '\(reaction.id)'", location: reaction.location), isEquilibrium: true))
        }

        if let still = equilibria.pivots.indices.first(where: { graph.isConstant(equations[symbols.count + $0].residual, 0) }) {
            // A rate of zero moves nothing and asks for nothing: start again without this reaction.
            idleReactions.insert(equilibria.pivots[still].reaction)
            startAgain()
            return
        }
        var solutions: [Int: Node] = [:]
        while let (row, unknown, coefficient) = linearUnknown(in: equations, leaves, solved: Set(solutions.keys)) {
            let residual = equations.remove(at: row).residual
            if unknown >= symbols.count { checkEquilibrium(coefficient, of: equilibria.pivots[unknown - symbols.count].reaction) }
            let rest = substitute(leaves[unknown], by: graph.zero, in: residual)
            let solution = graph.negate(graph.divide(rest, coefficient))
            for i in equations.indices { equations[i].residual = substitute(leaves[unknown], by: solution, in: equations[i].residual) }
            for (other, node) in solutions { solutions[other] = substitute(leaves[unknown], by: solution, in: node) }
            solutions[unknown] = solution
        }
        for equation in equations where equation.isEquilibrium && isProduct(equation.residual) {
            origin = equation.origin
            report(
                .unsupported, "the rate is a product, so that the reaction has more than one equilibrium",
                remedy: "make the reaction slow, with a large rate constant")
        }
        forgetValues()
        guard diagnostics.isEmpty else { return }

        // What is left becomes algebraic states, each on the row of an equation that it occurs in.
        let open = leaves.indices.filter { solutions[$0] == nil }
        let rows = assign(open, to: equations, leaves)
        for unknown in open {
            if unknown < symbols.count { solvedSymbols[symbols[unknown].id] = nil } else { solvedAmounts[equilibria.pivots[unknown - symbols.count].species] = nil }
            declareState(name(ofUnknown: unknown))
        }
        for (unknown, node) in solutions {
            if unknown < symbols.count { solvedSymbols[symbols[unknown].id] = node } else { solvedAmounts[equilibria.pivots[unknown - symbols.count].species] = node }
        }
        guard !open.isEmpty else { return }
        var current: [Int: Node] = [:]
        for unknown in open {
            if unknown < symbols.count { current[unknown] = value(of: symbols[unknown].id) } else { current[unknown] = amount(of: equilibria.pivots[unknown - symbols.count].species) }
        }
        func replaced(_ node: Node) -> Node {
            current.reduce(node) { substitute(leaves[$1.key], by: $1.value, in: $0) }
        }
        for (id, node) in solvedSymbols { solvedSymbols[id] = replaced(node) }
        for (s, node) in solvedAmounts { solvedAmounts[s] = replaced(node) }
        for (unknown, row) in rows { states[stateSlots[name(ofUnknown: unknown)]!].constraint = replaced(equations[row].residual) }
        forgetValues()
    }

    private func isProduct(_ node: Node) -> Bool {
        let record = graph[node]
        return record.kind == .multiply || (record.kind == .negate && isProduct(Node(index: record.a)))
    }

    private func startAgain() {
        solvedSymbols = [:]
        solvedAmounts = [:]
        states = []
        stateSlots = [:]
        constrainedSymbols = []
        equilibria = Equilibria()
        forgetValues()
        chooseUnknowns()
        declareStates()
        solveConstraints()
    }

    /// Refuses an equilibrium that events can abolish by setting a rate constant to zero.
    private func checkEquilibrium(_ coefficient: Node, of reaction: Int) {
        let isMutable = graph.cone(of: [coefficient]).contains { node in
            let record = graph[node]
            return record.kind == .input && mutableInputs.contains(Int(record.a))
        }
        guard isMutable else { return }
        let item = model.reactions[reaction]
        origin = Origin(what: "fast reaction '\(item.id)'", location: item.location)
        report(.unsupported, "events change its rate constant, which may be zero", remedy: "make the reaction slow, with a large rate constant")
    }

    private func name(ofUnknown unknown: Int) -> String {
        unknown < constrainedSymbols.count
            ? constrainedSymbols[unknown].id : model.species[equilibria.pivots[unknown - constrainedSymbols.count].species].id
    }

    private func substitute(_ leaf: Node, by new: Node, in node: Node) -> Node {
        var memo: [Node: Node] = [:]
        return graph.substitute([node], memo: &memo) { _, inner in inner == leaf ? new : nil }[0]
    }

    /// An equation and an unknown that it determines linearly; numbers as coefficients come first, since they cannot
    /// vanish.
    private func linearUnknown(in equations: [Equation], _ leaves: [Node], solved: Set<Int>) -> (row: Int, unknown: Int, coefficient: Node)? {
        var best: (row: Int, unknown: Int, coefficient: Node)?
        var bestRank = 0
        var differentiator = Differentiator(variables: leaves)
        for (row, equation) in equations.enumerated() {
            for partial in differentiator.gradient(of: equation.residual, in: &graph) where !solved.contains(Int(partial.variable)) {
                let dependence = graph.dependence(of: partial.derivative)
                if dependence.contains(.unknown) || graph.isConstant(partial.derivative, 0) { continue }
                let rank = graph.constantValue(partial.derivative) != nil ? 3 : dependence.varies ? 1 : 2
                if rank > bestRank { (best, bestRank) = ((row, Int(partial.variable), partial.derivative), rank) }
            }
        }
        return best
    }

    /// An equation for each open unknown, such that the unknown occurs in it.
    private func assign(_ open: [Int], to equations: [Equation], _ leaves: [Node]) -> [Int: Int] {
        var differentiator = Differentiator(variables: leaves)
        let occurring = equations.map { equation in
            Set(differentiator.gradient(of: equation.residual, in: &graph).map { Int($0.variable) })
        }
        var rowOf: [Int: Int] = [:]
        func augment(_ row: Int, _ visited: inout Set<Int>) -> Bool {
            for unknown in open where occurring[row].contains(unknown) && visited.insert(unknown).inserted {
                if let other = rowOf[unknown], !augment(other, &visited) { continue }
                rowOf[unknown] = row
                return true
            }
            return false
        }
        for row in equations.indices {
            var visited: Set<Int> = []
            if !augment(row, &visited), !graph.isConstant(equations[row].residual, 0) {
                origin = equations[row].origin
                report(.invalid, "the equation contradicts the others or leaves a variable undetermined", remedy: "check which variable it is meant to determine")
            }
        }
        for unknown in open where rowOf[unknown] == nil && diagnostics.isEmpty {
            origin = Origin(what: "'\(name(ofUnknown: unknown))'", location: nil)
            report(.invalid, "no algebraic rule determines the variable", remedy: "check the algebraic rules")
        }
        return rowOf
    }
}
