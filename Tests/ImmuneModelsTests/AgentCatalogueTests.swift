import Testing

@testable import ImmuneModels

@Suite struct AgentCatalogueTests {
    private static let library = (try? ModelLibrary.builtIn()) ?? { fatalError("the library can't be read") }()

    @Test("every agent's file is right: each value is read, each parameter has one, doses go somewhere", arguments: library.agents.map(\.id))
    func files(id: String) throws {
        let agent = try #require(Self.library.agent(named: id))
        #expect(Self.library.problems(of: agent).isEmpty, "\(Self.library.problems(of: agent).map(\.description))")
        #expect(!agent.benefits.isEmpty && !agent.risks.isEmpty && !agent.sources.isEmpty)
        // It assembles with everything that it brings along; what the cancer must have is checked elsewhere.
        let target = Self.library.doseTarget(of: agent)
        #expect(!target.amountPerUnit.isEmpty && target.amountPerUnit.values.allSatisfy { $0 > 0 })
    }

    @Test func `one of several antigens is enough where the file says so`() throws {
        let agent = try #require(Self.library.agent(named: "lenalidomide"))
        #expect(agent.needs == ["CD20 | BCMA"])
        for (cancer, reason) in [("fl", nil), ("myeloma", nil), ("nsclc", "it needs CD20 or BCMA on the cancer's cells")] {
            #expect(Self.library.reasonAgainst(agent, in: Self.library.cancer(named: cancer)) == reason)
        }
    }

    @Test func `no two agents share a name`() {
        let names = Self.library.agents.flatMap { Set([$0.id] + $0.aliases.map { $0.lowercased() }) }
        #expect(Set(names).count == names.count, "\(Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys)")
    }

    @Test func `mistakes in a user's agent are named with their lines`() {
        let text = """
            id: mine
            class: checkpoint inhibitor
            format: IgG4
            mode: strengthens
            targets: PD1; LAG3
            template: 17-antibodi
            schedule: 200 mg IV q3w
            route: IV
            benefits: none known
            risks: none known
            sources: invented
            """
        func lines(_ text: String) -> [Int] {
            var library = Self.library
            do {
                try library.addAgent(text, file: "mine.txt")
                return []
            } catch { return error.diagnostics.compactMap { $0.location?.line } }
        }
        #expect(lines(text) == [6])
        let right = text.replacing("antibodi", with: "antibody")
        // No affinities, no molar mass.
        #expect(lines(right) == [6, 6, 1])
        let table = "\nmolar mass: 150000\n---\n" + ParameterTable.columns.joined(separator: ",") + "\n"
        let rows = ["PD1_Kd,1,nM", "LAG3_Kd,1,nM", "CL,0.3,litre", "clearence,1,litre_per_day"].map { $0 + ",point,,,,,,assumed,," }
        #expect(lines(right + table + rows.prefix(2).joined(separator: "\n")) == [])
        #expect(lines(right + table + rows.joined(separator: "\n")) == [17, 18])
        let values = (rows.prefix(2) + ["CL,0.3,litre_per_day,point,,,,,,assumed,,"]).joined(separator: "\n")
        for (good, bad, line) in [("PD1_Kd,1", "PD1_Kd,-1", 15), ("LAG3_Kd,1", "LAG3_Kd,0", 16), ("CL,0.3", "CL,-0.3", 17)] {
            #expect(lines(right + table + values.replacing(good, with: bad)) == [line], "\(bad)")
        }
        #expect(lines(right.replacing("sources: invented", with: "") + table + rows.prefix(2).joined(separator: "\n")) == [1])
        #expect(lines(right + table.replacing("150000", with: "-5") + rows.prefix(2).joined(separator: "\n")).count == 1)
        #expect(lines(right.replacing("id: mine", with: "id: pembrolizumab") + table + rows.prefix(2).joined(separator: "\n")) == [1])
    }
}
