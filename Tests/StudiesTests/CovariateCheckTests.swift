import Foundation
import ImmuneModels
import ModelIR
import Testing

@testable import Studies

@Suite struct CovariateCheckTests {
    @Test("distributions from which nobody can be drawn are refused by name", arguments: [
        ("age: {mean: 630, sd: 9}", "'age' lies around 630"), ("age: {mean: -63, sd: 9}", "'age' lies around -63"),
        ("male: 60", "'male' is a share of 60"), ("male: 160 %", "'male' is a share of 1.6"), ("ECOG: [35 %, 35 %, 0]", "sum to 70 %"),
        ("agge: {mean: 63, sd: 9}", "no covariate 'agge'"),
    ])
    func refused(covariate: String, complaint: String) throws {
        let text = """
            schema: 1
            id: C
            title: Covariates
            cancer: nsclc
            patients: 10
            population:
              covariates:
                \(covariate)
            arms:
              - name: docetaxel
                therapy: docetaxel 75 mg/m2 IV q3w
            visits:
              every: 6 weeks
            follow_up:
              duration: 12 weeks
            """
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("perforin-covariates-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try text.write(to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: InvalidModel.self) {
            try TrialStudy(Study(contentsOf: file.path), library: ModelLibrary.builtIn())
        }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "nothing")")
        #expect(error?.diagnostics.first?.location?.line == 8)
    }
}
