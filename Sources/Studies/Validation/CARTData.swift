import Foundation
import ImmuneModels
import ModelIR
import Survival
import VirtualTrials

/// CD22 CAR-T cells in children and young adults (Lichtenstein et al., Blood 138 (2021) 2469), patient by patient.
///
/// The data may not be shipped; a folder of the user's holds `patients.csv`, `cells_and_labs.csv` and `cytokines.csv`. Simulated
/// patients get the dose levels in the proportion of the data, are read on the data's days, and cytokines are compared among
/// those with cytokine release, as the data have them of no others.
struct CARTData {
    let folder: URL
    let library: ModelLibrary
    let patients: Int
    let threads: Int
    /// Cells per kg of the dose levels, by the protocol's papers.
    private static let doses = ["1": 3e5, "2": 1e6, "3": 3e6]
    private static let cytokines = [("IL-6", "IL6_pg"), ("IFN-gamma", "IFNg_pg"), ("IL-10", "IL10_pg"), ("TNF-alpha", "TNF_pg"), ("IL-2", "IL2_pg"), ("GM-CSF", "GMCSF_pg")]
    private static let name = "CD22 CAR-T"
    private static let product = "car_t_cd22"

    private func table(_ file: String) throws -> [[String: String]] {
        let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        guard let header = lines.first, lines.count > 1 else {
            throw InvalidModel([Diagnostic(.error, .invalid, "the table is empty", at: SourceLocation(file: file, line: 1, column: 1))])
        }
        return lines.dropFirst().map { cells in Dictionary(zip(header, cells)) { first, _ in first } }
    }

    /// One simulated patient on the days since infusion.
    private struct Course {
        var days: [Double]
        /// By observable.
        var values: [String: [Double]]
        var grade: Int
    }

    func rows() throws -> [IndividualData.Row] {
        let real = try table("patients.csv")
        let courses = try simulate(levels: real.compactMap { $0["dose_level"].flatMap { Self.doses[$0] } })
        guard !courses.isEmpty else { return [] }
        return try kinetics(courses) + cytokines(courses.filter { $0.grade > 0 }) + grades(courses, real)
    }

    /// Patients in the proportion of the doses that were given.
    private func simulate(levels: [Double]) throws -> [Course] {
        var courses: [Course] = []
        for dose in Set(levels).sorted() {
            let share = Double(levels.count { $0 == dose }) / Double(max(1, levels.count))
            let count = max(1, Int((Double(patients) * share).rounded()))
            let regimen = try Regimen(parsing: "\(Self.product) \(dose) cells/kg IV once from day 6", library: library)
            let models = try ArmModels(ModelPlan(cancer: "b-all-child"), arms: [regimen.agents], library: library, relativeTolerance: TrialStudy.relativeTolerance)
            let model = models.model(giving: regimen.agents)
            var population = try Population(cancer: "b-all-child")
            population.fixed["prior_lines"] = 3
            let sampler = PatientSampler(population: population, model: models.union, seed: 22)
            let screened = try VirtualTrials.Screening(model: models.growth, sampler: sampler, threads: threads).patients(count, limit: 40 * count)
            let adopted = try model.adopting(screened.patients, from: models.growth, threads: threads)
            let plan = TrialProtocol(regimen: regimen, calendar: VisitCalendar(interval: 28), horizon: 90, followsAfterProgression: true, dailyUntil: 90)
            let records = try ArmSimulation(model: model, plan: plan, seed: 22, threads: threads).run(adopted)
            let width = model.observables.count
            let wanted = ["\(Self.product)_count", "CRP", "CRS_grade"] + Self.cytokines.map(\.1)
            for record in records where record.failure == nil {
                guard let infusion = record.administrations.first(where: { $0.agent == Self.product })?.day else { continue }
                var values: [String: [Double]] = [:]
                for id in wanted {
                    guard let column = model.columns[id] else { continue }
                    values[id] = record.outputDays.indices.map { record.outputs[$0 * width + column] }
                }
                let days = record.outputDays.map { $0 - infusion }
                let grade = zip(days, values["CRS_grade"] ?? []).filter { 0...45 ~= $0.0 }.map(\.1).max() ?? 0
                courses.append(Course(days: days, values: values, grade: Int(grade.rounded())))
            }
        }
        return courses
    }

    private func value(_ course: Course, _ id: String, on day: Double) -> Double? {
        guard let values = course.values[id], let row = course.days.indices.min(by: { abs(course.days[$0] - day) < abs(course.days[$1] - day) }), abs(course.days[row] - day) <= 1
        else { return nil }
        return values[row]
    }

    /// Cells and C-reactive protein on the nominal days: the simulated median against the quartiles of the data.
    private func kinetics(_ courses: [Course]) throws -> [IndividualData.Row] {
        var real: [String: [Double]] = [:]
        for row in try table("cells_and_labs.csv") {
            guard let variable = row["variable"], ["CAR_abs", "CRP"].contains(variable), let day = row["nominal_day"], let value = row["value"].flatMap(Double.init) else { continue }
            real["\(variable) \(day)", default: []].append(value)
        }
        return [("CAR_abs", "\(Self.product)_count", "CAR-T cells per uL"), ("CRP", "CRP", "C-reactive protein (mg/L)")].flatMap { variable, id, words in
            [7.0, 14, 21, 28].compactMap { day -> IndividualData.Row? in
                guard let values = real["\(variable) \(Int(day))"], values.count >= 10 else { return nil }
                return compare("\(words), day \(Int(day))", values, courses.compactMap { value($0, id, on: day) })
            }
        }
    }

    /// Peaks of cytokines within 28 days among those with cytokine release.
    private func cytokines(_ courses: [Course]) throws -> [IndividualData.Row] {
        var peaks: [String: [String: Double]] = [:]
        for row in try table("cytokines.csv") {
            guard let name = row["cytokine"], let patient = row["patient"], let value = row["value_pg_per_ml"].flatMap(Double.init) else { continue }
            peaks[name, default: [:]][patient] = max(peaks[name]?[patient] ?? 0, value)
        }
        return Self.cytokines.compactMap { name, id in
            guard let real = peaks[name].map({ Array($0.values) }), real.count >= 10 else { return nil }
            let simulated = courses.compactMap { course in
                course.values[id].map { values in zip(course.days, values).filter { 0...28 ~= $0.0 }.map(\.1).max() ?? 0 }
            }
            return compare("peak of \(name) with cytokine release (pg/mL)", real, simulated)
        }
    }

    private func compare(_ quantity: String, _ real: [Double], _ simulated: [Double]) -> IndividualData.Row? {
        guard !simulated.isEmpty else { return nil }
        let quartiles = Quantiles.quartiles(real)
        let own = Quantiles.quartiles(simulated)
        return IndividualData.Row(
            data: Self.name, arm: "median", quantity: quantity, real: real.count, simulated: simulated.count, value: own[1], lower: quartiles[0],
            upper: quartiles[2], isWithin: quartiles[0]...quartiles[2] ~= own[1], realQuartiles: quartiles, simulatedQuartiles: own)
    }

    /// Frequency of cytokine release by grade: the simulated share against the exact interval of the data.
    private func grades(_ courses: [Course], _ real: [[String: String]]) -> [IndividualData.Row] {
        let grades = real.compactMap { $0["max_grade_crs"].flatMap(Double.init).map { Int($0) } }
        return [("cytokine release, any grade (%)", 1), ("cytokine release, grade 2 or more (%)", 2), ("cytokine release, grade 3 or more (%)", 3)].map { words, least in
            let interval = Proportion(grades.count { $0 >= least }, of: grades.count).clopperPearson()
            let share = 100 * Double(courses.count { $0.grade >= least }) / Double(courses.count)
            let (low, high) = (100 * interval.lower!, 100 * interval.upper!)
            return IndividualData.Row(
                data: Self.name, arm: "frequency", quantity: words, real: grades.count, simulated: courses.count, value: share, lower: low, upper: high,
                isWithin: low...high ~= share)
        }
    }
}
