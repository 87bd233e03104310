import ModelIR

/// Cells of one kind that may die out, or arise, one by one.
///
/// ```
/// n' = (division − death)·n + inflow,   n = Σ species
/// ```
/// A row of `modules/populations.csv` names them in a module; the assembled model has them under its own ids.
public struct CellPopulation: Sendable, Hashable {
    /// Id of its first species.
    public var id: String { species[0] }
    /// Species that are counted together and die out together.
    public var species: [String]
    /// Divisions of a cell per day, not negative; nil: the cells don't divide.
    public var division: String?
    /// Deaths of a cell per day, not negative.
    public var death: String
    /// Cells per day that others become (mutants, wakers), a term of the first species' rate; nil: none.
    public var inflow: String?
    /// Names the random numbers, so that copies of a population share their luck.
    public var luck: String

    public init(species: [String], division: String?, death: String, inflow: String?, luck: String? = nil) {
        self.species = species
        self.division = division
        self.death = death
        self.inflow = inflow
        self.luck = luck ?? species[0]
    }

    /// The same with other ids, and the same luck.
    package func renamed(_ name: (String) -> String) -> CellPopulation {
        CellPopulation(species: species.map(name), division: division.map(name), death: name(death), inflow: inflow.map(name), luck: luck)
    }

    /// Reads `modules/populations.csv`.
    ///
    /// - Returns: The populations of each module, with the module's own ids.
    /// - Throws: `InvalidModel` with the line of every row that names what its module doesn't have.
    static func table(_ text: String, modules: [ModelLibrary.Module]) throws(InvalidModel) -> [String: [CellPopulation]] {
        var result: [String: [CellPopulation]] = [:]
        var problems: [Diagnostic] = []
        for (index, line) in text.split(separator: "\n").enumerated().dropFirst() {
            let place = SourceLocation(file: "populations.csv", line: index + 1, column: 1)
            let cells = line.split(separator: ",", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 6, let module = modules.first(where: { $0.id == cells[0] }) else {
                problems.append(Diagnostic(.error, .invalid, "'\(line)' is not module, species, division, death, inflow, meaning", at: place))
                continue
            }
            func optional(_ cell: String) -> String? { cell.isEmpty ? nil : cell }
            let population = CellPopulation(
                species: cells[1].split(separator: " ").map(String.init), division: optional(cells[2]), death: cells[3], inflow: optional(cells[4]))
            let known = Set(module.model.parameters.map(\.id)).union(module.model.species.map(\.id))
            let named = population.species + [population.division, population.death, population.inflow].compactMap(\.self)
            for id in named where !known.contains(id) {
                problems.append(Diagnostic(.error, .invalid, "\(module.id) has no '\(id)'", at: place))
            }
            result[module.id, default: []].append(population)
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        return result
    }
}
