import AntimonyFormat
import Foundation
import ImmuneModels
import ModelIR
import Testing

/// Modules that have a parameter table; every file of `modules` is read all the same.
private let tabled = BundledFiles.names(in: "parameters", suffix: ".csv").map { String($0.dropLast(4)) }
private let files = BundledFiles.names(in: "modules", suffix: ".ant")

@Suite struct ModuleFileTests {
    @Test func `there are modules to test`() {
        #expect(files.count >= 18)
        #expect(tabled.count >= 18)
    }

    @Test("every module is a model by itself, with a unit for every symbol and clean dimensions", arguments: files)
    func dimensions(file: String) throws {
        let model = try readAntimony(BundledFiles.text("modules/\(file)"), file: file)
        let report = model.checkDimensions(bareNumbersAreDimensionless: true)
        #expect(report.diagnostics.isEmpty, "\(report.diagnostics.map(\.description).joined(separator: "\n"))")
        #expect(report.symbolsWithUnit == report.symbolCount, "\(report.symbolCount - report.symbolsWithUnit) symbols without unit")
        #expect(report.checkedFormulas == report.formulaCount)
    }

    @Test("a parameter without a value has a row with its unit, and no row is an orphan", arguments: tabled)
    func tables(module: String) throws {
        let table = try BundledFiles.table(module)
        let library = try ModelLibrary.builtIn()
        for row in table.rows {
            #expect(!row.meaning.isEmpty || row.id.contains("_"), "\(row.id) has no meaning")
            #expect(row.module == module)
            #expect(row.confidence != .measured || !row.source.isEmpty, "\(row.id) is measured, but where?")
        }
        guard files.contains(module + ".ant") else { return }
        let model = try readAntimony(BundledFiles.text("modules/\(module).ant"), file: module)
        let ruled = Set(model.rules.compactMap(\.variable))
        for parameter in model.parameters where parameter.value == nil && !ruled.contains(parameter.id) {
            if model.initialAssignments.contains(where: { $0.symbol == parameter.id }) { continue }
            // in its own table, in that of a module that shares it, or given by each instance (antigen group, agent)
            let row = table[parameter.id]
            let given = row != nil || library.parameters.contains { $0.id == parameter.id || $0.id.hasSuffix("_\(parameter.id)") }
                || library.agents.contains { $0.parameters.contains { $0.id.hasSuffix("_\(parameter.id)") } }
            #expect(given, "\(parameter.id) has no value")
            if let row { #expect(row.unit == parameter.unit, "\(row.id): \(row.unit) in the table, \(parameter.unit ?? "none") in the module") }
        }
        for row in table.rows where model.parameters.allSatisfy({ $0.id != row.id }) {
            // Values of one instance: an antigen group of this template, or of another one (the virus).
            let isInstance = row.id.hasPrefix("virus_") || model.parameters.contains { row.id.hasSuffix("_\($0.id)") }
            #expect(isInstance, "\(row.id) is in the table, not in the module")
        }
    }

    @Test func `a table with a mistake is refused with its line`() {
        let header = "id,value,unit,distribution,spread,low,high,meaning,source,confidence,note,module\n"
        let text = header + "a,1,cell,point,,,,\"one, two\",s,measured,,m\na,x,cell,flat,,,,m,s,measured,,m\nb,1,cell,point,,,,m,s,known,,m\nc,1\n"
        do {
            _ = try ParameterTable(csv: text, file: "t.csv")
            Issue.record("accepted")
        } catch {
            let lines = error.diagnostics.compactMap { $0.location?.line }
            #expect(lines == [3, 4, 5])
        }
        let row = try? ParameterTable(csv: header + "a,1,cell,point,,,,\"one, \"\"two\"\"\",s,measured,,m", file: "t.csv")["a"]
        #expect(row?.meaning == "one, \"two\"")
    }
}
