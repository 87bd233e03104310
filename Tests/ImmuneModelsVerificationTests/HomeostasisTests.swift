import Foundation
import ImmuneModels
import Testing

@Suite struct HomeostasisTests {
    private static let states: [String] = {
        let assembled = try! Simulation.library.assemble(ModelPlan())
        return assembled.observables.filter { $0.kind == .state }.map(\.id)
    }()

    @Test("with age held fixed every state stays within 1 % for five years", arguments: [20.0, 45, 69])
    func steady(age: Double) throws {
        #expect(Self.states.count >= 28)
        let run = try Simulation(ModelPlan(values: ["age": age]), days: 1826, steps: 50, observe: Self.states)
        for state in Self.states {
            let start = run[state][0]
            let drift = run[state].map { abs($0 / start - 1) }.max()!
            #expect(drift < 0.01, "\(state) drifts by \(drift)")
        }
    }

    /// Medians of both sexes by decade, 20 to 69 years, in cells per microlitre (49 flow events each; ratios need none),
    /// with the 25th and 75th percentiles over men and women. Source: Milieu Intérieur, Patin 2018.
    private static let decades: [(age: Double, naive4: ClosedRange<Double>, naive8: ClosedRange<Double>, ratio: ClosedRange<Double>, NK: ClosedRange<Double>, B: ClosedRange<Double>)] = [
        (25, 231...560, 122...300, 1.6...3.2, 117...246, 153...370),
        (35, 155...416, 89...218, 1.6...3.3, 104...239, 186...384),
        (45, 160...359, 59...138, 1.8...3.8, 102...251, 141...319),
        (55, 102...324, 33...106, 1.9...3.9, 89...216, 148...290),
        (65, 91...332, 25...74, 1.9...4.1, 107...250, 133...302),
    ]

    @Test func `with age running the pools follow the medians by decade within the middle half of people`() throws {
        let names = ["N4", "N8", "blood_N", "V_lymphoid", "CD4_count", "CD8_count", "NK_count", "B_count"]
        let run = try Simulation(ModelPlan(), days: 45 * 365.25, steps: 450, observe: names, ageingFrom: 20)
        for decade in Self.decades {
            let time = (decade.age - 20) * 365.25
            func naive(_ id: String) -> Double { run.value(id, at: time) * run.value("blood_N", at: time) / 5e6 }
            #expect(decade.naive4.contains(naive("N4")), "naive CD4 \(naive("N4")) at \(decade.age)")
            #expect(decade.naive8.contains(naive("N8")), "naive CD8 \(naive("N8")) at \(decade.age)")
            let ratio = run.value("CD4_count", at: time) / run.value("CD8_count", at: time)
            #expect(decade.ratio.contains(ratio), "CD4:CD8 \(ratio) at \(decade.age)")
            #expect(decade.NK.contains(run.value("NK_count", at: time)))
            #expect(decade.B.contains(run.value("B_count", at: time)))
        }
    }

    @Test func `cytomegalovirus and sex move what they move in people`() throws {
        func counts(_ values: [String: Double]) throws -> (CD4: Double, CD8: Double, NK: Double) {
            let run = try Simulation(ModelPlan(values: values), days: 1, steps: 1, observe: ["CD4_count", "CD8_count", "NK_count"])
            return (run["CD4_count"][0], run["CD8_count"][0], run["NK_count"][0])
        }
        let (negative, positive) = (try counts(["CMV": 0]), try counts(["CMV": 1]))
        #expect(positive.CD8 / negative.CD8 > 1.2 && positive.CD4 / negative.CD4 < positive.CD8 / negative.CD8)
        #expect(positive.NK < negative.NK)
        let (woman, man) = (try counts(["male": 0]), try counts(["male": 1]))
        #expect(woman.CD4 > man.CD4 && woman.NK < man.NK)
    }

    @Test func `counts lie in clinical reference ranges`() throws {
        let run = try Simulation(ModelPlan(), days: 1, steps: 1, observe: ["ALC", "ANC", "NK_count", "B_count", "IgG_plasma", "CRP", "CD4_count", "monocyte_count"])
        let ranges: [(String, ClosedRange<Double>)] = [
            ("ALC", 1000...4000), ("ANC", 1800...7500), ("NK_count", 80...600), ("B_count", 80...500), ("IgG_plasma", 7...16),
            ("CRP", 0...5), ("CD4_count", 500...1500), ("monocyte_count", 200...1000),
        ]
        for (name, range) in ranges { #expect(range.contains(run[name][0]), "\(name) \(run[name][0])") }
    }

    @Test func `cells per organ are within twofold of the census`() throws {
        // Trepel 1974, Westermann & Pabst 1992: lymphocytes of a young adult.
        let names = ["T_spleen", "T_nodes", "T_marrow", "T_tissue", "B_spleen", "B_nodes", "B_marrow", "lymphocytes_blood"]
        let run = try Simulation(ModelPlan(values: ["age": 25]), days: 1, steps: 1, observe: names)
        func first(_ ids: String...) -> Double { ids.map { run[$0][0] }.reduce(0, +) }
        for (organ, cells, census) in [
            ("blood", first("lymphocytes_blood"), 10e9), ("spleen", first("T_spleen", "B_spleen"), 70e9), ("nodes", first("T_nodes", "B_nodes"), 190e9),
            ("marrow", first("T_marrow", "B_marrow"), 50e9), ("tissue", first("T_tissue"), 70e9),
        ] {
            #expect((0.5...2).contains(cells / census), "\(organ): \(cells), census \(census)")
        }
    }

    @Test func `splenectomy raises blood counts, lymphodepletion injures the thymus and calls up interleukins, marrow injury lowers neutrophils`() throws {
        let without = try Simulation(ModelPlan(values: ["spleen": 0]), days: 1, steps: 1, observe: ["ALC"])
        let with = try Simulation(ModelPlan(), days: 1, steps: 1, observe: ["ALC"])
        #expect((1.1...1.7).contains(without["ALC"][0] / with["ALC"][0]))

        let names = ["ALC", "IL7_relative", "IL15_relative", "thymus", "CD4_count"]
        let depleted = try Simulation(
            ModelPlan(), days: 730, steps: 1460, observe: names, pulses: [("killRate_lymphocyte", 0.8, 3), ("killRate_NK", 0.8, 3)])
        #expect(depleted.value("ALC", at: 3) < 0.2 * depleted["ALC"][0])
        #expect((2.0...6).contains(depleted.maximum("IL7_relative")) && (2.5...8).contains(depleted.maximum("IL15_relative")))
        #expect(depleted.value("thymus", at: 3) < 0.2 * depleted["thymus"][0])
        #expect(depleted.value("thymus", at: 700) > 0.8 * depleted["thymus"][0])
        // CD4 cells double in the month after Flu/Cy (89 to 181 per microlitre, Lichtenstein 2021), and take a year to return.
        #expect((1.5...3).contains(depleted.value("CD4_count", at: 31) / depleted.value("CD4_count", at: 3)))
        #expect(depleted.value("CD4_count", at: 180) < 0.9 * depleted["CD4_count"][0])

        let injured = try Simulation(ModelPlan(), days: 60, steps: 600, observe: ["ANC"], pulses: [("killEffect_marrow", 0.9, 3)])
        let nadir = injured["ANC"].min()!
        #expect(nadir < 0.6 * injured["ANC"][0])
        #expect((6.0...20).contains(injured.times[injured["ANC"].firstIndex(of: nadir)!]))
        #expect(abs(injured["ANC"].last! / injured["ANC"][0] - 1) < 0.1)
    }
}
