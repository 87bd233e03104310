import Dynamics
import Integrators
import SystemFixtures
import Testing

/// Problems and reference solutions of Mazzia & Magherini 2008, *Test Set for Initial Value Problem Solvers*, release
/// 2.4, University of Bari (references by RADAU5 in quadruple precision).
@Suite struct StiffProblemTests {
    struct Problem: Sendable, CustomTestStringConvertible {
        var name: String
        var system: DynamicalSystem
        var end: Double
        var reference: [Double]
        var testDescription: String { name }
    }

    static func robertson() -> WrittenSystem {
        var system = WrittenSystem(["y1", "y2", "y3"], initial: [1, 0, 0]) { s in
            let y = s.y
            return [
                -0.04 * y[0] + 1e4 * y[1] * y[2],
                0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] * y[1],
                3e7 * y[1] * y[1],
            ]
        }
        system.typical = [1, 1e-5, 1]
        return system
    }

    static let problems: [Problem] = [
        Problem(
            name: "Robertson", system: robertson().compiled(), end: 1e11,
            reference: [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050]),
        Problem(name: "HIRES", system: hires(), end: 321.8122, reference: [
            0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
            0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
        ]),
        Problem(name: "Pollution", system: pollution(), end: 60, reference: [
            0.5646255480022769e-1, 0.1342484130422339, 0.4139734331099427e-8, 0.5523140207484359e-2,
            0.2018977262302196e-6, 0.1464541863493966e-6, 0.7784249118997964e-1, 0.3245075353396018,
            0.7494013383880406e-2, 0.1622293157301561e-7, 0.1135863833257075e-7, 0.2230505975721359e-2,
            0.2087162882798630e-3, 0.1396921016840158e-4, 0.8964884856898295e-2, 0.4352846369330103e-17,
            0.6899219696263405e-2, 0.1007803037365946e-3, 0.1772146513969984e-5, 0.5682943292316392e-4,
        ]),
    ]

    static func hires() -> DynamicalSystem {
        WrittenSystem((1...8).map { "y\($0)" }, initial: [1, 0, 0, 0, 0, 0, 0, 0.0057]) { s in
            let y = s.y
            let phototransduction = 280 * y[5] * y[7]
            return [
                -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
                1.71 * y[0] - 8.75 * y[1],
                -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
                8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
                -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
                -phototransduction + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
                phototransduction - 1.81 * y[6],
                1.81 * y[6] - phototransduction,
            ]
        }.compiled()
    }

    /// Reactions of the air pollution model: rate constant, reactants, products (species numbered from 1).
    static let pollutionReactions: [(Double, [Int], [Int])] = [
        (0.35, [1], [2, 3]), (26.6, [2, 4], [1]), (12_300, [5, 2], [6, 1]), (0.86e-3, [7], [5, 5, 8]),
        (0.82e-3, [7], [8]), (15_000, [7, 6], [8, 5]), (0.13e-3, [9], [10, 8, 5]), (24_000, [9, 6], [11]),
        (16_500, [11, 2], [1, 10, 12]), (9_000, [11, 1], [13]), (0.022, [13], [11, 1]), (12_000, [10, 2], [14, 1]),
        (1.88, [14], [7, 5]), (16_300, [1, 6], [15]), (4.8e6, [3], [4]), (0.35e-3, [4], [16]),
        (0.0175, [4], [3]), (1e8, [16], [6, 6]), (4.44e11, [16], [3]), (1_240, [17, 6], [18, 5]),
        (2.1, [19], [2]), (5.78, [19], [1, 3]), (0.0474, [1, 4], [19]), (1_780, [19, 1], [20]), (3.12, [20], [19, 1]),
    ]

    static func pollution() -> DynamicalSystem {
        var start = [Double](repeating: 0, count: 20)
        for (species, value) in [(2, 0.2), (4, 0.04), (7, 0.1), (8, 0.3), (9, 0.01), (17, 0.007)] {
            start[species - 1] = value
        }
        var system = WrittenSystem((1...20).map { "y\($0)" }, initial: start) { s in
            var rates: [Formula?] = Array(repeating: nil, count: 20)
            for (constant, reactants, products) in pollutionReactions {
                let rate = reactants.reduce(s.number(constant)) { $0 * s.y[$1 - 1] }
                for species in Set(reactants + products).sorted() {
                    let change =
                        products.filter { $0 == species }.count - reactants.filter { $0 == species }.count
                    if change == 0 { continue }
                    let term = Double(change) * rate
                    rates[species - 1] = rates[species - 1].map { $0 + term } ?? term
                }
            }
            return rates.map { $0! }
        }
        // Sparse enough for few fill-ins when the hubs NO2, NO, O3, OH come last.
        system.eliminationOrder = [15, 2, 17, 14, 11, 7, 19, 18, 13, 12, 16, 8, 9, 10, 6, 4, 5, 3, 1, 0]
        return system.compiled()
    }

    @Test("the reference solution is reached", arguments: problems, IntegrationMethod.all)
    func reference(_ problem: Problem, _ method: IntegrationMethod) throws {
        for tolerance in [1e-4, 1e-6, 1e-8] {
            let tolerances = Tolerances(relative: tolerance, absolute: .uniform(tolerance * 1e-12))
            let integrator = try Integrator(problem.system, method: method, tolerances: tolerances)
            let result = integrator.run(PatientInput(inputs: [], endTime: problem.end))
            #expect(result.failure == nil)
            let error = zip(result.finalState, problem.reference).map { abs($0 - $1) / abs($1) }.max()!
            // Relative in every species, also those of 1e-17. Measured: at most 1.02 tolerance.
            #expect(error < 3 * tolerance, "\(problem.name) at \(tolerance): error \(error)")
            #expect(result.rejectedSteps < result.acceptedSteps / 2 + 20)
        }
    }

    @Test("Robertson as a differential-algebraic system gives the same", arguments: IntegrationMethod.all)
    func robertsonWithConservation(_ method: IntegrationMethod) throws {
        var system = WrittenSystem(["y1", "y2", "y3"], initial: [1, 0, 0.3]) { s in
            let y = s.y
            return [
                -0.04 * y[0] + 1e4 * y[1] * y[2],
                0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] * y[1],
                y[0] + y[1] + y[2] - 1,
            ]
        }
        system.mass = [1, 1, 0]
        let tolerances = Tolerances(relative: 1e-6, absolute: .each([1e-14, 1e-16, 1e-12]))
        let result = try Integrator(system.compiled(), method: method, tolerances: tolerances)
            .run(PatientInput(inputs: [], endTime: 1e11))
        #expect(result.failure == nil)
        for (x, reference) in zip(result.finalState, Self.problems[0].reference) {
            #expect(abs(x - reference) < 1e-4 * reference, "\(x) \(reference)")
        }
    }
}
