import ImmuneModels
import Testing

@testable import VirtualTrials

@Suite struct LabelScheduleTests {
    private static let library = (try? ModelLibrary.builtIn()) ?? { fatalError("the library can't be read") }()

    @Test("the label's schedule can be read, and its doses have an amount", arguments: library.agents.map(\.id))
    func schedules(id: String) throws {
        let regimen = try Regimen(parsing: id, library: Self.library)
        let course = try #require(regimen.phases.first?.courses.last)
        #expect(course.agent == id)
        let target = Self.library.doseTarget(of: try #require(Self.library.agent(named: id)))
        for step in course.steps {
            let unit = step.dose.scaled(weight: 70, bodySurface: 1.8, glomerularFiltration: 90).unit
            #expect(target.amountPerUnit[unit] != nil, "\(id) in \(unit): \(target.amountPerUnit)")
        }
    }

    @Test func `cell therapy comes after its lymphodepletion, unless the writer gives his own`() throws {
        let label = try Regimen(parsing: "tisagenlecleucel", library: Self.library)
        #expect(label.agents == ["fludarabine", "cyclophosphamide", "tisagenlecleucel"])
        let planned = label.planned(phase: 0, before: 100)
        #expect(planned.filter { $0.agent == "fludarabine" }.map(\.day) == [0, 1, 2, 3])
        #expect(planned.last?.agent == "tisagenlecleucel" && planned.last?.day == 6)
        let dose = try Regimen(parsing: "tisagenlecleucel 2e8 cells", library: Self.library).planned(phase: 0, before: 100)
        #expect(dose.last?.day == 6 && dose.last?.dose.amount == 2e8)
        let own = try Regimen(parsing: "cyclophosphamide 60 mg/kg IV daily x 2 + tisagenlecleucel 2e8 cells once from day 4", library: Self.library)
        #expect(own.agents == ["cyclophosphamide", "tisagenlecleucel"])
    }

    @Test func `engagers step up`() throws {
        for (agent, days) in [("tarlatamab", [0.0, 7, 14, 28]), ("glofitamab", [7, 14, 21, 42])] {
            let planned = try Regimen(parsing: agent, library: Self.library).planned(phase: 0, before: 200).filter { $0.agent == agent }
            #expect(planned.prefix(4).map(\.day) == days)
            #expect(planned[0].dose.amount < planned[1].dose.amount)
        }
        let infusions = try Regimen(parsing: "blinatumomab", library: Self.library).planned(phase: 0, before: 60)
        #expect(infusions.count == 28 + 18 && infusions.allSatisfy { $0.infusion == 1 })
        #expect(infusions[6].dose.amount == 9 && infusions[7].dose.amount == 28)
    }
}
