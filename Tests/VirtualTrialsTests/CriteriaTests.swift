import ModelIR
import Testing

@testable import VirtualTrials

/// iRECIST by Seymour 2017: progression is confirmed, or the bar resets.
@Suite struct IRECISTTests {
    /// One target of 50 mm at baseline; visits six weeks apart.
    private static func assess(_ visits: [(sum: Double, newSum: Double, newCount: Int)], days: [Double]? = nil) -> IRECIST.Outcome {
        IRECIST.assess(
            targets: [RECIST.TargetLesion(organ: "lung")], baseline: [50],
            visits: visits.enumerated().map { index, visit in
                IRECIST.Visit(
                    recist: RECIST.Visit(day: days?[index] ?? 42 * Double(index + 1), diameters: [visit.sum]), newLesionSum: visit.newSum,
                    newLesionCount: visit.newCount)
            })
    }

    @Test func `growth of five millimetres at the next scan confirms, and progression dates from the first`() {
        let outcome = Self.assess([(62, 0, 0), (67, 0, 0)])
        #expect(outcome.verdicts == [.unconfirmedProgression, .confirmedProgression])
        #expect(outcome.progressionDay == 42)
        #expect(Self.assess([(62, 0, 0), (66.9, 0, 0)]).verdicts == [.unconfirmedProgression, .unconfirmedProgression])
    }

    @Test func `a shrinking tumour resets the bar, and progression can come again`() {
        let outcome = Self.assess([(62, 0, 0), (55, 0, 0), (34, 0, 0), (45, 0, 0), (51, 0, 0)])
        #expect(outcome.verdicts == [.unconfirmedProgression, .stable, .partial, .unconfirmedProgression, .confirmedProgression])
        #expect(outcome.progressionDay == 168)
    }

    @Test("new lesions confirm by their number or by five millimetres of their sum", arguments: [(18.0, 1, true), (17.9, 1, false), (14, 2, true)])
    func newLesions(sum: Double, count: Int, confirms: Bool) {
        let outcome = Self.assess([(50, 13, 1), (50, sum, count)])
        #expect(outcome.verdicts[0] == .unconfirmedProgression)
        #expect((outcome.verdicts[1] == .confirmedProgression) == confirms)
    }

    @Test func `new lesions stay out of the sum of the targets`() {
        #expect(Self.assess([(50, 40, 1)]).verdicts == [.unconfirmedProgression])
        #expect(Self.assess([(30, 0, 0)]).verdicts == [.partial])
    }

    @Test func `a scan within four weeks can't confirm`() {
        #expect(Self.assess([(62, 0, 0), (80, 0, 0)], days: [42, 63]).verdicts[1] == .unconfirmedProgression)
        #expect(Self.assess([(62, 0, 0), (80, 0, 0)], days: [42, 70]).verdicts[1] == .confirmedProgression)
    }

    @Test func `progression that no further scan could confirm counts from its day`() {
        #expect(Self.assess([(40, 0, 0), (62, 0, 0)]).progressionDay == 84)
        #expect(Self.assess([(40, 0, 0)]).progressionDay == nil)
    }
}

/// Lugano by Cheson 2014, CT and PET.
@Suite struct LuganoTests {
    private static func visit(
        _ targets: [(Double, Double)], day: Double = 0, spleen: Double = 12, marrow: Bool = false, nodes: [Double] = [], other: [Double] = [],
        deauville: Int? = nil, change: Int = 0
    ) -> Lugano.Visit {
        Lugano.Visit(
            day: day, targets: targets.map { Lugano.Lesion(longest: $0.0, shortest: $0.1) }, spleen: spleen, marrowInvolved: marrow,
            newNodes: nodes, newExtranodal: other, deauville: deauville, uptakeChange: change)
    }
    private static func judge(_ baseline: Lugano.Visit, _ visits: Lugano.Visit...) -> [Response] {
        Lugano.radiological(baseline: baseline, visits: visits)
    }

    @Test func `nodes of at most one and a half centimetres are a complete response`() {
        #expect(Self.judge(Self.visit([(4, 3)]), Self.visit([(1.5, 1.2)])) == [.complete])
        #expect(Self.judge(Self.visit([(4, 3)]), Self.visit([(1.6, 1.2)])) == [.partial])
        #expect(Self.judge(Self.visit([(4, 3)], marrow: true), Self.visit([(1.5, 1)], marrow: true)) == [.partial])
    }

    @Test func `partial is half of the summed products, and more than half of the spleen's excess`() {
        let baseline = Self.visit([(4, 3), (2, 2)], spleen: 17)
        #expect(Self.judge(baseline, Self.visit([(2, 2), (2, 2)], spleen: 14.9)) == [.partial])
        #expect(Self.judge(baseline, Self.visit([(2, 2.1), (2, 2)], spleen: 14.9)) == [.stable])
        #expect(Self.judge(baseline, Self.visit([(2, 2), (2, 2)], spleen: 15)) == [.stable])
    }

    @Test func `one lesion progresses by half of its product from its own nadir and by half or a whole centimetre`() {
        let baseline = Self.visit([(4, 3), (2, 2)])
        // 2 × 2 to 2.5 × 2.4: product +50 %, diameter +0.5 cm of a lesion up to 2 cm
        #expect(Self.judge(baseline, Self.visit([(4, 3), (2.5, 2.4)])) == [.progression])
        #expect(Self.judge(baseline, Self.visit([(4, 3), (2.4, 2.4)])) == [.stable])
        // above 2 cm a whole centimetre
        #expect(Self.judge(baseline, Self.visit([(4.9, 3.7), (2, 2)])) == [.stable])
        #expect(Self.judge(baseline, Self.visit([(5, 3.6), (2, 2)])) == [.progression])
        #expect(Self.judge(baseline, Self.visit([(2, 1.5), (1, 1)]), Self.visit([(3, 1.6), (1, 1)])) == [.partial, .progression])
    }

    @Test func `new nodes above one and a half, other lesions above one centimetre, spleen and marrow progress`() {
        let baseline = Self.visit([(4, 3)])
        #expect(Self.judge(baseline, Self.visit([(1, 1)], nodes: [1.6])) == [.progression])
        #expect(Self.judge(baseline, Self.visit([(1, 1)], nodes: [1.5], other: [1.0])) == [.complete])
        #expect(Self.judge(baseline, Self.visit([(1, 1)], other: [1.1])) == [.progression])
        #expect(Self.judge(baseline, Self.visit([(4, 3)], spleen: 14)) == [.progression])
        #expect(Self.judge(Self.visit([(4, 3)], spleen: 17), Self.visit([(4, 3)], spleen: 15), Self.visit([(4, 3)], spleen: 17.1)) == [.stable, .progression])
        #expect(Self.judge(baseline, Self.visit([(4, 3)], marrow: true)) == [.progression])
    }

    @Test func `marrow that had cleared and is involved again progresses`() {
        let baseline = Self.visit([(4, 3)], marrow: true)
        #expect(Self.judge(baseline, Self.visit([(4, 3)], marrow: true), Self.visit([(1, 1)]), Self.visit([(1, 1)], marrow: true)) == [.stable, .complete, .progression])
    }

    @Test("by PET the score and the change of uptake decide", arguments: [
        (1, 0, Response.complete), (3, 0, .complete), (4, -1, .partial), (5, 0, .stable), (4, 1, .progression),
    ])
    func metabolic(score: Int, change: Int, expected: Response) {
        #expect(Lugano.metabolic(Self.visit([(3, 3)], deauville: score, change: change)) == expected)
        #expect(Lugano.metabolic(Self.visit([(3, 3)], nodes: [2], deauville: score, change: change)) == .progression)
    }

    @Test func `without PET there is no metabolic verdict`() { #expect(Lugano.metabolic(Self.visit([(3, 3)])) == .notEvaluable) }
}

/// iwCLL 2018 and acute leukaemia.
@Suite struct LeukaemiaTests {
    private static func cll(
        node: Double = 3, products: Double = 20, spleen: Double = 17, lymphocytes: Double = 60, platelets: Double = 90, haemoglobin: Double = 10,
        marrow: Double? = nil, symptoms: Bool = false
    ) -> ChronicLeukaemia.Visit {
        .init(
            day: 0, largestNode: node, nodeProducts: products, spleen: spleen, hasSymptoms: symptoms, lymphocytes: lymphocytes,
            platelets: platelets, haemoglobin: haemoglobin, marrow: marrow)
    }
    private static let normal = cll(node: 1.4, products: 1, spleen: 12, lymphocytes: 3, platelets: 120, haemoglobin: 12, marrow: 0.05)

    @Test func `complete needs everything normal, marrow included`() {
        #expect(ChronicLeukaemia.response(Self.normal, baseline: Self.cll()) == .complete)
        for change in [\ChronicLeukaemia.Visit.largestNode, \.spleen, \.lymphocytes] {
            var visit = Self.normal
            visit[keyPath: change] = Self.cll()[keyPath: change] * 0.5 + (change == \.spleen ? 6 : 0)
            #expect(ChronicLeukaemia.response(visit, baseline: Self.cll()) == .partial, "\(change)")
        }
        var visit = Self.normal
        visit.marrow = nil
        #expect(ChronicLeukaemia.response(visit, baseline: Self.cll()) == .partial)
        visit = Self.normal
        visit.platelets = 99
        #expect(ChronicLeukaemia.response(visit, baseline: Self.cll()) == .partial)
    }

    @Test func `partial needs two of the burdens halved and one of the blood counts back`() {
        #expect(ChronicLeukaemia.response(Self.cll(products: 10, lymphocytes: 30, platelets: 100), baseline: Self.cll()) == .partial)
        #expect(ChronicLeukaemia.response(Self.cll(products: 10, lymphocytes: 31, platelets: 100), baseline: Self.cll()) == .stable)
        #expect(ChronicLeukaemia.response(Self.cll(products: 10, lymphocytes: 30), baseline: Self.cll()) == .stable)
        // one is enough where only one was abnormal
        let onlyBlood = Self.cll(node: 1, products: 0.5, spleen: 12)
        #expect(ChronicLeukaemia.response(Self.cll(node: 1, products: 0.5, spleen: 12, lymphocytes: 30, haemoglobin: 11), baseline: onlyBlood) == .partial)
    }

    @Test func `any one burden that grows by half from the best is progression, lymphocytosis under a BTK inhibitor not`() {
        #expect(ChronicLeukaemia.response(Self.cll(products: 30), baseline: Self.cll()) == .progression)
        #expect(ChronicLeukaemia.response(Self.cll(lymphocytes: 90), baseline: Self.cll()) == .progression)
        #expect(ChronicLeukaemia.response(Self.cll(lymphocytes: 90), baseline: Self.cll(), ignoresLymphocytosis: true) == .stable)
        #expect(ChronicLeukaemia.response(Self.cll(products: 15), baseline: Self.cll(), best: Self.cll(products: 10)) == .progression)
        #expect(ChronicLeukaemia.response(Self.cll(spleen: 19), baseline: Self.cll()) == .progression)
        #expect(ChronicLeukaemia.response(Self.cll(spleen: 18.9), baseline: Self.cll()) == .stable)
    }

    private static func acute(blasts: Double = 0.02, blood: Double = 0, neutrophils: Double = 1, platelets: Double = 100, residual: Double = 0, sensitivity: Double = 1e-5) -> AcuteLeukaemia.Visit {
        .init(day: 28, marrowBlasts: blasts, circulatingBlasts: blood, neutrophils: neutrophils, platelets: platelets, residual: residual, sensitivity: sensitivity)
    }

    @Test func `remission by blasts and recovery of counts, and relapse after it`() {
        #expect(AcuteLeukaemia.remission(Self.acute()) == .complete)
        #expect(AcuteLeukaemia.remission(Self.acute(blasts: 0.05)) == .none)
        #expect(AcuteLeukaemia.remission(Self.acute(blood: 0.01)) == .none)
        #expect(AcuteLeukaemia.remission(Self.acute(neutrophils: 0.6, platelets: 51)) == .partialRecovery)
        #expect(AcuteLeukaemia.remission(Self.acute(platelets: 50)) == .incompleteRecovery)
        #expect(AcuteLeukaemia.remission(Self.acute(blasts: 0.05), wasInRemission: true) == .relapse)
    }

    @Test func `residual disease is as good as its assay`() {
        #expect(AcuteLeukaemia.residualDisease(Self.acute(residual: 1e-4)) == .positive)
        #expect(AcuteLeukaemia.residualDisease(Self.acute(residual: 5e-5)) == .positiveBelowThreshold)
        #expect(AcuteLeukaemia.residualDisease(Self.acute(residual: 1e-6)) == .negative)
        #expect(AcuteLeukaemia.residualDisease(Self.acute(residual: 0, sensitivity: 1e-3)) == .notAssessable)
    }
}

/// PCWG3.
@Suite struct ProstateTests {
    private static func readings(_ values: [(Double, Double)]) -> [Prostate.Reading] { values.map { .init(day: $0.0, psa: $0.1) } }

    @Test func `a rise of a quarter and two units from the nadir, confirmed three weeks later, is progression`() {
        #expect(Prostate.psaProgression(baseline: 20, readings: Self.readings([(28, 10), (56, 12.5), (84, 13)])) == 56)
        #expect(Prostate.psaProgression(baseline: 20, readings: Self.readings([(28, 10), (56, 12.4), (84, 12.4)])) == nil)
        // two units: a quarter of 4 is not enough
        #expect(Prostate.psaProgression(baseline: 20, readings: Self.readings([(28, 4), (56, 5.9), (84, 5.9)])) == nil)
        #expect(Prostate.psaProgression(baseline: 20, readings: Self.readings([(28, 4), (56, 6), (84, 6)])) == 56)
        // a second value too soon, or back down, doesn't confirm
        #expect(Prostate.psaProgression(baseline: 20, readings: Self.readings([(28, 10), (56, 13), (70, 13)])) == nil)
        #expect(Prostate.psaProgression(baseline: 20, readings: Self.readings([(28, 10), (56, 13), (84, 11)])) == nil)
    }

    @Test func `without a fall the first twelve weeks don't count`() {
        #expect(Prostate.psaProgression(baseline: 20, readings: Self.readings([(28, 30), (56, 30), (84, 30), (112, 31)])) == 84)
    }

    @Test func `a fall by half counts when it is confirmed`() {
        #expect(Prostate.psa50(baseline: 20, readings: Self.readings([(28, 10), (56, 9)])))
        #expect(!Prostate.psa50(baseline: 20, readings: Self.readings([(28, 10), (42, 9)])))
        #expect(!Prostate.psa50(baseline: 20, readings: Self.readings([(28, 10), (56, 10.1)])))
    }

    @Test func `bone lesions by the rule of two and two`() {
        #expect(Prostate.boneProgression(scans: [(56, 2), (112, 4)]) == 56)
        #expect(Prostate.boneProgression(scans: [(56, 2), (112, 3)]) == nil)
        #expect(Prostate.boneProgression(scans: [(56, 1), (112, 3), (168, 3)]) == 112)
        #expect(Prostate.boneProgression(scans: [(56, 0), (112, 2), (168, 1)]) == nil)
    }
}

/// Dosing records as NONMEM reads them.
@Suite struct DosingRecordsTests {
    private static func read(_ text: String, hours: Double = 24) throws -> [DosingRecords.Record] {
        try DosingRecords(parsing: text, file: "doses.csv", compartments: ["docetaxel", "pembrolizumab"], hoursPerUnit: hours).records
    }

    @Test func `additional doses are written out at their interval, observations skipped`() throws {
        let records = try Self.read("ID,TIME,AMT,EVID,CMT,II,ADDL\n1,0,200,1,2,21,2\n1,10,.,0,2,.,.\n2,5,100,1,1,.,.\n")
        #expect(records.map(\.time) == [0, 21, 42, 5])
        #expect(records.map(\.compartment) == ["pembrolizumab", "pembrolizumab", "pembrolizumab", "docetaxel"])
        #expect(records.map(\.patient) == ["1", "1", "1", "2"])
    }

    @Test func `hours become days, a rate an hour a rate a day`() throws {
        let record = try #require(try Self.read("ID TIME AMT RATE CMT\n1 48 120 60 docetaxel\n", hours: 1).first)
        #expect(record.time == 2 && record.amount == 120 && record.rate == 1440)
    }

    @Test func `a missing EVID is a dose where there is an amount, 4 resets`() throws {
        let records = try Self.read("ID,TIME,AMT,EVID\n1,0,10,.\n1,1,.,.\n1,2,10,4\n")
        #expect(records.map(\.time) == [0, 2] && records.map(\.resets) == [false, true])
    }

    @Test("what can't be dosed is refused with its line", arguments: [
        ("ID,TIME,AMT\n1,0,-5\n1,1,x\n", 3), ("ID,TIME,AMT,EVID\n1,0,5,3\n", 2), ("ID,TIME,AMT,SS\n1,0,5,1\n", 2), ("ID,TIME,AMT,RATE\n1,0,5,-2\n", 2),
        ("ID,TIME,AMT,ADDL,II\n1,0,5,3,0\n", 2), ("ID,TIME,AMT,CMT\n1,0,5,3\n", 2), ("ID,TIME,AMT,CMT\n1,0,5,docetaxl\n", 2), ("ID,TIME\n1,0\n", 1), ("", 0),
        ("ID,TIME,AMT,EVID\n1,0,5,1e300\n", 2), ("ID,TIME,AMT,II,ADDL\n1,0,5,1,1e12\n", 2), ("ID,TIME,AMT\n1,-3,5\n", 2),
    ])
    func refused(text: String, line: Int) {
        let error = #expect(throws: InvalidModel.self) { try Self.read(text) }
        #expect(line == 0 || error?.diagnostics.contains { $0.location?.line == line } == true, "\(String(describing: error))")
    }

    @Test func `a misspelt agent is answered with a near one`() {
        let error = #expect(throws: InvalidModel.self) { try Self.read("ID,TIME,AMT,CMT\n1,0,5,docetaxl\n") }
        #expect(error?.diagnostics.first?.remedy?.contains("docetaxel") == true)
    }
}
