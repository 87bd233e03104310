import Foundation
import ImmuneModels
import ModelRuns
import Testing

/// The checkpoint algebra of modules 13 against the whole synapse as mass action in 33 states, five days after the antibody,
/// at 0, 1, 10 and 100 nM (an acceptance check of the models' design).
///
/// Measured: complexes of PD-1 agree to 0.13 % where no CD80 binds PD-L1 on its own cell, which the algebra leaves out; with
/// it, they are 7 % fewer without antibody and up to 22 % fewer of the few that anti-PD-1 leaves, inhibition by 0.0076 at most.
/// Costimulation by CD28 agrees to 0.01. Restraint by CTLA-4 agrees without antibody to 0.01; with it the algebra takes dimers apart
/// and frees more: 0.43 of 0.84 at 1 nM, 0.07 of 0.56 at 100 nM.
@Suite struct CheckpointSynapseTests {
    struct Readings {
        var PD1: Double
        var CD28: Double
        var CTLA4: Double
        var inhibition: Double { PD1 * PD1 / (400 + PD1 * PD1) }
        var costimulation: Double { CD28 * CD28 / (40_000 + CD28 * CD28) }
        var restraint: Double { CTLA4 / (20 + CTLA4) }
    }

    private static let ids = ["PD1_complexes", "CD28_complexes", "CTLA4_complexes"]
    private static let affinity = ["PD1": 4.0, "PDL1": 0.4, "CTLA4": 18.2]

    /// - Parameter settings: Densities of the synapse that differ.
    private static func synapse(_ target: String, nM: Double, _ settings: [String: Double] = [:]) throws -> Readings {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/checkpoint_synapse.ant")
        var options = RunOptions()
        options.duration = 5 * 86400
        options.steps = 1
        options.observed = ids
        options.settings = settings.merging(["a\(target)": nM]) { $1 }
        options.relativeTolerance = 1e-8
        let course = try PreparedModel(try loadModel(at: file.path), options: options).run()
        let last = course.columns.indices.map { course.column($0).last! }
        return Readings(PD1: last[0], CD28: last[1], CTLA4: last[2])
    }

    private static func algebra(_ target: String, nM: Double) throws -> Readings {
        let Kd = affinity[target]!
        let site = target == "CTLA4" ? "node" : "tumour"
        let run = try Simulation(
            ModelPlan(cancer: "nsclc"), days: 1e-6, steps: 1, observe: ids,
            settings: [
                "PD1_density": 176, "PDL1_density": 250, "PDL2_ratio": 0.02, "CTLA4_density": 212, "ligand_left": 1,
                "binding_\(target)_\(site)": nM / Kd, "crosslink_\(target)_\(site)": nM / Kd * 100 / (0.003 * 0.602214179 * Kd),
            ])
        return Readings(PD1: run[ids[0]][0], CD28: run[ids[1]][0], CTLA4: run[ids[2]][0])
    }

    @Test func `the synapse has 33 states`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/checkpoint_synapse.ant")
        #expect(try loadModel(at: file.path).species.count == 33)
    }

    @Test("PD-1 and PD-L1", arguments: ["PD1", "PDL1"], [0.0, 1, 10, 100])
    func inhibition(target: String, nM: Double) throws {
        let reduced = try Self.algebra(target, nM: nM)
        let bare = try Self.synapse(target, nM: nM, ["CD80_0": 0])
        let whole = try Self.synapse(target, nM: nM)
        print("\(target) \(nM) nM: complexes \(reduced.PD1), without CD80 \(bare.PD1), whole \(whole.PD1); inhibition \(reduced.inhibition), \(whole.inhibition)")
        // 1.3e-3 measured: binding is not quite at rest after five days
        #expect(abs(reduced.PD1 / bare.PD1 - 1) < 2e-3)
        #expect(abs(reduced.inhibition - whole.inhibition) < 0.01)
        #expect(abs(reduced.PD1 - whole.PD1) < 0.3 * whole.PD1)
    }

    @Test("CD28 and CTLA-4", arguments: [0.0, 1, 10, 100])
    func costimulation(nM: Double) throws {
        let (reduced, whole) = (try Self.algebra("CTLA4", nM: nM), try Self.synapse("CTLA4", nM: nM))
        print("anti-CTLA-4 \(nM) nM: costimulation \(reduced.costimulation), whole \(whole.costimulation); restraint \(reduced.restraint), \(whole.restraint)")
        #expect(abs(reduced.costimulation - whole.costimulation) < 0.015)
        if nM == 0 { #expect(abs(reduced.restraint - whole.restraint) < 0.015) }
        // the known shortfall: antibody frees more in the algebra, never less
        #expect(reduced.restraint < whole.restraint + 0.015)
    }

    @Test("blockade deepens with dose in both", arguments: ["PD1", "PDL1", "CTLA4"])
    func monotone(target: String) throws {
        let doses = [0.0, 1, 10, 100]
        for readings in [try doses.map { try Self.algebra(target, nM: $0) }, try doses.map { try Self.synapse(target, nM: $0) }] {
            for (less, more) in zip(readings, readings.dropFirst()) {
                if target == "CTLA4" { #expect(more.restraint < less.restraint) } else { #expect(more.PD1 < less.PD1) }
            }
        }
    }
}
