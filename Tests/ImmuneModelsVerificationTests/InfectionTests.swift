import Foundation
import ImmuneModels
import Testing

/// A respiratory virus in a healthy person: modules 1 to 8, the antigen group `virus`, antibody.
@Suite struct InfectionTests {
    private static let observed = [
        "log10_virus", "epithelium_infected", "virus_effector", "virus_memory8", "virus_neutralisation", "CRP", "fever",
    ]

    /// - Parameter inocula: Day and TCID50 per mL.
    private static func run(_ values: [String: Double] = [:], age: Double = 35, inocula: [Double] = [0], days: Double = 60) throws -> Simulation {
        var values = values
        values["age"] = age
        values["ageing"] = 0
        let plan = ModelPlan(
            modulesOn: ["07-treg", "08-apc", "12-node-il2", "15-crs", "25-infection"], values: values,
            instances: [ModuleInstance("09-tcell", name: "virus"), ModuleInstance("24-humoral", name: "virus")])
        return try Simulation(
            plan, days: days, steps: Int(days * 8), observe: observed,
            doses: inocula.map { .init(time: $0 + 0.001, species: "virus", amount: 0.1) })
    }

    /// Days from inoculation until the last infected cell.
    private static func cleared(_ run: Simulation, from start: Double = 0) -> Double {
        let last = run.times.indices.last { run["epithelium_infected"][$0] > 1 && run.times[$0] >= start }
        return last.map { run.times[$0] - start } ?? 0
    }

    @Test func `virus peaks on day 2 to 4 and is cleared in 7 to 10 days, effectors contract and memory stays`() throws {
        let run = try Self.run()
        // Volunteers of Hayden 1996: mean peak 3.15 log10 on day 2, single curves higher; below 0.5 log10 by day 5-6.
        #expect((2.8...4.2).contains(run.maximum("log10_virus")), "\(run.maximum("log10_virus"))")
        #expect((2.0...4).contains(run.time(ofMaximum: "log10_virus")))
        #expect((6.5...10).contains(Self.cleared(run)), "\(Self.cleared(run)) days")
        let effectors = run.maximum("virus_effector")
        #expect(run["virus_effector"].last! < 0.1 * effectors)
        #expect(run["virus_memory8"].last! > 0.01 * effectors)
        #expect((10.0...100).contains(run.maximum("CRP")))
    }

    @Test func `a second challenge peaks below a tenth and is over sooner`() throws {
        let run = try Self.run(inocula: [0, 180], days: 240)
        let later = run.times.indices.filter { run.times[$0] > 180 }
        let second = later.map { run["log10_virus"][$0] }.max()!
        #expect(second < run.maximum("log10_virus") - 1, "\(second) against \(run.maximum("log10_virus"))")
        #expect(Self.cleared(run, from: 180) < 0.7 * Self.cleared(try Self.run()))
    }

    @Test func `without T and B cells it is not cleared, without antibody later, in the old later`() throws {
        let adult = Self.cleared(try Self.run())
        let neither = try Self.run(["virus_epitopes_fixed": 0, "virus_B_frequency": 0], days: 120)
        #expect(neither["log10_virus"].last! > 2)
        #expect(Self.cleared(try Self.run(["virus_B_frequency": 0])) > adult + 0.3)
        #expect(Self.cleared(try Self.run(age: 80)) > adult + 0.5)
    }

    @Test func `neutralisation peaks in the first two months, halves in about ten weeks, then lasts`() throws {
        let run = try Self.run(days: 365)
        #expect((20.0...60).contains(run.time(ofMaximum: "virus_neutralisation")))
        func halfLife(_ from: Double, _ to: Double) -> Double {
            (to - from) * log(2) / log(run.value("virus_neutralisation", at: from) / run.value("virus_neutralisation", at: to))
        }
        // Vaccinees of Khoury 2021 fall from 291 to 153 over two months; convalescents flatten (Dan 2021).
        #expect((50.0...110).contains(halfLife(30, 120)), "\(halfLife(30, 120)) days")
        #expect(halfLife(150, 300) > 2 * halfLife(30, 120))
    }
}
