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
        let served = (try? prepared.integrator(relative: 1e-4, backend: backend).backend) ?? backend
        version = "\(served.form.rawValue), \(served.lanes) lanes"
    }

    /// What serves where nothing is asked for goes by its instructions, others by their lanes as well.
    var name: String {
        let name = "perforin \(backend.form.rawValue)" + (method == .automatic ? "" : " \(method.rawValue)")
        if backend.form == .virtualMachine { return backend.allows512 ? name : name + " avx2" }
        return backend == .best ? name : "\(name) \(backend.lanes) lanes"
    }
    /// With the lanes that were chosen for the model.
    let version: String
    /// Four times as many as are compared (eight times on the virtual machine's many lanes), so that the lanes left idle at
    /// the very end weigh no more than in a real trial.
    func patients(of wanted: Int) -> Int { backend.form == .virtualMachine ? 8 * wanted : 4 * wanted }

    func run(relative: Double, patients: Range<Int>) throws -> CodeRun {
        let integrator = try prepared.integrator(relative: relative, method: method, backend: backend)
        let inputs = patients.map { prepared.input(of: $0) }
        let width = prepared.problem.outputTimes.count * prepared.stateCount
        // Written beforehand, as the peers' tables are, so that no code pays for the system's giving out memory.
        var table = [Double](repeating: 0, count: patients.count * width)
        var (failed, accepted, rejected) = ([Bool](repeating: false, count: inputs.count), 0, 0)
        var place = 0
        let started = ProcessorTime.thread
        table.withUnsafeMutableBufferPointer { table in
            integrator.run {
                guard place < inputs.count else { return nil }
                defer { place += 1 }
                return (place, inputs[place])
            } finish: { patient, result in
                accepted += result.acceptedSteps
                rejected += result.rejectedSteps
                failed[patient] = result.failure != nil
                result.outputs.withUnsafeBufferPointer {
                    guard let source = $0.baseAddress else { return }
                    (table.baseAddress! + patient * width).update(from: source, count: $0.count)
                }
            }
        }
        let seconds = ProcessorTime.thread - started
        let count = Double(max(1, inputs.count))
        return CodeRun(
            seconds: seconds, tables: inputs.indices.map { failed[$0] ? [] : Array(table[$0 * width..<($0 + 1) * width]) },
            failed: failed.count { $0 }, steps: Double(accepted) / count,
            rightHandSides: Double((accepted + rejected) * integrator.tableau.stageCount) / count, method: integrator.tableau.name)
    }
}
