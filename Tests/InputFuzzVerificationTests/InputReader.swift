import AntimonyFormat
import Foundation
@testable import ImmuneModels
import ModelIR
@testable import ModelRuns
import Quantities
import SBMLFormat
import Studies
import Testing
import VirtualTrials

/// A reader of user input with sound examples; whatever the bytes, it ends soon with a value or a stated error.
struct InputReader: Sendable, CustomTestStringConvertible {
    enum Verdict { case accepted, refused, broken(String) }

    var name: String
    var seeds: [String]
    var words: [String] = []
    /// Examples that aren't text.
    var binarySeeds: [[UInt8]] = []
    var read: @Sendable (Data) throws -> Void

    var testDescription: String { name }
    var mutator: Mutator { Mutator(seeds: seeds.map { Array($0.utf8) } + binarySeeds, words: words.map { Array($0.utf8) }) }

    func verdict(_ input: [UInt8]) -> Verdict {
        do {
            try read(Data(input))
            return .accepted
        } catch let invalid as InvalidModel {
            return invalid.diagnostics.contains { $0.severity == .error } ? .refused : .broken("refused without an error")
        } catch {
            let message = "\(error)"
            return message.isEmpty ? .broken("refused without a message") : .refused
        }
    }

    static func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
    static let library = Result { try ModelLibrary.builtIn() }
}

extension InputReader {
    /// All readers, or those whose name holds the word in `PERFORIN_FUZZ_READER`.
    static let all: [InputReader] = {
        let word = ProcessInfo.processInfo.environment["PERFORIN_FUZZ_READER"] ?? ""
        return [
            patients, dosing, therapy, catalogue, study, units, quantities, results, archive, experiment, sbml, antimony,
        ].filter { word.isEmpty || $0.name.contains(word) }
    }()

    static let patients = InputReader(
        name: "patient tables",
        seeds: [
            "id,k1,V\np1,0.1,3\np2,0.2,4.5\n\"p,3\",1e-3,2\n", "k\n1\n2\n3\n", "patient,\"a \"\"b\"\"\",c\n1,2,3\n",
        ], words: ["id", "patient", "\"\"", "\"p\""]
    ) { _ = try PatientTable(text($0), file: "patients.csv") }

    static let dosing = InputReader(
        name: "dosing records",
        seeds: [
            "ID,TIME,AMT,RATE,EVID,CMT,II,ADDL,SS\n1,0,200,0,1,1,21,34,0\n1,10,0,0,0,1,0,0,0\n2,0,1200,1200,4,atezolizumab,21,3,.\n",
            "ID TIME AMT\n1 0 100\n2 1.5 20\n",
        ], words: ["EVID", "ADDL", "II", "SS", "RATE", "CMT", ".", "-1", "-2", "1000000"]
    ) { _ = try DosingRecords(parsing: text($0), file: "doses.csv", compartments: ["pembrolizumab", "atezolizumab"]) }

    static let therapy = InputReader(
        name: "therapies",
        seeds: [
            "pembrolizumab 200 mg IV q3w x 35", "docetaxel 75 mg/m2 q3w + atezolizumab 1200 mg q3w until progression then pembrolizumab",
            "carboplatin AUC 5 q3w x 4", "pembrolizumab 2 mg/kg days 1, 8, 15 q21d for 12 weeks over 30 min", "none",
            "docetaxel 35 mg/m2 weekly x 6 then 75 mg/m2 q3w from day 50",
        ],
        words: [
            " then ", " + ", " x ", " for ", " until progression ", " q3w", " q0d", " q1e-9d", " bid", " daily", " once", " AUC ", " day ", " days ",
            " from day ", " over ", " mg", " mg/kg", " weeks", "pembrolizumab", "docetaxel",
        ]
    ) { data in
        let regimen = try Regimen(parsing: text(data), library: try library.get())
        for phase in regimen.phases.indices { _ = regimen.planned(phase: phase, before: 730) }
    }

    static let catalogue = InputReader(
        name: "agent and cancer files", seeds: (try? catalogueFiles()) ?? [],
        words: ["---", "id: ", "template: ", "lognormal", "point", "measured", ",,,,", "schedule: "]
    ) { data in
        let file = try CatalogueFile(text(data), file: "agent.txt")
        do { _ = try Agent(file) } catch { _ = try Cancer(file) }
    }

    static let study = InputReader(
        name: "study files", seeds: (try? studyFiles()) ?? [],
        words: [
            "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "<<: *a", "!!binary ", "|\n", ">\n", "? ", "---\n", "...\n", "arms:", "schema: 1", "weeks", "%",
            "q3w", "null", "~", "true", "min: ", "# ",
        ]
    ) { _ = try Study(yaml: text($0), file: "study.yaml") }

    static let units = InputReader(
        name: "units", seeds: ["nmol/L", "10^6 cells/uL", "(mol/L)^(1/2)", "m² s⁻¹", "1/day", "kg*m**2/s^2"],
        words: ["^", "**", "(", ")", "/", "²", "⁻¹", "mol", "cells", "1/", "^(1/3)", "µ"]
    ) { _ = try Unit(text($0)) }

    static let quantities = InputReader(
        name: "quantities", seeds: ["37 mm", "3.7cm", "80%", "2y", "1e-3 mol/L", "-5"], words: ["e", "%", "mm", "--", ".", "+"]
    ) { _ = try Quantity(text($0)) }

    static let results = InputReader(
        name: "results as JSON", seeds: [(try? resultText()) ?? ""], words: ["null", "true", "\"inf\"", "{}", "[]", "\"arms\":", "-1"]
    ) { data in
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        _ = try decoder.decode(CohortResult.self, from: data)
    }

    static let archive = InputReader(
        name: "COMBINE archives", seeds: [],
        words: ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "../"], binarySeeds: [exchangeArchive]
    ) { _ = try ZipArchive($0, name: "fuzz.omex") }

    static let experiment = InputReader(
        name: "simulation experiments", seeds: [(try? experimentText()) ?? ""],
        words: ["<apply>", "<ci>x</ci>", "numberOfPoints=\"1000000000\"", "<listOfTasks>", "</listOfTasks>", "kisaoID=\"KISAO:0000019\""]
    ) { _ = try SimulationExperiment($0, file: "fuzz.sedml") }

    static let sbml = InputReader(
        name: "SBML of the built-in modules", seeds: (try? smallModules().map { try writeSBML($0) }) ?? [],
        words: ["<apply>", "</apply>", "<ci>x</ci>", "<lambda>", "&#0;", "<!DOCTYPE a>", " level=\"1\"", "<![CDATA["]
    ) { _ = try readSBML($0, file: "fuzz.xml") }

    static let antimony = InputReader(
        name: "Antimony of the built-in modules", seeds: (try? smallModules().map { writeAntimony($0) }) ?? [],
        words: [" := ", " => ", " -> ", "at ", "model ", "end", "function ", "piecewise(", "/*", "```"]
    ) { _ = try readAntimony(text($0), file: "fuzz.ant") }
}
