import ModelIR

/// Turns the table of symbols into a flat model: gives ids, maps expressions, decides what is constant.
struct ModelAssembler {
    let elaborator: Elaborator
    var units: UnitTable
    var ids: [String]
    var diagnostics = DiagnosticList()
    var model: Model
    var changing: Set<Int> = []
    var isInReaction: Set<Int> = []
    var used: Set<Int> = []
    private var taken: Set<String> = []
    /// Stoichiometries that a participant has as its own.
    var stoichiometries: Set<Int> = []

    init(_ elaborator: Elaborator, id: String, functions: [FunctionDefinition]) {
        self.elaborator = elaborator
        units = UnitTable(scopes: elaborator.scopes)
        ids = Array(repeating: "", count: elaborator.symbols.count)
        model = Model(id: id)
        model.functions = functions
    }

    var symbols: [Symbol] { elaborator.symbols }

    mutating func assemble() -> Model {
        units.define(reporting: &diagnostics)
        assignIds()
        markChanges()
        setModelUnits()
        for index in symbols.indices where symbols[index].forward == nil && !symbols[index].isDeleted {
            attempt { assembler throws(Finding) in try assembler.add(index) }
        }
        attempt { assembler throws(Finding) in try assembler.addInteractions() }
        for rule in elaborator.algebraicRules {
            attempt { assembler throws(Finding) in
                assembler.model.rules.append(
                    Rule(.algebraic, try assembler.map(rule.expression, at: rule.location), location: rule.location))
            }
        }
        for constraint in elaborator.constraints {
            attempt { assembler throws(Finding) in
                assembler.model.constraints.append(
                    Constraint(math: try assembler.map(constraint.math.expression, at: constraint.math.location)))
            }
        }
        warnOfMissingValues()
        model.unitDefinitions = units.definitions
        return model
    }

    private mutating func attempt(_ body: (inout ModelAssembler) throws(Finding) -> Void) {
        do throws(Finding) { try body(&self) } catch { diagnostics.append(error.diagnostic) }
    }

    // MARK: Ids

    /// `instance.x` becomes `instance_x`; a clash gets underscores at its end.
    private mutating func assignIds() {
        taken = Set(model.functions.map(\.id))
        for index in symbols.indices where symbols[index].forward == nil {
            let path = path(of: index).joined(separator: "_")
            let id = newId(path)
            if id != path {
                diagnostics.warning(
                    "'\(path)' is taken by another symbol; this one is called '\(id)'", at: symbols[index].location)
            }
            ids[index] = id
        }
        for index in symbols.indices { ids[index] = ids[elaborator.root(index)] }
    }

    mutating func newId(_ wanted: String) -> String {
        var id = wanted
        while !taken.insert(id).inserted { id += "_" }
        return id
    }

    private func path(of index: Int) -> [String] {
        var parts = [symbols[index].name]
        var scope = symbols[index].scope
        while let parent = elaborator.scopes[scope].parent {
            parts.insert(elaborator.scopes[scope].name, at: 0)
            scope = parent
        }
        return parts
    }

    mutating func map(_ expression: Expression, at location: SourceLocation) throws(Finding) -> Expression {
        var finding: Finding?
        func map(_ expression: Expression) -> Expression {
            switch expression {
            case .symbol(let key): return .symbol(id(key))
            case .rateOf(let key): return .rateOf(id(key))
            case .number(let value, let unit?):
                let parts = unit.split(separator: ":", maxSplits: 1)
                do throws(Finding) {
                    let place = elaborator.unitPlaces[unit] ?? location
                    return .number(value, unit: try units.id(named: String(parts[1]), in: Int(parts[0])!, at: place))
                } catch {
                    finding = error
                    return expression
                }
            default: return expression.mapChildren(map)
            }
        }
        func id(_ key: String) -> String {
            let index = elaborator.root(Int(key)!)
            used.insert(index)
            if symbols[index].isDeleted {
                finding = Finding("'\(ids[index])' is deleted, but still used here", at: location)
            }
            if symbols[index].kind == .event || symbols[index].kind == .constraint {
                finding = Finding(
                    "'\(ids[index])' is a \(symbols[index].kind.rawValue) and has no value in a formula", at: location)
            }
            return ids[index]
        }
        let result = map(expression)
        if let finding { throw finding }
        return result
    }

    // MARK: What changes

    private mutating func markChanges() {
        for index in symbols.indices where symbols[index].forward == nil && !symbols[index].isDeleted {
            let symbol = symbols[index]
            if symbol.rule != nil { changing.insert(index) }
            for assignment in symbol.event?.assignments ?? [] { changing.insert(elaborator.root(assignment.target)) }
            for part in (symbol.reaction?.left ?? []) + (symbol.reaction?.right ?? []) {
                isInReaction.insert(elaborator.root(part.species))
            }
        }
        for rule in elaborator.algebraicRules {
            for key in rule.expression.symbols { used.insert(elaborator.root(Int(key)!)) }
        }
    }

    func isConstant(_ index: Int) -> Bool {
        symbols[index].isConstant != false && !changing.contains(index)
    }

    private mutating func setModelUnits() {
        attempt { assembler throws(Finding) in
            assembler.model.units.substance = try assembler.units.modelUnit("substance")
            assembler.model.units.time = try assembler.units.modelUnit("time_unit")
            assembler.model.units.volume = try assembler.units.modelUnit("volume")
            assembler.model.units.area = try assembler.units.modelUnit("area")
            assembler.model.units.length = try assembler.units.modelUnit("length")
            assembler.model.units.extent = try assembler.units.modelUnit("extent")
        }
        model.notes = Annotations.notes(elaborator.modelAnnotations)
        model.annotation = Annotations.rdf(elaborator.modelAnnotations, about: "meta_model")
        if model.annotation != nil { model.metaid = "meta_model" }
        model.sboTerm = elaborator.modelSBOTerm.map(Self.sboTerm)
    }

    private static func sboTerm(_ term: Int) -> String {
        let digits = String(term)
        return "SBO:" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits
    }

    func metadata(of index: Int) -> Metadata {
        var metadata = Metadata()
        metadata.sboTerm = symbols[index].sboTerm.map(Self.sboTerm)
        Annotations.set(symbols[index].annotations, of: ids[index], in: &metadata)
        return metadata
    }

    // MARK: Findings

    /// A name that is used but never gets a value is more often misspelt than meant.
    private mutating func warnOfMissingValues() {
        let defined = symbols.indices.filter { symbols[$0].initial != nil || symbols[$0].rule != nil }.map { ids[$0] }
        for index in used.sorted() where symbols[index].kind == .parameter || symbols[index].kind == .undefined {
            if symbols[index].initial != nil || symbols[index].rule != nil || symbols[index].isDeleted { continue }
            diagnostics.warning(
                "'\(ids[index])' is used but never gets a value", at: symbols[index].location,
                remedy: suggestion(for: ids[index], among: defined))
        }
    }
}
