#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif
import Foundation
import ModelIR
import SBMLFormat

/// libRoadRunner in a Python process of its own; the clock runs inside it, around setting parameters, resetting,
/// integrating and the table.
final class RoadRunnerPeer: BenchmarkCode {
    let name = "libRoadRunner"
    private(set) var version = ""
    private(set) var setupSeconds = 0.0
    let tolerances: [Double] = [1e-4, 1e-5, 1e-6, 1e-8]
    private let prepared: PreparedProblem
    private let python: URL
    private var session: Session?
    /// Seconds within which an answer must come; then the process is ended, and the next question starts another.
    private static let limit = 150.0
    private let sbml: URL
    private let dump: URL

    private struct Session {
        let process = Process()
        let requests = Pipe()
        let answers = Pipe()
    }

    private struct Request: Encodable {
        var sbml: String
        var ids: [String]
        var selections: [String]
        var values: [[Double]]
        var doses: [Dose]
        var times: [Double]
        var rtol: Double
        var atol: [String: Double]
        var dump: String

        struct Dose: Encodable {
            var time: Double
            var species: String
            var amount: Double
            func encode(to encoder: any Encoder) throws {
                var list = encoder.unkeyedContainer()
                try list.encode(time)
                try list.encode(species)
                try list.encode(amount)
            }
        }
    }
    private struct Answer: Decodable {
        var seconds: Double
        var failed: Int
        var setup: Double
        var version: String
    }

    /// - Throws: `PeerMissing` when there is no Python with libRoadRunner.
    init(_ prepared: PreparedProblem) throws {
        self.prepared = prepared
        let home = peerFolder.deletingLastPathComponent().deletingLastPathComponent()
        let python = home.appendingPathComponent(".venv-bench/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw PeerMissing("libRoadRunner is not installed: scripts/setup bench")
        }
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        sbml = place.appendingPathComponent("model.xml")
        dump = place.appendingPathComponent("tables.bin")
        try Data(try writeSBML(prepared.problem.model).utf8).write(to: sbml)
        self.python = python
        _ = try ask(relative: 1e-3, patients: 0..<0)
    }

    private func started() throws -> Session {
        if let session { return session }
        let new = Session()
        new.process.executableURL = python
        new.process.arguments = [Bundle.module.url(forResource: "Resources/roadrunner_peer.py", withExtension: nil)!.path]
        new.process.standardInput = new.requests
        new.process.standardOutput = new.answers
        new.process.standardError = FileHandle.nullDevice
        try new.process.run()
        session = new
        return new
    }

    private func end() {
        session?.process.terminate()
        session?.process.waitUntilExit()
        session = nil
    }

    deinit {
        end()
        try? FileManager.default.removeItem(at: sbml.deletingLastPathComponent())
    }

    func patients(of wanted: Int) -> Int { wanted }

    private func ask(relative: Double, patients: Range<Int>) throws -> Answer {
        let states = prepared.system.states
        let concentrations = Set(prepared.problem.model.species.filter { !$0.hasOnlySubstanceUnits }.map(\.id))
        let tolerances = prepared.absoluteTolerances(relative: relative)
        let request = Request(
            sbml: sbml.path, ids: prepared.variedIDs, selections: states.map { concentrations.contains($0) ? "[\($0)]" : $0 },
            values: patients.map { prepared.values(of: $0) },
            doses: prepared.problem.doses.map { Request.Dose(time: $0.time, species: $0.species, amount: $0.amount) },
            times: prepared.problem.outputTimes, rtol: relative,
            atol: Dictionary(uniqueKeysWithValues: zip(states, tolerances)), dump: dump.path)
        let session = try started()
        session.requests.fileHandleForWriting.write(try JSONEncoder().encode(request) + Data([0x0A]))
        let handle = session.answers.fileHandleForReading
        let deadline = ContinuousClock.now + .seconds(Self.limit)
        var line = Data()
        while line.last != 0x0A {
            var descriptor = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            guard left > 0, poll(&descriptor, 1, Int32(left.rounded(.up))) > 0 else {
                end()
                throw PeerMissing("libRoadRunner gave no answer for \(patients.count) patients in \(Int(Self.limit)) s and was ended")
            }
            let piece = handle.availableData
            if piece.isEmpty {
                end()
                throw PeerMissing("libRoadRunner's process ended without an answer")
            }
            line += piece
        }
        let answer = try JSONDecoder().decode(Answer.self, from: line)
        version = "libRoadRunner \(answer.version)"
        setupSeconds = max(setupSeconds, answer.setup)
        return answer
    }

    func run(relative: Double, patients: Range<Int>) throws -> CodeRun {
        let answer = try ask(relative: relative, patients: patients)
        let width = prepared.problem.outputTimes.count * prepared.stateCount
        let numbers = try Data(contentsOf: dump).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
        guard numbers.count == width * patients.count else { throw PeerMissing("libRoadRunner's tables have another shape") }
        let tables = (0..<patients.count).map { index -> [Double] in
            let rows = Array(numbers[index * width..<(index + 1) * width])
            return rows[0].isNaN ? [] : rows
        }
        return CodeRun(seconds: answer.seconds, tables: tables, failed: answer.failed, steps: nil, method: "bdf")
    }
}
