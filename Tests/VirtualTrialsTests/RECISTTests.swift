import Testing

@testable import VirtualTrials

@Suite struct RECISTTests {
    /// Judges sums of one lesion's diameter at visits six weeks apart.
    static func points(_ baseline: Double, _ diameters: [Double?], newLesionAt: Int? = nil) -> [RECIST.TimePoint] {
        var assessor = RECIST.Assessor(targets: [RECIST.TargetLesion(organ: "lung")], baseline: [baseline])
        for (index, diameter) in diameters.enumerated() {
            assessor.assess(RECIST.Visit(day: 42 * Double(index + 1), diameters: [diameter], hasNewLesion: index == newLesionAt))
        }
        return assessor.timePoints
    }

    @Test("a response is a fall of at least 30 % from baseline", arguments: [(70.0, Response.partial), (70.1, .stable), (0, .complete)])
    func partial(diameter: Double, expected: Response) { #expect(Self.points(100, [diameter])[0].overall == expected) }

    @Test("progression is a rise of 20 % from the nadir", arguments: [(60.0, Response.progression), (59.9, .partial)])
    func progression(diameter: Double, expected: Response) { #expect(Self.points(100, [50, diameter])[1].overall == expected) }

    @Test func `twenty percent of a small nadir is no progression below five millimetres`() {
        #expect(Self.points(30, [10, 14.9])[1].overall == .partial)
        #expect(Self.points(30, [10, 15])[1].overall == .progression)
    }

    @Test func `the nadir includes the baseline`() { #expect(Self.points(50, [60])[0].overall == .progression) }

    @Test func `a new lesion is progression whatever the targets do`() {
        let point = Self.points(100, [40], newLesionAt: 0)[0]
        #expect(point.overall == .progression)
        #expect(point.progressionCause == "new lesion")
    }

    @Test func `a missing reading is not evaluable and leaves the nadir alone`() {
        let points = Self.points(100, [50, nil, 59])
        #expect(points[1].overall == .notEvaluable)
        #expect(points[2].nadir == 50)
    }

    @Test func `a lymph node below ten millimetres counts as gone though its axis stays in the sum`() {
        var assessor = RECIST.Assessor(targets: [.init(organ: "node", isNode: true)], baseline: [20])
        let point = assessor.assess(.init(day: 42, diameters: [9]))
        #expect(point.overall == .complete)
        #expect(point.sumOfDiameters == 9)
    }

    @Test func `non-targets that remain make a complete response partial`() {
        var assessor = RECIST.Assessor(targets: [.init(organ: "lung")], baseline: [20])
        #expect(assessor.assess(.init(day: 42, diameters: [0], nonTarget: .nonCompleteNonProgressive)).overall == .partial)
    }

    @Test func `targets are the largest measurable, at most five and two an organ`() {
        let candidates = [("lung", 40.0), ("lung", 30), ("lung", 20), ("liver", 9), ("liver", 12), ("bone", 15), ("skin", 11), ("brain", 50)]
        let chosen = RECIST.targets(among: candidates.map { (RECIST.TargetLesion(organ: $0.0), $0.1) })
        #expect(chosen == [0, 1, 4, 5, 7])
    }

    @Test func `best response counts up to the first progression`() {
        #expect(RECIST.best(of: Self.points(100, [65, 90, 20])).response == .partial)
        #expect(RECIST.best(of: Self.points(100, [130, 20])).response == .progression)
        #expect(RECIST.best(of: []).response == .notEvaluable)
    }

    @Test func `with confirmation asked for, a single response is stable disease`() {
        let rules = RECIST.Rules(requiresConfirmation: true)
        #expect(RECIST.best(of: Self.points(100, [60, 75]), rules: rules).response == .stable)
        #expect(RECIST.best(of: Self.points(100, [60, 55]), rules: rules).response == .partial)
    }
}
