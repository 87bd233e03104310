import AntimonyFormat
import Foundation
import ImmuneModels
import ModelIR
import SBMLFormat

/// The four problems of the benchmark.
extension BenchmarkProblem {
    package static let names = ["checkpoint", "nsclc", "small", "lesions"]

    /// - Throws: `InvalidModel` for an unknown name, or when a model can't be put together.
    package static func named(_ name: String) throws -> BenchmarkProblem {
        switch name {
        case "checkpoint": return try checkpoint(lesions: 1)
        case "nsclc": return try lungCancer(lesions: 1)
        case "small": return try small()
        case "lesions": return try fiveLesions()
        default:
            throw InvalidModel([
                Diagnostic(.error, .invalid, "no benchmark '\(name)'", remedy: "there are: \(names.joined(separator: ", "))")
            ])
        }
    }

    /// The synthetic model, with an antibody every two weeks and another every six.
    package static func checkpoint(lesions: Int) throws -> BenchmarkProblem {
        let model = CheckpointModel(lesions: lesions)
        let first = stride(from: 0.0, through: 392, by: 14).map { Dose(time: $0, species: "aPD1_b", amount: 1400) }
        let second = stride(from: 0.0, through: 378, by: 42).map { Dose(time: $0, species: "aCTLA4_b", amount: 700) }
        return BenchmarkProblem(
            id: lesions == 1 ? "checkpoint" : "lesions",
            title: lesions == 1
                ? "synthetic checkpoint model, two antibodies" : "synthetic checkpoint model, \(lesions) lesions, two antibodies",
            model: try readAntimony(model.text, file: "checkpoint\(lesions).ant"), doses: first + second,
            varied: CheckpointModel.varied.map { Variation(id: $0.id, variation: $0.variation) })
    }

    /// The assembled lung cancer under pembrolizumab, carboplatin and pemetrexed. All patients start from the state in
    /// which the model's own patient is diagnosed, and differ from there on.
    static func lungCancer(lesions: Int) throws -> BenchmarkProblem {
        let agents = ["pembrolizumab", "carboplatin", "pemetrexed"]
        let library = try ModelLibrary.builtIn()
        let assembled = try library.assemble(ModelPlan(cancer: "nsclc", agents: agents, lesions: lesions))
        var doses: [Dose] = []
        for (agent, amount, last) in [("pembrolizumab", 200.0, 399.0), ("carboplatin", 450, 63), ("pemetrexed", 900, 399)] {
            let target = assembled.doseTargets[agent]!
            guard let perUnit = target.amountPerUnit["mg"] else { continue }
            doses += stride(from: 0, through: last, by: 21).map {
                Dose(time: $0, species: target.species, amount: amount * perUnit)
            }
        }
        let grown = try GrownModel(assembled)
        return BenchmarkProblem(
            id: lesions == 1 ? "nsclc" : "lesions",
            title: "assembled lung cancer\(lesions == 1 ? "" : " with \(lesions) lesions"), pembrolizumab + carboplatin + pemetrexed",
            model: grown.model, doses: doses.sorted { $0.time < $1.time }, varied: grown.varied,
            remarks: ["all patients start from the state of the model's own patient at diagnosis, day \(Int(grown.diagnosisDay))"])
    }

    /// BioModels BIOMD0000000732 (CC0): a tumour, effector cells and interleukin-2, with effector cells given every three
    /// weeks.
    ///
    /// Source: Kirschner & Panetta 1998, "Modeling immunotherapy of the tumor-immune interaction", *Journal of
    /// Mathematical Biology* 37:235-252, doi:10.1007/s002850050127.
    static func small() throws -> BenchmarkProblem {
        let name = "BIOMD0000000732.xml"
        guard let file = Bundle.module.url(forResource: "Resources/\(name)", withExtension: nil) else {
            throw InvalidModel([Diagnostic(.error, .invalid, "\(name) is not where the program looks for it")])
        }
        let model = try readSBML(try Data(contentsOf: file), file: name)
        let ids = model.parameters.filter { $0.isConstant && ($0.value ?? 0) > 0 }.map(\.id)
        return BenchmarkProblem(
            id: "small", title: "BIOMD0000000732 (Kirschner & Panetta 1998), effector cells every three weeks", model: model,
            doses: stride(from: 0.0, through: 399, by: 21).map { Dose(time: $0, species: "Immune_cells", amount: 2000) },
            varied: ids.map { Variation(id: $0, variation: 0.35) },
            remarks: ["a small model has no thirty parameters: all \(ids.count) vary"])
    }

    /// The assembled patient with five lesions; while that can't be assembled, the synthetic model in that size.
    static func fiveLesions() throws -> BenchmarkProblem {
        do { return try lungCancer(lesions: 5) } catch let error as InvalidModel where error.isOnlyUnsupported {
            var problem = try checkpoint(lesions: 5)
            problem.remarks = ["the assembled model refuses five lesions (\(error.diagnostics.first?.message ?? "")); this is the synthetic one"]
            return problem
        }
    }
}
