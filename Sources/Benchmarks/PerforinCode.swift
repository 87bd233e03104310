import Dynamics
import Integrators
import Kernels

/// Our own engine, on one thread.
struct PerforinCode: BenchmarkCode {
    let prepared: PreparedProblem
    let backend: Backend
    let method: IntegrationMethod
    let setupSeconds: Double
    var tolerances: [Double]

    init(_ prepared: PreparedProblem, backend: Backend, method: IntegrationMethod = .automatic, setupSeconds: Double, tolerances: [Double]) {
        self.prepared = prepared
        self.backend = backend
        self.method = method
        self.setupSeconds = setupSeconds
        self.tolerances = tolerances
    }

    var name: String { "perforin \(backend.form.rawValue)" }
    var version: String { "\(backend.form.rawValue), \(backend.lanes) lanes" }
    /// Four times as many as are compared, so that the lanes left idle at the very end weigh no more than in a real trial.
    func patients(of wanted: Int) -> Int { 4 * wanted }

    func run(relative: Double, patients: Range<Int>) throws -> CodeRun {
        let integrator = try prepared.integrator(relative: relative, method: method, backend: backend)
        let inputs = patients.map { prepared.input(of: $0) }
        let started = ProcessorTime.thread
        let results = integrator.run(inputs)
        let seconds = ProcessorTime.thread - started
        let failed = results.count { $0.failure != nil }
        let stages = integrator.tableau.stageCount
        return CodeRun(
            seconds: seconds, tables: results.map { $0.failure == nil ? $0.outputs : [] }, failed: failed,
            steps: Double(results.reduce(0) { $0 + $1.acceptedSteps }) / Double(max(1, results.count)),
            rightHandSides: Double(results.reduce(0) { $0 + $1.acceptedSteps + $1.rejectedSteps } * stages) / Double(max(1, results.count)),
            method: integrator.tableau.name)
    }
}
