import Testing

@testable import Studies

@Suite struct IndividualDataTests {
    @Test("the shipped trials hold the patients of their source", arguments: [
        ("study1_fir", [22, 45, 9]), ("study3_birch", [17, 65, 44, 108, 41, 112]), ("study5_imvigor210", [143]),
    ])
    func counts(file: String, patients: [Int]) throws {
        let data = try ObservedData.table(file, in: "tumour_sizes", trial: file, simulated: "x") { _ in true }
        // a patient whose readings could not be evaluated has fewer than three
        for (arm, count) in zip(data.arms, patients) { #expect(arm.courses.count <= count && arm.courses.count >= count * 8 / 10, "\(arm.name) \(arm.courses.count)") }
    }

    @Test func `the distance of two samples is the largest gap of their distribution functions`() {
        #expect(ObservedData.kolmogorovSmirnov([1, 2, 3, 4], [1, 2, 3, 4]) == 0)
        #expect(ObservedData.kolmogorovSmirnov([1, 2], [3, 4]) == 1)
        #expect(abs(ObservedData.kolmogorovSmirnov([1, 2, 3, 4], [2.5, 5]) - 0.5) < 1e-12)
    }
}
