public import ModelIR

/// Text in Antimony and the name under which messages speak of it.
public struct AntimonySource: Sendable {
    public var text: String
    public var file: String
    public init(text: String, file: String) {
        self.text = text
        self.file = file
    }
}

/// Reads a model in Antimony, the human-readable language for SBML that Tellurium uses, and flattens its modules.
///
/// The model is, as in libAntimony: the module marked `*`; else the statements outside modules, if there are any; else
/// the last module. Meaning follows libAntimony 3: `log(x)` is the natural logarithm, `2 metre^2` is (2 metre)², a
/// number at a species is its concentration unless it is `substanceOnly`, and `has` gives the unit of the symbol.
///
/// - Parameters:
///   - text: Antimony text.
///   - file: Name of the text in messages.
/// - Throws: `InvalidModel` with every error found, each with line and column. Declined by name: `import` (this text stands alone), DNA
///   strands, random distributions, conversion factors between modules, flux-balance objectives.
///
/// Source: Smith et al. 2009, doi:10.1093/bioinformatics/btp401, and the behaviour of libAntimony 3.3.
public func readAntimony(_ text: String, file: String) throws(InvalidModel) -> Model {
    try readAntimony([AntimonySource(text: text, file: file)])
}

/// Reads several texts as one: modules and functions of each may be used by the others.
///
/// - Parameters:
///   - main: Name of the module that is the model; nil: the rule of `readAntimony(_:file:)`.
///   - importing: Finds the text that `import "path"` in a file means; nil: imports are declined.
public func readAntimony(
    _ sources: [AntimonySource], main: String? = nil,
    importing: ((_ path: String, _ file: String) -> AntimonySource?)? = nil
) throws(InvalidModel) -> Model {
    var syntax = Syntax()
    var diagnostics = DiagnosticList()
    var calls: [(name: String, count: Int, location: SourceLocation)] = []
    var seen: Set<String> = []
    /// Parses a text, before it what it imports; of imported texts the modules and functions count.
    func add(_ source: AntimonySource, isImported: Bool) throws(InvalidModel) {
        if source.text.utf8.count > AntimonyLimits.largestText {
            throw InvalidModel([
                Diagnostic(.error, .invalid, "\(source.file): text of more than \(AntimonyLimits.largestText >> 20) MB")
            ])
        }
        seen.insert(source.file)
        var own = Syntax()
        var parser = Parser(source.text, file: source.file)
        parser.parseFile(into: &own)
        diagnostics.append(contentsOf: parser.diagnostics)
        calls += parser.calls
        for (path, location) in parser.imports {
            guard let importing else {
                diagnostics.error(
                    "'import' is not supported here", at: location, kind: .unsupported,
                    remedy: "put the imported text before this one")
                continue
            }
            guard let imported = importing(path, source.file) else {
                diagnostics.error("no Antimony file '\(path)' to import", at: location)
                continue
            }
            if !seen.contains(imported.file) { try add(imported, isImported: true) }
        }
        if isImported {
            for index in own.modules.indices { own.modules[index].isMain = false }
            own.topLevel = []
        }
        syntax.modules += own.modules
        syntax.functions += own.functions
        syntax.topLevel += own.topLevel
    }
    for source in sources { try add(source, isImported: false) }
    checkNames(of: syntax, calls: calls, reporting: &diagnostics)
    let module = mainModule(of: syntax, named: main, file: sources.first?.file ?? "", reporting: &diagnostics)
    var elaborator = Elaborator(modules: syntax.modules)
    elaborator.run(module)
    diagnostics.append(contentsOf: elaborator.diagnostics)
    if diagnostics.errorCount > 0 { throw InvalidModel(diagnostics.all) }
    var assembler = ModelAssembler(elaborator, id: module.name, functions: syntax.functions)
    var model = assembler.assemble()
    diagnostics.append(contentsOf: assembler.diagnostics)
    if diagnostics.errorCount > 0 { throw InvalidModel(diagnostics.all) }
    model.name = module.displayName
    model.warnings = diagnostics.all
    return model
}

enum AntimonyLimits {
    static let largestText = 64 << 20
}

/// The module that is the model.
private func mainModule(
    of syntax: Syntax, named name: String?, file: String, reporting diagnostics: inout DiagnosticList
) -> ModuleSyntax {
    let place = SourceLocation(file: file, line: 1, column: 1)
    if let name {
        if let module = syntax.modules.first(where: { $0.name == name }) { return withAnnotations(module) }
        diagnostics.error(
            "no model '\(name)' is defined", at: place,
            remedy: suggestion(for: name, among: syntax.modules.map(\.name)))
    }
    if let module = syntax.modules.first(where: \.isMain) { return withAnnotations(module) }
    let hasContent = syntax.topLevel.contains { statement in
        if case .unitDefinition = statement.content { false } else { true }
    }
    if !hasContent, let module = syntax.modules.last { return withAnnotations(module) }
    if !hasContent, diagnostics.errorCount == 0 {
        diagnostics.error("the text holds no model", at: place, remedy: "write reactions as in 'A -> B; k*A'")
    }
    return ModuleSyntax(name: "__main", location: place, isMain: true, ports: [], statements: syntax.topLevel)
}

/// What was said about a module after its end, taken as if it had been said inside.
private func withAnnotations(_ module: ModuleSyntax) -> ModuleSyntax {
    var module = module
    for statement in module.annotations {
        switch statement.content {
        case .displayName(_, let name): module.displayName = name
        case .annotation(_, let qualifier, let texts):
            module.statements.append(
                Statement(location: statement.location, content: .annotation(nil, qualifier: qualifier, texts)))
        case .sboTerm(_, let term):
            module.statements.append(Statement(location: statement.location, content: .sboTerm(nil, term)))
        default: break
        }
    }
    return module
}

/// Names defined twice, and calls of functions that don't exist.
private func checkNames(
    of syntax: Syntax, calls: [(name: String, count: Int, location: SourceLocation)],
    reporting diagnostics: inout DiagnosticList
) {
    var definitions: [String: SourceLocation] = [:]
    for (name, location) in syntax.modules.map({ ($0.name, Optional($0.location)) })
        + syntax.functions.map({ ($0.id, $0.location) })
    {
        if let first = definitions[name] {
            diagnostics.error("'\(name)' is already defined (\(first.file), line \(first.line))", at: location)
        }
        if let location { definitions[name] = location }
    }
    let functions = Dictionary(syntax.functions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for call in calls {
        guard let function = functions[call.name] else {
            diagnostics.error(
                "no function '\(call.name)' is defined", at: call.location,
                remedy: suggestion(
                    for: call.name, among: Array(functions.keys) + Array(Builtins.functions.keys))
                    ?? "define it by 'function \(call.name)(...) ... end'")
            continue
        }
        if function.arguments.count != call.count {
            diagnostics.error(
                "function '\(call.name)' takes \(function.arguments.count) argument(s), not \(call.count)",
                at: call.location)
        }
    }
    for function in syntax.functions where reaches(function.id, from: function, among: functions) {
        diagnostics.error("function '\(function.id)' calls itself", at: function.location)
    }
}

private func reaches(
    _ target: String, from function: FunctionDefinition, among functions: [String: FunctionDefinition]
) -> Bool {
    var pending = [function]
    var seen: Set<String> = []
    while let next = pending.popLast() {
        var called: [String] = []
        next.body?.forEachNode { if case .call(let name, _) = $0 { called.append(name) } }
        for name in called {
            if name == target { return true }
            if seen.insert(name).inserted, let callee = functions[name] { pending.append(callee) }
        }
    }
    return false
}
