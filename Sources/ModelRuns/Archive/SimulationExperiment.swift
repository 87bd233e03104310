import Foundation
import ModelIR

/// A SED-ML document, Level 1 Version 1 to 4, as far as uniform time courses go.
///
/// Declined by name: repeated and steady-state tasks, changes other than of attributes, stochastic algorithms.
struct SimulationExperiment {
    struct Change {
        var target: ModelTarget
        var value: Double
    }
    struct ModelReference {
        var source: String
        var changes: [Change]
    }
    struct TimeCourseSettings {
        var options: RunOptions
        /// KiSAO id of the algorithm asked for; ours takes its place.
        var algorithm: String
    }
    struct Task {
        var model: String
        var simulation: String
    }
    struct Variable {
        enum Kind { case time, target(ModelTarget) }
        var id: String
        var task: String
        var kind: Kind
    }
    struct DataGenerator {
        var variables: [Variable]
        var parameters: [String: Double]
        var math: XMLTree
    }
    struct Report {
        var id: String
        var columns: [(label: String, generator: String)]
    }

    var models: [String: ModelReference] = [:]
    var simulations: [String: TimeCourseSettings] = [:]
    var tasks: [String: Task] = [:]
    var generators: [String: DataGenerator] = [:]
    var reports: [Report] = []

    private let file: String
    private var findings: [Diagnostic] = []

    init(_ data: Data, file: String) throws(InvalidModel) {
        self.file = file
        let root = try XMLTree.parse(data, file: file)
        guard root.name == "sedML" else { throw InvalidModel("\(file): not a SED-ML document") }
        for item in root.items("listOfModels") { readModel(item) }
        for item in root.items("listOfSimulations") { readSimulation(item) }
        for item in root.items("listOfTasks") { readTask(item) }
        for item in root.items("listOfDataGenerators") { readGenerator(item) }
        for item in root.items("listOfOutputs") { readOutput(item) }
        if findings.contains(where: { $0.severity == .error }) { throw InvalidModel(findings) }
    }

    private mutating func error(
        _ message: String, _ element: XMLTree, kind: Diagnostic.Kind = .invalid, remedy: String? = nil
    ) {
        let location = SourceLocation(file: file, line: element.line, column: 1)
        findings.append(Diagnostic(.error, kind, message, at: location, remedy: remedy))
    }

    private mutating func id(_ element: XMLTree) -> String {
        if element["id"] == nil { error("<\(element.name)> has no id", element) }
        return element["id"] ?? ""
    }

    private mutating func readModel(_ item: XMLTree) {
        var model = ModelReference(source: item["source"] ?? "", changes: [])
        for change in item.items("listOfChanges") {
            guard change.name == "changeAttribute" else {
                error(
                    "change '\(change.name)' of a model is not supported", change, kind: .unsupported,
                    remedy: "change the model's file")
                continue
            }
            guard let target = ModelTarget(change["target"] ?? ""), let attribute = target.attribute else {
                error("target '\(change["target"] ?? "")' names no attribute of a model's element", change)
                continue
            }
            guard ModelTarget.attributes.contains(attribute) else {
                error("change of attribute '\(attribute)' is not supported", change, kind: .unsupported)
                continue
            }
            guard let value = Double(change["newValue"] ?? "") else {
                error("newValue '\(change["newValue"] ?? "")' is not a number", change)
                continue
            }
            model.changes.append(Change(target: target, value: value))
        }
        models[id(item)] = model
    }

    private static let stochastic: Set<String> = [
        "KISAO:0000003", "KISAO:0000015", "KISAO:0000027", "KISAO:0000028", "KISAO:0000029", "KISAO:0000038",
        "KISAO:0000039", "KISAO:0000241", "KISAO:0000319",
    ]

    private mutating func readSimulation(_ item: XMLTree) {
        guard item.name == "uniformTimeCourse" else {
            error(
                "simulation '\(item.name)' is not supported", item, kind: .unsupported,
                remedy: "use a uniform time course")
            return
        }
        func number(_ name: String) -> Double? { item[name].flatMap(Double.init) }
        let start = number("initialTime") ?? 0
        guard let end = number("outputEndTime"), let steps = item["numberOfSteps"] ?? item["numberOfPoints"],
            let count = Int(steps)
        else {
            error("a uniform time course needs outputEndTime and numberOfSteps", item)
            return
        }
        let outputStart = number("outputStartTime") ?? start
        guard count >= 1, count <= 10_000_000, end > outputStart, outputStart >= start, end.isFinite, start.isFinite
        else {
            error(
                "the times of '\(item["id"] ?? "")' make no sense: \(start), \(outputStart) to \(end) in \(count) steps",
                item)
            return
        }
        var options = RunOptions()
        options.start = start
        options.outputStart = outputStart
        options.duration = end - start
        options.steps = count
        options.relativeTolerance = 1e-8
        let algorithm = item.first("algorithm")
        let kisao = (algorithm?["kisaoID"] ?? "KISAO:0000019").replacing("_", with: ":")
        if Self.stochastic.contains(kisao) {
            error("stochastic algorithm \(kisao) is not supported", algorithm ?? item, kind: .unsupported)
        }
        for parameter in algorithm?.items("listOfAlgorithmParameters") ?? [] {
            guard let value = parameter["value"].flatMap(Double.init), value > 0, value < 1 else { continue }
            switch parameter["kisaoID"]?.replacing("_", with: ":") {
            case "KISAO:0000209": options.relativeTolerance = value
            case "KISAO:0000211": options.absoluteTolerance = value
            default: break
            }
        }
        simulations[id(item)] = TimeCourseSettings(options: options, algorithm: kisao)
    }

    private mutating func readTask(_ item: XMLTree) {
        guard item.name == "task" else {
            error(
                "task '\(item.name)' is not supported", item, kind: .unsupported, remedy: "write each run as a <task>")
            return
        }
        tasks[id(item)] = Task(model: item["modelReference"] ?? "", simulation: item["simulationReference"] ?? "")
    }

    private mutating func readGenerator(_ item: XMLTree) {
        var variables: [Variable] = []
        for variable in item.items("listOfVariables") {
            var kind = Variable.Kind.time
            if let symbol = variable["symbol"] {
                if !symbol.hasSuffix(":time") {
                    error("symbol '\(symbol)' is not supported", variable, kind: .unsupported)
                }
            } else if let target = ModelTarget(variable["target"] ?? "") {
                kind = .target(target)
            } else {
                error("target '\(variable["target"] ?? "")' names no element of a model", variable)
            }
            variables.append(Variable(id: id(variable), task: variable["taskReference"] ?? "", kind: kind))
        }
        var parameters: [String: Double] = [:]
        for parameter in item.items("listOfParameters") {
            parameters[id(parameter)] = parameter["value"].flatMap(Double.init) ?? .nan
        }
        guard let math = item.first("math")?.children.first else {
            error("data generator '\(item["id"] ?? "")' has no mathematics", item)
            return
        }
        generators[id(item)] = DataGenerator(variables: variables, parameters: parameters, math: math)
    }

    /// Reports as they are; of plots, the data of their curves.
    private mutating func readOutput(_ item: XMLTree) {
        var report = Report(id: id(item), columns: [])
        func add(_ label: String, _ generator: String?) {
            guard let generator, !report.columns.contains(where: { $0.generator == generator && $0.label == label })
            else { return }
            report.columns.append((label, generator))
        }
        for set in item.items("listOfDataSets") { add(set["label"] ?? set["id"] ?? "", set["dataReference"]) }
        for curve in item.items("listOfCurves") + item.items("listOfSurfaces") {
            for axis in ["xDataReference", "yDataReference", "zDataReference"] { add(curve[axis] ?? "", curve[axis]) }
        }
        reports.append(report)
    }
}

/// What an XPath into an SBML model points at: an element by id, perhaps one of its attributes.
struct ModelTarget {
    /// `species`, `parameter`, `compartment`, `reaction`, ...
    var element: String
    /// Id of the element; `reaction.parameter` for a local parameter.
    var id: String
    var attribute: String?

    /// Attributes that a change may set.
    static let attributes: Set<String> = ["value", "initialAmount", "initialConcentration", "size"]

    init?(_ path: String) {
        var steps = path.split(separator: "/").map(String.init)
        if let last = steps.last, last.hasPrefix("@") {
            attribute = String(last.dropFirst())
            steps.removeLast()
        }
        var ids: [(element: String, id: String)] = []
        for step in steps {
            guard let open = step.firstIndex(of: "["),
                let quote = step[open...].firstIndex(where: { $0 == "'" || $0 == "\"" }),
                let end = step[step.index(after: quote)...].firstIndex(of: step[quote])
            else { continue }
            let element = step[..<open].split(separator: ":").last.map(String.init) ?? ""
            ids.append((element, String(step[step.index(after: quote)..<end])))
        }
        guard let last = ids.last else { return nil }
        element = last.element
        let isLocal = ids.count > 1 && ids[ids.count - 2].element == "reaction"
        id = isLocal ? "\(ids[ids.count - 2].id).\(last.id)" : last.id
    }
}
