import ArgumentParser
import Foundation
import ModelIR
import ModelRuns
import Testing

@testable import CommandLine

@Suite struct RunCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("S -> ; k*S; k = 0.5; S = 8".utf8).write(to: folder.appendingPathComponent("decay.ant"))
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func run(_ arguments: String...) throws {
        var command = try PerforinCommand.parseAsRoot(arguments)
        try command.run()
    }

    @Test func `CSV has the header time and the ids, and steps + 1 rows`() throws {
        try run(
            "run", path("decay.ant"), "--duration", "2", "--steps", "2", "--set", "k=0", "--out", path("x.csv"),
            "--quiet")
        #expect(try String(contentsOfFile: path("x.csv"), encoding: .utf8) == "time,S\n0,8\n1,8\n2,8\n")
    }

    @Test func `long CSV has a row per time and id`() throws {
        try run(
            "run", path("decay.ant"), "--duration", "1", "--steps", "1", "--set", "k=0", "--long", "--observe", "S,k",
            "--out", path("l.csv"))
        #expect(
            try String(contentsOfFile: path("l.csv"), encoding: .utf8)
                == "time,name,value\n0,S,8\n0,k,0\n1,S,8\n1,k,0\n")
    }

    @Test func `JSON and NumPy by the name of the file`() throws {
        try run("run", path("decay.ant"), "--steps", "1", "--out", path("x.json"))
        let object =
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path("x.json"))))
            as? [String: Any]
        #expect(object?["version"] as? Int == 1)
        #expect(object?["ids"] as? [String] == ["S"])
        #expect((object?["values"] as? [[Double]])?[0][0] == 8)
        try run("run", path("decay.ant"), "--steps", "1", "--out", path("x.npy"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path("x.npy"))).count % 8 == 0)
    }

    @Test(
        "bad options and values are usage errors",
        arguments: [
            ["--steps", "0"], ["--duration", "-1"], ["--rtol", "2"], ["--atol", "0"], ["--set", "k"], ["--set", "k=x"],
            ["--out", "x.txt"],
        ])
    func usage(options: [String]) throws {
        do {
            var command = try PerforinCommand.parseAsRoot(["run", path("decay.ant")] + options)
            try command.run()
            Issue.record("accepted")
        } catch { #expect(PerforinCommand.exitCode(for: error).rawValue == 64) }
    }

    @Test(
        "what is wrong with the input is said with its remedy, exit 2 or 3",
        arguments: [
            (["run", "decai.ant"], 2 as Int32, "did you mean 'decay.ant'?"),
            (["run", "decay.ant", "--observe", "T"], 2, "the model has no 'T' to observe"),
            (["run", "decay.ant", "--set", "kk=1"], 2, "did you mean 'k'?"),
            (["run", "."], 2, "is a folder"), (["run", "random.ant"], 3, "random distribution 'normal'"),
        ])
    func badInput(arguments: [String], status: Int32, message: String) throws {
        try Data("x = normal(0, 1)".utf8).write(to: folder.appendingPathComponent("random.ant"))
        var arguments = arguments
        arguments[1] = path(arguments[1])
        do {
            var command = try PerforinCommand.parseAsRoot(arguments)
            try command.run()
            Issue.record("accepted")
        } catch {
            let outcome = try #require(CommandOutcome(error))
            #expect(outcome.status.rawValue == status)
            #expect(outcome.message.contains(message), "\(outcome.message)")
        }
    }

    @Test func `built-in models run by name`() throws {
        try run("run", "healthy", "--duration", "1", "--steps", "1", "--out", path("healthy.csv"), "--quiet")
        let lines = try String(contentsOfFile: path("healthy.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasPrefix("time,"))
    }

    @Test func `a model is exported and an atlas is made`() throws {
        try run("model", "export", path("decay.ant"), "--out", path("flat.ant"))
        #expect(try loadModel(at: path("flat.ant")).species.map(\.id) == ["S"])
        try run("model", "export", path("decay.ant"), "--out", path("flat.xml"))
        #expect(try loadModel(at: path("flat.xml")).species.map(\.id) == ["S"])
        try run("atlas", folder.path, "--out", path("atlas"), "--quiet")
        let page = try String(contentsOfFile: path("atlas/atlas.html"), encoding: .utf8)
        #expect(page.contains("decay.ant") && page.contains("not medical advice") && !page.contains("http"))
        #expect(try String(contentsOfFile: path("atlas/atlas.csv"), encoding: .utf8).split(separator: "\n").count == 4)
    }
}
