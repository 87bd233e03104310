import ImmuneModels
import ModelIR
import VirtualTrials

extension Study.DosingFile {
    /// The doses of the table as one phase: every row is given on its own day, whatever became of the one before.
    ///
    /// `AMT` counts in the unit in which the agent's label does (mg, cells); a `RATE` above 0 makes an infusion of AMT/RATE,
    /// otherwise the dose is a bolus.
    ///
    /// - Throws: `InvalidModel` with line and column of rows that are not doses, of a second `ID`, of a reset.
    func regimen(library: ModelLibrary, study: Study) throws(InvalidModel) -> Regimen {
        var agents: [Agent] = []
        var problems: [Diagnostic] = []
        for name in compartments {
            if let agent = library.agent(named: name) {
                agents.append(agent)
            } else {
                let known = library.agents.map(\.id)
                problems.append(
                    Diagnostic(.error, .invalid, "unknown agent '\(name)'", at: place, remedy: suggestion(for: name, among: known) ?? "known: \(known.sorted().joined(separator: ", "))"))
            }
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        let table = try DosingRecords(parsing: text, file: name, compartments: agents.map(\.id), hoursPerUnit: hoursPerUnit)
        func refuse(_ message: String, line: Int? = nil, remedy: String) -> InvalidModel {
            InvalidModel([Diagnostic(.error, .invalid, message, at: SourceLocation(file: name, line: line ?? 1, column: 1), remedy: remedy)])
        }
        let patients = Set(table.records.map(\.patient))
        guard patients.count == 1 else {
            throw refuse(
                patients.isEmpty ? "the table holds no dose" : "the table holds doses of \(patients.count) patients, an arm treats all alike",
                remedy: patients.isEmpty ? "give rows with EVID 1 and AMT" : "keep the rows of one ID, or make an arm of each schedule")
        }
        if let reset = table.records.first(where: \.resets) {
            throw refuse("EVID 4 resets the whole patient on day \(reset.time.formatted()), which no one can in a trial", line: reset.line, remedy: "use EVID 1")
        }
        let courses = agents.compactMap { agent -> Regimen.Course? in
            let own = table.records.filter { $0.compartment == agent.id }.sorted { $0.time < $1.time }
            guard !own.isEmpty else { return nil }
            let steps = own.map { record in
                Regimen.Step(
                    dose: Dose(record.amount, agent.unitOfRecords), interval: nil, cycles: 1,
                    infusion: record.rate > 0 ? record.amount / record.rate : 0, startDay: record.time)
            }
            return Regimen.Course(agent: agent.id, steps: steps)
        }
        return Regimen(text: "doses of \(name)", phases: [Regimen.Phase(courses: courses)])
    }
}

extension Agent {
    /// The unit in which dosing records count this agent: mg of a drug, cells of a product, Gy, an operation.
    fileprivate var unitOfRecords: Dose.Unit {
        if molarMass != nil || amountPerUnit["mg"] != nil { return .milligram }
        return amountPerUnit.keys.sorted().compactMap { key in key == "cell" ? .cells : Dose.Unit(rawValue: key) }.first ?? .cells
    }
}
