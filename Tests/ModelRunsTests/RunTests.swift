import Foundation
import ModelIR
import ModelRuns
import Testing

/// Decay from 10 in a compartment of size 2, k = 0.5: S = 10 exp(-k t), amount 2 S.
private func decay() throws -> Model {
    try loadModel(
        Data(
            "model *decay() compartment C = 2 litre; species S in C; J: S -> ; C*k*S; S = 10; k = 0.5; p := 3*S end"
                .utf8), file: "decay.ant")
}

private func temporary(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("perforin-\(UUID().uuidString)-\(name)").path
}

@Suite struct RunTests {
    @Test func `a run has steps + 1 rows and follows the closed form`() throws {
        var options = RunOptions()
        options.duration = 4
        options.steps = 8
        options.observed = ["S", "p", "J"]
        options.relativeTolerance = 1e-9
        let course = try PreparedModel(decay(), options: options).run()
        #expect(course.columns == ["S", "p", "J"])
        #expect(course.times == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])
        for (time, value) in zip(course.times, course.column(0)) { #expect(abs(value - 10 * exp(-0.5 * time)) < 1e-7) }
        for (time, value) in zip(course.times, course.column(1)) { #expect(abs(value - 30 * exp(-0.5 * time)) < 3e-7) }
        for (time, value) in zip(course.times, course.column(2)) { #expect(abs(value - 10 * exp(-0.5 * time)) < 1e-7) }
    }

    @Test func `species are reported as amounts and as concentrations, without a list all of them`() throws {
        var options = RunOptions()
        options.duration = 1
        options.steps = 1
        #expect(try PreparedModel(decay(), options: options).columns == ["S"])
        options.amounts = ["S"]
        #expect(try PreparedModel(decay(), options: options).run().values[0] == 20)
        options.amounts = []
        options.concentrations = ["S"]
        #expect(try PreparedModel(decay(), options: options).run().values[0] == 10)
    }

    @Test func `settings replace values of parameters, species and sizes`() throws {
        var options = RunOptions()
        options.duration = 1
        options.steps = 1
        options.settings = ["k": 0, "S": 4, "C": 3]
        options.amounts = ["S"]
        let course = try PreparedModel(decay(), options: options).run()
        #expect(course.values == [12, 12])
    }

    @Test(
        "wrong names are refused with the near one",
        arguments: [("Sx", "did you mean 'S'?"), ("kk", "did you mean 'k'?")])
    func unknown(id: String, remedy: String) throws {
        var options = RunOptions()
        options.settings = [id: 1]
        do {
            _ = try PreparedModel(decay(), options: options)
            Issue.record("accepted")
        } catch let invalid as InvalidModel {
            #expect(invalid.diagnostics[0].remedy?.contains("did you mean") ?? false)
        }
        options.settings = ["p": 1]
        #expect(throws: InvalidModel.self) { try PreparedModel(decay(), options: options) }
    }

    @Test func `CSV numbers are the shortest that read back the same`() throws {
        var options = RunOptions()
        options.duration = 0.3
        options.steps = 3
        let course = try PreparedModel(decay(), options: options).run()
        let lines = String(decoding: course.csv(), as: UTF8.self).split(separator: "\n")
        #expect(lines[0] == "time,S")
        #expect(lines.count == 5)
        for (row, line) in lines.dropFirst().enumerated() {
            let fields = line.split(separator: ",")
            #expect(Double(fields[0]) == course.times[row])
            #expect(Double(fields[1]) == course.values[row])
        }
        #expect(lines[1] == "0,10")
    }

    @Test func `a table of patients gives an array, its description and long CSV alike`() throws {
        var options = RunOptions()
        options.duration = 2
        options.steps = 4
        options.observed = ["S", "p"]
        options.threads = 2
        let rows = (0..<40).map { "p\($0),\(Double($0) / 10),\($0 + 1)" }
        let table = try PatientTable("patient,k,S\n" + rows.joined(separator: "\n") + "\n", file: "patients.csv")
        let prepared = try PreparedModel(decay(), options: options, varied: table.ids)
        let array = temporary("x.npy")
        let run = try prepared.run(table, into: .numPy(path: array), setupSeconds: 0.25)
        #expect(run.failed == 0 && run.outcomes.count == 40)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: array))
        #expect(bytes.prefix(6) == Data([0x93] + Array("NUMPY".utf8)))
        let header = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        #expect(header % 64 == 0)
        #expect(String(decoding: bytes[10..<header], as: UTF8.self).contains("'shape': (40, 5, 2)"))
        let values = bytes[header...].withUnsafeBytes { buffer in
            (0..<400).map { buffer.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
        }
        for patient in 0..<40 {
            for step in 0..<5 {
                let expected = Double(patient + 1) * exp(-Double(patient) / 10 * Double(step) / 2)
                #expect(abs(values[patient * 10 + step * 2] - expected) < 1e-4 * expected)
                #expect(abs(values[patient * 10 + step * 2 + 1] - 3 * expected) < 3e-4 * expected)
            }
        }
        let sidecar =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: array.replacing(".npy", with: ".json")))) as? [String: Any]
        #expect(sidecar?["ids"] as? [String] == ["S", "p"])
        #expect((sidecar?["patients"] as? [String])?.first == "p0")
        #expect((sidecar?["setup_s"] as? Double ?? 0) >= 0.25)
        #expect(sidecar?["solve_s"] != nil && sidecar?["write_s"] != nil)
        let csv = temporary("x.csv")
        _ = try prepared.run(table, into: .csv(path: csv), setupSeconds: 0)
        let lines = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "patient,time,name,value")
        #expect(lines.count == 401)
        #expect(lines.dropFirst().map { Double($0.split(separator: ",")[3])! } == values)
    }

    @Test(
        "wrong tables are refused where they are wrong",
        arguments: [
            ("", "the table is empty"), ("k\n", "no patients"), ("k,k\n1,2\n", "repeated"),
            ("id,k\na,x\n", "'x' of column 'k'"),
            ("id,k\na,1,2\n", "3 fields"), ("k\n1e999\n", "not a number"),
        ])
    func tables(text: String, message: String) {
        do {
            _ = try PatientTable(text, file: "patients.csv")
            Issue.record("accepted")
        } catch { #expect(error.description.contains(message), "\(error)") }
    }

    @Test func `a model that can't be integrated to the end says why`() throws {
        let model = try loadModel(Data("x' = x^2; x = 1".utf8), file: "explosion.ant")
        var options = RunOptions()
        options.duration = 2
        options.observed = ["x"]
        #expect(throws: RunFailure.self) { try PreparedModel(model, options: options).run() }
    }
}
