import AntimonyFormat
import Foundation
import ModelIR
import Testing

@testable import ModelRuns

/// Planted values are found again, and what can't be found is named.
@Suite struct DataFitTests {
    static let oral = """
        model oral()
          compartment body = 1
          substanceOnly species depot in body, central in body
          depot = 0; central = 0
          ka = 1; CL = 1; V = 10; F = 0.5
          C := central/V
          depot' = -ka*depot
          central' = F*ka*depot - CL*C
        end
        """

    /// Concentrations of one dose of 100 by the closed form, with an error of `spread` that a fixed sequence gives.
    static func table(ka: Double, CL: Double, V: Double, F: Double, spread: Double) -> String {
        var text = "ID,TIME,DV,EVID,AMT,CMT\n"
        for person in 1...6 {
            text += "\(person),0,.,1,100,1\n"
            for (index, time) in [0.25, 0.5, 1, 2, 4, 6, 8, 12, 18, 24].enumerated() {
                let k = CL / V
                let value = 100 * F * ka / (V * (ka - k)) * (exp(-k * time) - exp(-ka * time))
                // a low-discrepancy sequence through the normal's logistic approximation: no seed, mean near 0
                let u = (Double(person * 10 + index) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1) * 0.98 + 0.01
                text += "\(person),\(time),\(value * (1 + spread * log(u / (1 - u)) / 1.702)),0,.,1\n"
            }
        }
        return text
    }

    static func fit(_ names: [String], _ table: String, errorModel: DataFit.ErrorModel = .proportional) throws -> DataFitResult {
        try DataFit(
            readAntimony(oral, file: "oral.ant"), fitting: names, table: table, file: "data.csv", targets: ["depot"], outputs: ["C"], errorModel: errorModel
        ).run()
    }

    @Test func `planted values are found within three standard errors, and inside their profiles`() throws {
        let planted = ["ka": 1.7, "CL": 0.6, "V": 14]
        let result = try Self.fit(["ka", "CL", "V"], Self.table(ka: 1.7, CL: 0.6, V: 14, F: 0.5, spread: 0.08))
        for parameter in result.parameters {
            let error = try #require(parameter.relativeError)
            #expect(abs(log(parameter.value / planted[parameter.id]!)) < 3 * error / 100, "\(parameter.id) \(parameter.value) ± \(error) %")
            #expect(error < 10)
            #expect(parameter.isIdentifiable)
            #expect(try #require(parameter.lower) < parameter.value && parameter.value < #require(parameter.upper))
        }
        #expect(abs(result.proportional - 0.08) < 0.02, "\(result.proportional)")
        #expect(result.remarks.isEmpty, "\(result.remarks)")
    }

    @Test func `exact data are fitted exactly`() throws {
        let result = try Self.fit(["CL", "V"], Self.table(ka: 1, CL: 2.5, V: 30, F: 0.5, spread: 0), errorModel: .additive)
        #expect(abs(result.parameters[0].value / 2.5 - 1) < 1e-3 && abs(result.parameters[1].value / 30 - 1) < 1e-3)
    }

    /// Only F/V and CL/V show in concentrations after swallowing: F, V and CL can all grow together.
    @Test func `a pair that the data can't tell apart is named`() throws {
        let result = try Self.fit(["F", "CL", "V"], Self.table(ka: 1, CL: 0.6, V: 14, F: 0.5, spread: 0.08))
        #expect(result.directions.count == 1)
        #expect(Set(try #require(result.directions.first).parameters) == ["F", "CL", "V"])
        #expect(result.parameters.allSatisfy { !$0.isIdentifiable && $0.relativeError == nil })
        #expect(result.remarks.first?.contains("can't be told apart") == true)
        // with CL held, F and V can't move together any more
        let pair = try Self.fit(["F", "V"], Self.table(ka: 1, CL: 1, V: 14, F: 0.5, spread: 0.08))
        #expect(pair.directions.isEmpty, "\(pair.remarks)")
    }

    @Test func `covariates set the individual's parameters, infusions and more doses are given, other columns are named`() throws {
        let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = home.appendingPathComponent("Examples/fit")
        let model = try loadModel(at: folder.appendingPathComponent("one-compartment.ant").path)
        let table = try String(contentsOf: folder.appendingPathComponent("one-compartment.csv"), encoding: .utf8)
        let result = try DataFit(model, fitting: ["CL", "V"], table: table, file: "one-compartment.csv", targets: ["A"], outputs: ["C"]).run()
        #expect(result.unusedColumns == ["SITE"])
        for (parameter, planted) in zip(result.parameters, [0.22, 3.4]) {
            #expect(abs(log(parameter.value / planted)) < 3 * (try #require(parameter.relativeError)) / 100, "\(parameter.id) \(parameter.value)")
        }
    }

    @Test("data and names that can't be meant are refused with their place", arguments: [
        ("ID,TIME,DV\n1,0,x\n", "data.csv:2:5"), ("ID,TIME\n1,0\n", "column DV is missing"), ("ID,TIME,DV,EVID,AMT\n1,0,.,1,-5\n1,1,2,0,.\n", "must be positive"),
        ("ID,TIME,DV\n1,5,1\n1,2,1\n", "TIME goes back"), ("ID,TIME,DV,EVID,CMT\n1,0,1,0,3\n", "CMT 3"), ("ID,TIME,DV,EVID,AMT\n1,0,.,1,5\n", "holds no observation"),
    ])
    func refused(table: String, words: String) throws {
        let error = try #require(#expect(throws: (any Error).self) { try Self.fit(["CL"], table) })
        #expect("\(error)".contains(words), "\(error)")
    }

    @Test func `a parameter that the model lacks is refused with a near match`() throws {
        let error = try #require(#expect(throws: (any Error).self) { try Self.fit(["Cl"], Self.table(ka: 1, CL: 1, V: 10, F: 0.5, spread: 0)) })
        #expect("\(error)".contains("no 'Cl' to fit") && "\(error)".contains("CL"), "\(error)")
    }
}
