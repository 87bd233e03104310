import ArgumentParser
import Foundation

/// Options that every command that computes has in common.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print results as JSON, in full precision.")
    var json = false

    @Option(help: "Seed of all random numbers; recorded in every result.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Worker threads; results don't depend on it.", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @Option(name: .shortAndLong, help: ArgumentHelp("File or folder for the results.", valueName: "path"))
    var out: String?

    @Flag(name: .shortAndLong, help: "No progress and no remarks on standard error.")
    var quiet = false

    func validate() throws {
        guard threads >= 1, threads <= 4096 else {
            throw ValidationError("--threads must be between 1 and 4096, got \(threads).")
        }
    }
}
