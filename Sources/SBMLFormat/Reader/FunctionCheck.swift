import ModelIR

/// Refuses functions that call themselves, directly or around corners, and functions whose expansion would be
/// astronomically large (each calling the next twice), before anything expands them.
struct FunctionCheck {
    let model: Model
    let findings: Findings
    /// Nodes of the largest expansion allowed.
    static let largestExpansion = 5_000_000.0

    func run() {
        let functions = Dictionary(model.functions.map { ($0.id, $0) }) { first, _ in first }
        var size: [String: Double] = [:]
        var active: Set<String> = []

        /// Nodes of `expression` with all calls written out; an upper bound.
        func expansion(_ expression: Expression) -> Double {
            var total = 1.0
            for child in expression.children { total += expansion(child) }
            if case .call(let id, let arguments) = expression {
                let inner = arguments.reduce(1.0) { $0 + expansion($1) }
                total += functionSize(id) * max(1, inner)
            }
            return total
        }
        func functionSize(_ id: String) -> Double {
            if let known = size[id] { return known }
            guard let function = functions[id], let body = function.body else { return 1 }
            guard active.count < 200 else {
                findings.add(Diagnostic(.error, .invalid, "functions call each other more than 200 deep", at: function.location))
                return 1
            }
            guard active.insert(id).inserted else {
                findings.add(
                    Diagnostic(
                        .error, .invalid, "function '\(id)' calls itself", at: function.location,
                        remedy: "SBML has no recursion; write the formula out"))
                size[id] = 1
                return 1
            }
            defer { active.remove(id) }
            let result = min(expansion(body), 1e300)
            size[id] = result
            if result > FunctionCheck.largestExpansion {
                findings.add(
                    Diagnostic(
                        .error, .invalid, "function '\(id)' expands to more than \(Int(FunctionCheck.largestExpansion)) terms",
                        at: function.location, remedy: "use assignment rules for the common parts"))
                size[id] = 1
                return 1
            }
            return result
        }
        for function in model.functions { _ = functionSize(function.id) }
    }
}
