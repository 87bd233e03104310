import Dynamics
import Ensembles
import ModelIR

extension TrialModel {
    /// Patients at diagnosis, whose tumours grew in a model without drugs, as they are in this one.
    ///
    /// What both models hold has the value that it had there, bit for bit; drugs start from this model's own initial
    /// values. So a patient's growth doesn't depend on what any arm of a study will give, and an arm's model holds
    /// its own drugs alone: a drug that is in the model but not given costs time and last bits (its states enter the
    /// order of elimination and the mean in the error norm, and ports that were constants become variables, which
    /// the compiler groups otherwise).
    ///
    /// - Throws: `CancellationError`.
    package func adopting(
        _ patients: [DiagnosedPatient], from growth: TrialModel, threads: Int = 1, cancellation: Cancellation = Cancellation()
    ) throws -> [DiagnosedPatient] {
        if growth === self { return patients }
        let ensemble = Ensemble(integrator, threads: threads, cancellation: cancellation)
        let states = Self.places(of: growth.compiled.system.states, in: compiled.system.states)
        let parameters = Self.places(of: growth.parameterIDs, in: parameterIDs)
        let events = Self.places(of: growth.compiled.system.events.map(\.id), in: compiled.system.events.map(\.id))
        return try ensemble.map(0..<patients.count) { index in
            PatientInput(inputs: inputs(of: patients[index].patient), endTime: 0, keepsSnapshot: true)
        } _: { index, fresh in
            var patient = patients[index]
            let grown = patient.snapshot
            guard var snapshot = fresh.snapshot else { return patient }
            snapshot.time = grown.time
            for (there, here) in states { snapshot.state[here] = grown.state[there] }
            for (there, here) in parameters { snapshot.parameters[here] = grown.parameters[there] }
            for (there, here) in events where there < grown.triggerValues.count { snapshot.triggerValues[here] = grown.triggerValues[there] }
            snapshot.stepSize = grown.stepSize
            snapshot.restartStepSize = grown.restartStepSize
            snapshot.isAfterDiscontinuity = grown.isAfterDiscontinuity
            snapshot.tieCount = grown.tieCount
            snapshot.drawCounts = drawCounts(after: grown, of: growth, from: snapshot.drawCounts)
            patient.snapshot = snapshot
            return patient
        }
    }

    /// Patients whose models have other constants from diagnosis on: a mechanism switched off for treatment alone.
    ///
    /// - Throws: `InvalidModel` for an id that is no constant of the model.
    package func switching(_ patients: [DiagnosedPatient], to values: [String: Double]) throws(InvalidModel) -> [DiagnosedPatient] {
        if values.isEmpty { return patients }
        var slots: [(slot: Int, value: Double)] = []
        for (id, value) in values {
            guard let slot = compiled.input(id) else {
                throw InvalidModel([Diagnostic(.error, .invalid, "'\(id)' is no constant of the model, so it can't be switched")])
            }
            slots.append((slot, value))
        }
        return patients.map { patient in
            var patient = patient
            for (slot, value) in slots { patient.snapshot.parameters[slot] = value }
            return patient
        }
    }

    /// How often each lot was drawn in a snapshot of another model, by purpose; `own` for those that it doesn't have.
    package func drawCounts(after snapshot: Snapshot, of other: TrialModel, from own: [UInt32]? = nil) -> [UInt32] {
        let slots = other.compiled.system.randomSlots
        guard snapshot.drawCounts.count == slots.count else { return own ?? compiled.system.randomSlots.map { _ in 0 } }
        let counts = Dictionary(zip(slots.map(\.purpose), snapshot.drawCounts)) { first, _ in first }
        return compiled.system.randomSlots.enumerated().map { index, slot in
            counts[slot.purpose] ?? own.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? 0
        }
    }

    /// Names of the slots that a snapshot keeps: inputs, then controls.
    private var parameterIDs: [String] { compiled.system.inputs + compiled.system.controls }

    private static func places(of there: [String], in here: [String]) -> [(there: Int, here: Int)] {
        let index = Dictionary(here.enumerated().map { ($1, $0) }) { first, _ in first }
        return there.enumerated().compactMap { place, id in index[id].map { (place, $0) } }
    }
}
