import Ensembles
import ImmuneModels
import Integrators
import ModelIR
import Testing

@testable import VirtualTrials

/// Cure by chance: treated patients whose last cells die out, in the assembled models.
@Suite struct CureTests {
    private static let years = 6.0

    /// Patients with lymphoma and CAR-T cells, followed for six years without deaths and dropout.
    ///
    /// - Returns: By patient, the number of cancer cells (dormant ones included) after three years and at the end, and the
    ///   smallest that isn't 0.
    private static func run(hasChance: Bool, tolerance: Double, patients: Int = 96) throws -> [(third: Double, end: Double, low: Double)] {
        let library = try ModelLibrary.builtIn()
        let regimen = try Regimen(parsing: "axicabtagene_ciloleucel", library: library)
        let assembled = try library.assemble(ModelPlan(cancer: "lbcl", agents: regimen.agents))
        let tolerances = Tolerances(relative: tolerance, absolute: .scaled(tolerance * 1e-3))
        let model = try TrialModel(assembled, tolerances: tolerances, hasChance: hasChance)
        let screening = Screening(
            model: model, sampler: PatientSampler(population: try Population(cancer: "lbcl"), model: assembled, seed: 11), threads: 2)
        let people = try screening.patients(patients, limit: 20 * patients).patients
        let plan = TrialProtocol(
            regimen: regimen, horizon: 365 * years, outputInterval: 28, followsAfterProgression: true, usesHazards: false)
        let records = try ArmSimulation(model: model, plan: plan, seed: 11, threads: 2).run(people)
        let columns = ["C1", "C2", "C4", "C_dormant"].map { model.columns[$0]! }
        let width = model.observables.count
        return records.map { record in
            let counts = record.outputDays.indices.map { row in columns.reduce(0) { $0 + record.outputs[row * width + $1] } }
            let third = record.outputDays.lastIndex { $0 <= 3 * 365 }
            return (third.map { counts[$0] } ?? .infinity, counts.last ?? .infinity, counts.filter { $0 > 0 }.min() ?? .infinity)
        }
    }

    @Test func `durable remissions plateau with extinction, none is durable without it`() throws {
        let chance = try Self.run(hasChance: true, tolerance: 1e-4)
        let certain = try Self.run(hasChance: false, tolerance: 1e-4)
        let (early, late) = (chance.count { $0.third == 0 }, chance.count { $0.end == 0 })
        #expect(early >= 20, "\(early) of \(chance.count) have no cancer cell after three years")
        let relapsed = chance.count { $0.third == 0 && $0.end > 0 }
        #expect(relapsed == 0, "what has died out came back in \(relapsed)")
        #expect(late >= early && late - early <= 15, "a plateau: \(early) after three years, \(late) after six")
        #expect(chance.allSatisfy { $0.low >= 0.4 }, "no state lies between 0 and half a cell")
        #expect(certain.allSatisfy { $0.third > 0 && $0.end > 0 }, "without chance nobody is free of cancer")
    }

    @Test func `the cured share does not depend on tolerances`() throws {
        let loose = try Self.run(hasChance: true, tolerance: 1e-4)
        let tight = try Self.run(hasChance: true, tolerance: 1e-6)
        let differing = zip(loose, tight).count { ($0.end == 0) != ($1.end == 0) }
        let (a, b) = (loose.count { $0.end == 0 }, tight.count { $0.end == 0 })
        // the lots are the same, so only patients at the edge of their lot may change sides
        #expect(abs(a - b) <= 3 && differing <= 5, "\(a) and \(b) cured, \(differing) differ")
    }
}
