import AllocationCounter
import Dynamics
import Integrators
import SystemFixtures
import Testing

@Suite struct AllocationTests {
    @Test("twice the steps need no more allocations", .enabled(if: allocation_count() > 0))
    func noneWhileStepping() throws {
        // With an event that is scanned for in every step, and outputs.
        let input = IndependenceTests.inputs[5]
        func allocations(longestStep: Double) throws -> (count: Int, steps: Int) {
            let integrator = try Integrator(
                IndependenceTests.system, tolerances: Tolerances(relative: 1e-4, maximumStep: longestStep))
            _ = integrator.run(input)
            let before = allocation_count()
            let result = integrator.run(input)
            return (allocation_count() - before, result.acceptedSteps)
        }
        let few = try allocations(longestStep: 0.02)
        let many = try allocations(longestStep: 0.01)
        #expect(many.steps > few.steps * 3 / 2)
        #expect(many.count == few.count, "\(many) \(few)")
    }
}
