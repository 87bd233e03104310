import Dynamics
import ImmuneModels
import Testing

@testable import VirtualTrials

@Suite struct CellProductionTests {
    private static let setup: (model: TrialModel, planner: DosePlanner, patient: VirtualPatient)? = try? {
        let library = try ModelLibrary.builtIn()
        let regimen = try Regimen(parsing: "dexamethasone 20 mg IV daily x 4 + tisagenlecleucel", library: library)
        let model = try TrialModel(try library.assemble(ModelPlan(cancer: "b-all-adult", agents: regimen.agents)))
        let values = ["N4": 1e11, "N8": 1e11, "Q4": 1e11, "Q8": 1e11]
        return (model, try DosePlanner(model: model, regimen: regimen), VirtualPatient(number: 7, covariates: ["weight": 70, "height": 170, "GFR": 90], values: values))
    }()

    /// - Parameter cells: T cells of each of the four kinds in the body.
    private static func schedule(_ cells: Double, wanted: Bool = true) throws -> DosePlanner.Schedule {
        let setup = try #require(Self.setup)
        var state = [Double](repeating: 0, count: 4096)
        for id in ["N4", "N8", "Q4", "Q8"] { state[try #require(setup.model.compiled.state(id))] = cells }
        let snapshot = wanted ? Snapshot(time: 0, state: state, parameters: []) : nil
        return setup.planner.schedule(from: 0, on: 0, until: 200, zero: 0, patient: setup.patient, snapshot: snapshot)
    }

    private static func day(_ agent: String, in schedule: DosePlanner.Schedule) -> Double? { schedule.doses.first { $0.given.agent == agent }?.given.day }

    @Test func `the product comes weeks after apheresis with its preparation, what is given beside it bridges`() throws {
        let (at, waited) = (try Self.schedule(5e10, wanted: false), try Self.schedule(5e10))
        #expect(Self.day("tisagenlecleucel", in: at) == 6)
        let day = try #require(Self.day("tisagenlecleucel", in: waited))
        #expect((14.0...45).contains(day), "\(day)")
        #expect(Self.day("fludarabine", in: waited) == day - 6)
        #expect(Self.day("dexamethasone", in: waited) == 0)
        // The product says how many of its cells are memory cells, on the day of infusion.
        let stops = try #require(waited.doses.first { $0.given.agent == "tisagenlecleucel" }).stops
        #expect(stops.count >= 2 && stops.allSatisfy { $0.time >= day })
    }

    @Test func `fewer T cells make a smaller or later product, hardly any make none`() throws {
        let (many, few) = (try Self.schedule(1e11), try Self.schedule(2e8))
        func amount(_ schedule: DosePlanner.Schedule) -> Double { schedule.doses.first { $0.given.agent == "tisagenlecleucel" }?.given.amount ?? 0 }
        let later = (Self.day("tisagenlecleucel", in: few) ?? .infinity) > (Self.day("tisagenlecleucel", in: many) ?? 0)
        #expect(amount(few) < amount(many) || later)
        let none = try Self.schedule(1e5)
        #expect(none.notMade == ["tisagenlecleucel"] && Self.day("fludarabine", in: none) == nil && Self.day("dexamethasone", in: none) == 0)
    }
}
