import Foundation
@testable import ImmuneModels
import ModelIR
@testable import ModelRuns
import Studies

extension InputReader {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let exchangeArchive = (try? Data(contentsOf: root.appendingPathComponent("Tests/ModelRunsTests/Fixtures/exchange.omex"))).map { [UInt8]($0) } ?? []

    static func catalogueFiles() throws -> [String] {
        let folder = root.appendingPathComponent("Sources/ImmuneModels/Resources")
        return try ["agents", "cancers"].flatMap { kind in
            try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(kind).path).sorted().filter { $0.hasSuffix(".txt") }
                .prefix(4).map { try String(contentsOf: folder.appendingPathComponent("\(kind)/\($0)"), encoding: .utf8) }
        }
    }

    static func studyFiles() throws -> [String] {
        let folder = root.appendingPathComponent("Examples/studies")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter { $0.hasSuffix(".yaml") }
            .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
    }

    static func experimentText() throws -> String {
        let archive = try ZipArchive(Data(exchangeArchive), name: "exchange.omex")
        return archive.files.first { $0.key.hasSuffix(".sedml") }.map { text($0.value) } ?? ""
    }

    /// The smaller half of the built-in modules.
    static func smallModules() throws -> [Model] {
        try library.get().modules.map(\.model).sorted { $0.reactions.count < $1.reactions.count }.prefix(15).map(\.self)
    }

    static func resultText() throws -> String {
        let interval = Interval(20, 10, 30)
        let arm = ArmResult(
            name: "A", therapy: "a", regimen: ["a"],
            patients: [
                PatientResult(
                    id: "0001", covariates: ["age": 60], days: [0], sumOfDiameters: [30.5], percentChange: [0], timePointResponses: [],
                    bestResponse: "SD", bestChange: nil, progressionFreeDays: 3, hasProgressedOrDied: false, progressionCause: nil,
                    survivalDays: 3, hasDied: false, doses: [GivenDose(day: 0, agent: "a", amount: 200, unit: "mg")])
            ], failures: [Failure(patient: "0002", reason: "solver")], baseline: [BaselineRow(name: "age", text: "60")],
            response: ResponseTable(
                patients: 1, counts: [Count("SD", 1)], objectiveResponse: interval, completeResponse: interval, diseaseControl: interval,
                confirmed: false, criteria: "RECIST 1.1"), survival: [], bands: [])
        let result = CohortResult(
            title: "t", cancer: "nsclc", cancerName: "lung", screening: Screening(drawn: 2, accepted: 1, rejections: [Count("solver", 1)]),
            arms: [arm],
            provenance: Provenance(
                version: "0.1.0", modelHash: "00", seed: 1, method: "m", relativeTolerance: 1e-4, instructionForm: "avx2", modules: [],
                states: 1, varyingParameters: 1, command: "c", seconds: ["a": 1]), limits: ["l"])
        return String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
    }
}
