/// One code under test: it integrates the first `patients` patients of a problem at one tolerance.
protocol BenchmarkCode {
    /// What tables call it.
    var name: String { get }
    /// Version and build, for the report.
    var version: String { get }
    /// Seconds from model text (for peers: from the finished model) to the first patient.
    var setupSeconds: Double { get }
    /// Relative tolerances to sweep, loose to tight.
    var tolerances: [Double] { get }
    /// Patients to time at one tolerance.
    func patients(of wanted: Int) -> Int
    mutating func run(relative: Double, patients: Range<Int>) throws -> CodeRun
}

/// What came out of a run.
struct CodeRun {
    /// Processor seconds of the thread that did the work, for all patients.
    var seconds: Double
    /// One table per patient, row-major `[times, states]`; empty where a patient failed.
    var tables: [[Double]]
    var failed: Int
    /// Accepted steps per patient, on average, if the code tells.
    var steps: Double?
    /// Right-hand sides per patient, if the code tells.
    var rightHandSides: Double?
    /// Method, if the code chooses one.
    var method: String = ""
}
