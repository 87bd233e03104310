import Dynamics
import Ensembles
import Foundation
import ModelIR
import Testing

@testable import ImmuneModels
@testable import VirtualTrials

/// Cells that divide at rate b and die at rate d, in 4000 patients.
@Suite struct ChanceTests {
    private static let draws = 4000

    /// - Returns: A model with one population of 1000 cells, `birth` and `death` as inputs.
    private static func model(hasChance: Bool = true, inflow: Bool = false) throws -> TrialModel {
        var model = Model(id: "cells")
        model.compartments = [Compartment(id: "body", size: 1)]
        model.species = [
            Species(id: "cells", compartment: "body", initialValue: .amount(inflow ? 0 : 1000), hasOnlySubstanceUnits: true)
        ]
        model.parameters = [
            Parameter(id: "birth", value: 0), Parameter(id: "death", value: 0), Parameter(id: "arrivals", value: 0),
            Parameter(id: "arriving", value: nil, isConstant: false),
        ]
        let (cells, birth, death) = (Expression.symbol("cells"), Expression.symbol("birth"), Expression.symbol("death"))
        model.rules = [
            Rule(.assignment(variable: "arriving"), .symbol("arrivals")),
            Rule(.rate(variable: "cells"), (birth - death) * cells + .symbol("arriving")),
        ]
        let assembled = AssembledModel(
            model: model, parameters: [], observables: [Observable(id: "cells", unit: "cell", meaning: "cells", module: "", kind: .state)],
            doseTargets: [:], diagnosis: nil, response: nil, plausible: [], doublingDays: nil,
            populations: [CellPopulation(species: ["cells"], division: "birth", death: "death", inflow: inflow ? "arriving" : nil)], modules: [])
        return try TrialModel(assembled, hasChance: hasChance)
    }

    /// Numbers of cells at the ends of `draws` runs.
    private static func run(_ model: TrialModel, stops: (TrialModel) -> [Stop], days: Double, draws: Int = draws) throws -> [Double] {
        let planned = stops(model)
        return try Ensemble(model.integrator).map(0..<draws) { index in
            PatientInput(
                inputs: model.compiled.system.inputDefaults, endTime: days, stops: planned, outputTimes: [days],
                randomKey: RandomKey(seed: 5, patient: UInt64(index)))
        } _: { _, result in result.outputs[0] }
    }

    private static func rates(_ model: TrialModel, at time: Double, birth: Double, death: Double) -> [Stop] {
        [
            Stop(time: time, .setParameter(model.compiled.parameter("birth")!, birth)),
            Stop(time: time, .setParameter(model.compiled.parameter("death")!, death)),
        ]
    }

    /// Frequencies lie within four standard errors of the closed form.
    private static func expect(_ observed: Int, of draws: Int = draws, toShow p: Double, _ what: String) {
        let error = (p * (1 - p) * Double(draws)).squareRoot() + 0.5
        #expect(abs(Double(observed) - p * Double(draws)) < 4 * error, "\(what): \(observed) of \(draws), expected \(p * Double(draws))")
    }

    @Test("n cells that divide faster than they die leave no descendants with the chance (d/b)ⁿ", arguments: [(1.0, 0.5), (3, 0.8), (10, 0.9), (40, 0.95)])
    func diesOut(cells: Double, ratio: Double) throws {
        let model = try Self.model()
        let ends = try Self.run(model, stops: { model in
            Self.rates(model, at: 1, birth: 0.2, death: 0.2 * ratio) + [Stop(time: 1, .setState(model.compiled.state("cells")!, cells))]
        }, days: 1001)
        Self.expect(ends.count { $0 == 0 }, toShow: pow(ratio, cells), "\(cells) cells")
        #expect(ends.allSatisfy { $0 == 0 || $0 > 100 }, "after 1000 days a line is gone or past chance")
    }

    @Test("a decline that a change of rates stops has the closed form's chance of cure", arguments: [20.0, 40, 60])
    func declines(days: Double) throws {
        // 1000 cells decline at rate 0.1 and grow again at rate 0.1; D is counted from the passage of 100 cells
        let model = try Self.model()
        let ends = try Self.run(model, stops: { model in
            Self.rates(model, at: 0, birth: 0.1, death: 0.2) + Self.rates(model, at: 23.02585093 + days, birth: 0.2, death: 0.1)
        }, days: 23.02585093 + days + 300)
        // ∫ d n₀/n: decline 2(e^{0.1 t} − 1), growth from there e^{0.1 t}(1 − 0)
        let fall = exp(0.1 * days)
        let D = 2 * (fall - 1) + fall
        let p = pow(D / (1 + D), 100)
        Self.expect(ends.count { $0 == 0 }, toShow: p, "\(days) days")
        #expect(ends.allSatisfy { $0 == 0 || $0 > 100 }, "nothing is left at fractions of a cell")
    }

    @Test func `without chance cells regrow from fractions of a cell, with it they never do`() throws {
        let stops = { (model: TrialModel) in
            Self.rates(model, at: 0, birth: 0.1, death: 0.5) + Self.rates(model, at: 20, birth: 0.5, death: 0.1)
        }
        // down to 1000 e^−8 = 0.3 cells and up again
        let certain = try Self.run(try Self.model(hasChance: false), stops: stops, days: 40, draws: 8)
        #expect(certain.allSatisfy { abs($0 - 1000) < 1 }, "\(certain)")
        let chance = try Self.run(try Self.model(), stops: stops, days: 40)
        let rise = exp(8.0) / 10
        let D = 0.5 / 0.4 * (rise - 1) + 0.1 / 0.4 * rise
        Self.expect(chance.count { $0 == 0 }, toShow: pow(D / (1 + D), 100), "died out")
        // who lives holds the mean of the living: all together the mean is that without chance, but for what the last renewal missed
        let mean = chance.reduce(0, +) / Double(chance.count)
        #expect(abs(mean / 1000 - 1) < 0.15, "\(mean)")
    }

    @Test func `the first surviving line of an inflow arises as a Poisson process thinned by survival`() throws {
        // 0.05 founders a day of which half survive: exp(−0.025·20) without a line after 20 days
        let model = try Self.model(inflow: true)
        let slot = try #require(model.compiled.parameter("arrivals"))
        let ends = try Self.run(model, stops: { model in
            Self.rates(model, at: 0, birth: 0.2, death: 0.1) + [Stop(time: 0, .setParameter(slot, 0.05))]
        }, days: 20)
        Self.expect(ends.count { $0 == 0 }, toShow: exp(-0.5), "empty after 20 days")
        #expect(ends.allSatisfy { $0 == 0 || $0 >= 1.9 }, "a line starts with the two cells of one that survives")
    }

    @Test func `a patient's luck does not depend on the lane or the neighbours`() throws {
        let model = try Self.model()
        let stops = { (model: TrialModel) in
            Self.rates(model, at: 1, birth: 0.2, death: 0.18) + [Stop(time: 1, .setState(model.compiled.state("cells")!, 10))]
        }
        let many = try Self.run(model, stops: stops, days: 100, draws: 203)
        let few = try Self.run(model, stops: stops, days: 100, draws: 3)
        #expect(few == Array(many.prefix(3)))
    }
}
