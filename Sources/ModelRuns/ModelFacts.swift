import Foundation
public import ModelIR

/// What can be said of a model without running it: sizes, units, annotations.
public struct ModelFacts: Sendable, Hashable {
    public var id: String
    public var title: String
    public var species: Int
    /// Species and other quantities that change continuously.
    public var states: Int
    public var reactions: Int
    public var parameters: Int
    public var rules: Int
    public var events: Int
    public var functions: Int
    /// Symbols with a unit, of all symbols.
    public var symbolsWithUnit: Int
    public var symbols: Int
    /// Formulas whose units were worked out, of all formulas, and how many of them disagree.
    public var checkedFormulas: Int
    public var formulas: Int
    public var failedFormulas: Int
    /// Species that carry an annotation.
    public var annotatedSpecies: Int
    /// Words for therapies in the title, by kind.
    public var therapies: [String]
    public var timeUnit: String
    public var unitFindings: [Diagnostic]

    public init(_ model: Model) {
        id = model.id
        title = model.name ?? model.id
        species = model.species.count
        let ruled = Set(model.rules.compactMap(\.variable))
        let rated = model.rules.filter { if case .rate = $0.kind { true } else { false } }.count
        let moved = Set(model.reactions.flatMap { ($0.reactants + $0.products).map(\.species) })
        let byReaction = model.species.filter {
            moved.contains($0.id) && !$0.isBoundaryCondition && !$0.isConstant && !ruled.contains($0.id)
        }
        states = rated + byReaction.count
        reactions = model.reactions.count
        parameters =
            model.parameters.count + model.reactions.reduce(0) { $0 + ($1.kineticLaw?.localParameters.count ?? 0) }
        rules = model.rules.count
        events = model.events.count
        functions = model.functions.count
        let report = model.checkDimensions()
        symbolsWithUnit = report.symbolsWithUnit
        symbols = report.symbolCount
        checkedFormulas = report.checkedFormulas
        formulas = report.formulaCount
        failedFormulas = report.failedFormulas
        unitFindings = report.diagnostics
        annotatedSpecies = model.species.count { $0.metadata.annotation != nil }
        therapies = TherapyWords.found(in: (model.name ?? "") + " " + model.id)
        timeUnit = ModelSymbols(model).timeUnit
    }
}

/// Kinds of therapy that a title speaks of. A model may name a therapy without simulating it.
enum TherapyWords {
    private static let table: [(kind: String, words: [String])] = [
        (
            "checkpoint inhibitor",
            ["pd-1", "pd1", "pd-l1", "pdl1", "ctla", "checkpoint", "nivolumab", "pembrolizumab", "ipilimumab"]
        ),
        ("CAR-T or adoptive cells", ["car-t", "car t", "cart", "chimeric antigen", "adoptive"]),
        ("vaccine or dendritic cells", ["vaccin", "dendritic"]),
        ("oncolytic virus", ["oncolytic", "virus", "virotherapy"]),
        ("cytokine", ["interleukin", "il-2", "il2", "il-12", "il-21", "interferon", "cytokine"]),
        ("BCG", ["bcg", "calmette"]),
        ("chemotherapy", ["chemo", "docetaxel", "gemcitabine", "cisplatin", "temozolomide"]),
        ("radiotherapy", ["radio", "radiation"]),
        ("antibody or engager", ["antibod", "bispecific", "rituximab", "blinatumomab"]),
        ("immunotherapy", ["immunotherap"]),
    ]

    static func found(in title: String) -> [String] {
        let text = title.lowercased().replacing("_", with: " ")
        return table.filter { $0.words.contains(where: text.contains) }.map(\.kind)
    }
}
