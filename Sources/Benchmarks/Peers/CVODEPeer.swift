#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif
import Foundation

/// CVODE with KLU: the model as C, compiled with the machine's compiler and called in this process.
final class CVODEPeer: BenchmarkCode {
    /// Which SUNDIALS is linked.
    enum Build: String {
        /// SUNDIALS 7 and KLU compiled by `scripts/setup bench` with -O3 -march=native.
        case fast = "cvode"
        /// The system's library.
        case debian = "cvode-debian"
    }

    let name: String
    let version: String
    let setupSeconds: Double
    let tolerances: [Double]
    private let prepared: PreparedProblem
    private let library: UnsafeMutableRawPointer
    private let function: Function

    private typealias Function = @convention(c) (
        Int32, UnsafePointer<Double>, Double, UnsafePointer<Double>, Int32, UnsafePointer<Double>, UnsafePointer<Int32>,
        UnsafePointer<Double>, Int32, UnsafePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
    ) -> Int32

    /// - Throws: `PeerMissing` when a compiler or the library isn't there.
    init(_ prepared: PreparedProblem, build: Build) throws {
        self.prepared = prepared
        name = build == .fast ? "CVODE+KLU -O3 native" : "CVODE+KLU Debian"
        tolerances = build == .fast ? [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9] : [1e-3, 1e-4, 1e-6, 1e-8]
        let folder = peerFolder.appendingPathComponent("sundials")
        var flags = ["-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC", "-w", "-Wl,-Bsymbolic"]
        var libraries: [String]
        switch build {
        case .fast:
            let archives = ["libsundials.a", "libklu.a"].map { folder.appendingPathComponent($0).path }
            guard archives.allSatisfy(FileManager.default.fileExists) else {
                throw PeerMissing("CVODE (-O3 -march=native) is not built: scripts/setup bench")
            }
            flags += ["-DUSE_CVODES", "-I\(folder.appendingPathComponent("include").path)", "-I\(folder.appendingPathComponent("include/suitesparse").path)"]
            libraries = archives + ["-Wl,--exclude-libs,ALL"]
        case .debian:
            guard FileManager.default.fileExists(atPath: "/usr/include/cvode/cvode.h") else {
                throw PeerMissing("Debian's SUNDIALS is not installed: apt-get install libsundials-dev libsuitesparse-dev")
            }
            flags.append("-I/usr/include/suitesparse")
            libraries = ["-lsundials_cvode", "-lsundials_nvecserial", "-lsundials_sunlinsolklu", "-lsundials_sunmatrixsparse", "-lklu"]
        }
        libraries.append("-lm")
        guard let compiler = ["/usr/bin/gcc", "/usr/bin/cc"].first(where: FileManager.default.isExecutableFile) else {
            throw PeerMissing("no C compiler for CVODE's model: apt-get install gcc")
        }
        let started = ContinuousClock.now
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try Data(KernelSource.header(for: prepared.system).utf8).write(to: place.appendingPathComponent("model.h"))
        let source = Bundle.module.url(forResource: "Resources/cvode_peer.c", withExtension: nil)!
        let object = place.appendingPathComponent("peer.so")
        try runTool(compiler, flags + ["-I\(place.path)", source.path, "-o", object.path] + libraries)
        guard let library = dlopen(object.path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "peer_run") else {
            throw PeerMissing("CVODE's model can't be loaded: \(String(cString: dlerror()))")
        }
        self.library = library
        function = unsafeBitCast(symbol, to: Function.self)
        typealias Version = @convention(c) () -> UnsafePointer<CChar>
        let number = dlsym(library, "peer_version").map { String(cString: unsafeBitCast($0, to: Version.self)()) } ?? ""
        version = "SUNDIALS \(number), \(build == .fast ? "-O3 -march=native" : "Debian's build"), KLU, analytic Jacobian"
        setupSeconds = (ContinuousClock.now - started) / .seconds(1)
    }

    func patients(of wanted: Int) -> Int { wanted }

    func run(relative: Double, patients: Range<Int>) throws -> CodeRun {
        let inputs = patients.flatMap { prepared.inputs(of: $0) }
        let times = prepared.problem.outputTimes
        let doses = prepared.doses
        let width = times.count * prepared.stateCount
        var table = [Double](repeating: 0, count: patients.count * width)
        var statistics = [Double](repeating: 0, count: 6)
        let tolerances = prepared.absoluteTolerances(relative: relative)
        let started = ProcessorTime.thread
        let failed = function(
            Int32(patients.count), inputs + [0], relative, tolerances, Int32(doses.count), doses.map(\.time) + [0],
            doses.map { Int32($0.state) } + [0], doses.map(\.amount) + [0], Int32(times.count), times, &table, &statistics)
        let seconds = ProcessorTime.thread - started
        let tables = patients.indices.map { index -> [Double] in
            let rows = Array(table[(index - patients.lowerBound) * width..<(index - patients.lowerBound + 1) * width])
            return rows[0].isNaN ? [] : rows
        }
        return CodeRun(
            seconds: seconds, tables: tables, failed: Int(failed), steps: statistics[0] / Double(patients.count),
            rightHandSides: statistics[1] / Double(patients.count), method: "bdf")
    }
}

/// A peer that can't run here, and what to do about it.
struct PeerMissing: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Where `scripts/setup bench` puts what it builds.
var peerFolder: URL {
    let home = ProcessInfo.processInfo.environment["PERFORIN_HOME"] ?? FileManager.default.currentDirectoryPath
    return URL(fileURLWithPath: home).appendingPathComponent(".cache/bench")
}

/// Runs a program to its end.
/// - Throws: `PeerMissing` with what it said when it fails.
func runTool(_ path: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let said = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw PeerMissing("\(path) failed: \(String(decoding: said.suffix(2000), as: UTF8.self))")
    }
}
