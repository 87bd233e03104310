import ArgumentParser
import Benchmarks
import Foundation

/// `perforin bench`
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure patients a second against CVODE with KLU and libRoadRunner, at equal error.",
        discussion: """
            Every code integrates the same patients over 400 days with doses, all states at 401 times, at several
            tolerances; speeds are compared where errors against a tight reference are equal. Peers that aren't installed
            are named; `scripts/setup bench` installs them.

            EXAMPLES:
              perforin bench --pin 0
              perforin bench --model checkpoint --peers none --patients 64 --json
              perforin bench --model checkpoint --population 100000 --threads 2
            """)

    @Option(help: ArgumentHelp("Problems, separated by commas: \(BenchmarkProblem.names.joined(separator: ", ")).", valueName: "names"))
    var model: String = BenchmarkProblem.names.joined(separator: ",")

    @Option(help: "Patients whose errors are measured.")
    var patients = 64

    @Option(help: ArgumentHelp("Peers, separated by commas: cvode, cvode-debian, roadrunner, or none.", valueName: "names"))
    var peers: String = "cvode,cvode-debian,roadrunner"

    @Option(help: "Rounds, interleaved; their median counts.")
    var rounds = 3

    @Option(help: ArgumentHelp("Stay on this processor core.", valueName: "core"))
    var pin: Int?

    @Option(help: ArgumentHelp(
        "Instead: this many patients with summaries only, at one, two and four times the spread.", valueName: "patients"))
    var population: Int?

    @OptionGroup var common: CommonOptions

    private static let knownPeers = ["cvode", "cvode-debian", "roadrunner"]

    private static func names(_ text: String) -> [String] {
        text == "none" ? [] : text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    func validate() throws {
        for name in Self.names(model) where !BenchmarkProblem.names.contains(name) {
            throw ValidationError("--model knows \(BenchmarkProblem.names.joined(separator: ", ")), not '\(name)'.")
        }
        for name in Self.names(peers) where !Self.knownPeers.contains(name) {
            throw ValidationError("--peers knows \(Self.knownPeers.joined(separator: ", ")) and none, not '\(name)'.")
        }
        guard (8...100_000).contains(patients) else { throw ValidationError("--patients must be between 8 and 100,000, got \(patients).") }
        if let population, !(1...100_000_000).contains(population) {
            throw ValidationError("--population must be between 1 and 100,000,000, got \(population).")
        }
        guard (1...99).contains(rounds) else { throw ValidationError("--rounds must be between 1 and 99, got \(rounds).") }
    }

    func run() throws {
        var benchmark = Benchmark()
        benchmark.problems = Self.names(model)
        benchmark.peers = Self.names(peers)
        benchmark.patients = patients
        benchmark.rounds = rounds
        benchmark.seed = common.seed
        benchmark.pinnedCore = pin
        benchmark.version = PerforinCommand.version
        benchmark.command = "perforin " + CommandLine.arguments.dropFirst().joined(separator: " ")
        if !common.quiet { benchmark.log = remark }
        let report = try population.map { try benchmark.runPopulation(of: $0, threads: common.threads) } ?? benchmark.run()
        if let out = common.out { try report.json().write(to: URL(fileURLWithPath: out)) }
        if common.json {
            FileHandle.standardOutput.write(try report.json())
        } else {
            print(report.text)
        }
    }
}
