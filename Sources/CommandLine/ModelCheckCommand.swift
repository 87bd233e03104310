import ArgumentParser
import Foundation
import ModelIR
import ModelRuns

/// `perforin model check FILE`
struct ModelCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a model: structure, units, and whether it compiles. Exits with 1 if something is wrong.",
        discussion: """
            Dimension errors are listed with the expression at fault; a model without any units says so once.

            EXAMPLES:
              perforin model check model.xml
              perforin model check model.ant --json
            """)

    @Argument(help: ArgumentHelp("SBML or Antimony file.", valueName: "model"))
    var model: String

    @Flag(help: "Print the findings as JSON.")
    var json = false

    private struct Finding: Encodable {
        var severity: String
        var kind: String
        var message: String
        var file: String?
        var line: Int?
        var column: Int?
        var remedy: String?
        init(_ diagnostic: Diagnostic) {
            severity = diagnostic.severity.rawValue
            kind = diagnostic.kind.rawValue
            message = diagnostic.message
            file = diagnostic.location?.file
            line = diagnostic.location?.line
            column = diagnostic.location?.column
            remedy = diagnostic.remedy
        }
    }

    private struct Result: Encodable {
        var version = 1
        var model: String
        var errors: Int
        var warnings: Int
        var symbolsWithUnit: Int
        var symbols: Int
        var formulasChecked: Int
        var formulas: Int
        var findings: [Finding]
    }

    func run() throws {
        let loaded = try namedModel(model)
        let facts = ModelFacts(loaded)
        var findings = loaded.warnings + loaded.validate() + facts.unitFindings
        do {
            findings += try PreparedModel(loaded, options: RunOptions()).warnings
        } catch let invalid as InvalidModel {
            findings += invalid.diagnostics
        }
        var seen: Set<Diagnostic> = []
        findings = findings.filter { seen.insert($0).inserted }
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count { $0.severity == .warning }
        if json {
            try printJSON(
                Result(
                    model: model, errors: errors, warnings: warnings, symbolsWithUnit: facts.symbolsWithUnit,
                    symbols: facts.symbols, formulasChecked: facts.checkedFormulas, formulas: facts.formulas,
                    findings: findings.map(Finding.init)))
        } else {
            for finding in findings { print(finding) }
            print(
                "\(model): \(errors) errors, \(warnings) warnings; \(facts.symbolsWithUnit) of \(facts.symbols) symbols have a unit, the units of \(facts.checkedFormulas) of \(facts.formulas) formulas were worked out"
            )
        }
        if errors > 0 { throw ExitCode(ExitStatus.checkFailed.rawValue) }
    }
}
