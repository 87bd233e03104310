import Foundation
import ModelIR

/// A mechanism that a person never had: constants that are 0 (or as good as absent) from birth on, while the tumour grows too.
///
/// This is a question of its own. The attribution of `Counterfactuals` acts from the first day of treatment on the same
/// tumour; without a mechanism from birth other people get the tumour, and it comes to diagnosis in another state.
package struct Absence: Sendable, Hashable {
    package var id: String
    package var name: String
    /// Constants by id or pattern with `*`, and their value.
    var constants: [(pattern: String, value: Double)]

    package static func == (a: Absence, b: Absence) -> Bool { a.id == b.id }
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// `absences.csv`, in its order.
    package static func all() throws -> [Absence] {
        let table = try ResourceTable("absences")
        return try table.rows.map { line, cells in
            let constants = try cells["constants"]!.split(separator: ";").map { pair -> (String, Double) in
                let parts = pair.split(separator: "=").map { $0.trimmingCharacters(in: [" "]) }
                guard parts.count == 2, let value = Double(parts[1]) else {
                    throw InvalidModel([Diagnostic(.error, .invalid, "'\(pair)' is not constant=number", at: table.place(line))])
                }
                return (parts[0], value)
            }
            return Absence(id: cells["id"]!, name: cells["name"]!, constants: constants)
        }
    }

    /// By id or name, whatever its case.
    ///
    /// - Throws: `InvalidModel` that lists what there is.
    package static func named(_ text: String) throws -> Absence {
        let all = try all()
        let key = text.lowercased()
        if let found = all.first(where: { $0.id == key || $0.name.lowercased() == key }) { return found }
        throw InvalidModel([
            Diagnostic(
                .error, .invalid, "no mechanism '\(text)' can be left out from birth",
                remedy: "known: \(all.map { "\($0.id) (\($0.name))" }.joined(separator: ", "))")
        ])
    }

    /// The constants of a model that it sets; empty: this model hasn't got the mechanism.
    func values(among ids: some Sequence<String>) -> [String: Double] {
        var values: [String: Double] = [:]
        for id in ids {
            if let match = constants.first(where: { Mechanism.matches(id, $0.pattern) }) { values[id] = match.value }
        }
        return values
    }
}
