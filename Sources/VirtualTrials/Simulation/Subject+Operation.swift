import Dynamics

/// Operations: what the pathologist finds, and how lesions are judged afterwards.
extension Subject {
    /// Whether the lesion was taken out by a day, on study or before it.
    func wasOperated(_ state: State, by day: Double) -> Bool {
        (earlierDoses + state.schedule.doses).contains { $0.isOperation && $0.given.day <= day }
    }

    /// Day of the operation for which the present decision counts cells, which comes before the operation itself; nil when this
    /// decision is for something else.
    func nextOperation(_ state: State, after day: Double) -> Double? {
        guard state.specimen == nil else { return nil }
        return state.schedule.doses.first { $0.isOperation && abs($0.given.day - day) < 1e-6 }?.given.day
    }

    /// Counts living cancer cells of all lesions.
    func examine(_ observables: [Double], _ state: inout State, day: Double) {
        let columns = simulation.model.columns.filter { $0.key == "C_total" || $0.key.hasSuffix("_C_total") }.values
        state.specimen = (day, columns.reduce(0) { $0 + max(0, observables[$1]) })
    }
}

extension DosePlanner.PlannedDose {
    var isOperation: Bool { given.unit == Dose.Unit.procedure.rawValue }
}
