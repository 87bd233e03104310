public import Foundation
import ModelIR

/// A table that an experiment asks for.
public struct ReportTable: Sendable {
    /// Folder of the experiment in the archive and id of the report: `simulation/report1`.
    public var name: String
    public var labels: [String]
    public var columns: [[Double]]

    /// One column per data set; shorter ones end in empty fields.
    public func csv() -> Data {
        var buffer = ByteBuffer()
        for (index, label) in labels.enumerated() {
            if index > 0 { buffer.append(",") }
            buffer.append(field: label)
        }
        buffer.append("\n")
        for row in 0..<(columns.map(\.count).max() ?? 0) {
            for (index, column) in columns.enumerated() {
                if index > 0 { buffer.append(",") }
                if row < column.count { buffer.append(column[row]) }
            }
            buffer.append("\n")
        }
        return Data(buffer.bytes)
    }
}

/// Runs the simulation experiments (SED-ML, uniform time courses) of a COMBINE archive.
///
/// The archive's own zip reader and DEFLATE are used, so that no system library is needed.
///
/// - Returns: The reports, and remarks about what was done differently from what was asked.
/// - Throws: `InvalidModel` with what is malformed or declined by name; `RunFailure`.
public func runArchive(at path: String, threads: Int = 1) throws -> (reports: [ReportTable], remarks: [String]) {
    let archive = try ZipArchive(try readFile(path), name: path)
    var reports: [ReportTable] = []
    var remarks: [String] = []
    for location in try experiments(in: archive, path) {
        guard let data = archive.files[location] else {
            throw InvalidModel("\(path): the manifest names '\(location)', which is missing")
        }
        let experiment = try SimulationExperiment(data, file: location)
        var runner = ExperimentRunner(experiment: experiment, archive: archive, location: location, threads: threads)
        reports += try runner.run()
        for remark in runner.remarks where !remarks.contains(remark) { remarks.append(remark) }
    }
    return (reports, remarks)
}

/// The master experiment of the manifest; without one all of them.
private func experiments(in archive: ZipArchive, _ path: String) throws -> [String] {
    var found: [(location: String, isMaster: Bool)] = []
    if let manifest = archive.files["manifest.xml"] {
        for content in try XMLTree.parse(manifest, file: "manifest.xml").all("content") {
            guard let location = content["location"], content["format"]?.lowercased().contains("sed-ml") ?? false else {
                continue
            }
            found.append((ZipArchive.normal(location), content["master"] == "true"))
        }
    } else {
        found = archive.files.keys.filter { $0.hasSuffix(".sedml") }.sorted().map { ($0, false) }
    }
    if found.isEmpty {
        throw InvalidModel(
            "\(path): the archive holds no simulation experiment (SED-ML)", remedy: "run its models one by one")
    }
    let masters = found.filter(\.isMaster)
    return (masters.isEmpty ? found : masters).map(\.location)
}

/// Runs the tasks of one experiment that its reports need.
struct ExperimentRunner {
    let experiment: SimulationExperiment
    let archive: ZipArchive
    let location: String
    let threads: Int
    var remarks: [String] = []
    private var courses: [String: TimeCourse] = [:]

    init(experiment: SimulationExperiment, archive: ZipArchive, location: String, threads: Int) {
        self.experiment = experiment
        self.archive = archive
        self.location = location
        self.threads = threads
    }

    mutating func run() throws -> [ReportTable] {
        let stem = URL(fileURLWithPath: location).deletingPathExtension().lastPathComponent
        return try experiment.reports.map { report in
            // The name becomes a path: an id from outside may not lead elsewhere.
            let id = String(report.id.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? $0 : "_" })
            var table = ReportTable(name: "\(stem)/\(id)", labels: [], columns: [])
            for column in report.columns {
                guard let generator = experiment.generators[column.generator] else {
                    throw InvalidModel(
                        "\(location): report '\(report.id)' refers to data generator '\(column.generator)', which is missing"
                    )
                }
                table.labels.append(column.label)
                table.columns.append(try values(of: generator))
            }
            return table
        }
    }

    private mutating func values(of generator: SimulationExperiment.DataGenerator) throws -> [Double] {
        var columns: [String: [Double]] = [:]
        for variable in generator.variables {
            let course = try course(of: variable.task)
            switch variable.kind {
            case .time: columns[variable.id] = course.times
            case .target(let target):
                guard let index = course.columns.firstIndex(of: target.id) else {
                    throw InvalidModel("\(location): the model of task '\(variable.task)' has no '\(target.id)'")
                }
                columns[variable.id] = course.column(index)
            }
        }
        return try DataMathematics(columns: columns, constants: generator.parameters, file: location).evaluate(
            generator.math)
    }

    /// Runs a task once; everything that any data generator wants of it is observed.
    private mutating func course(of task: String) throws -> TimeCourse {
        if let known = courses[task] { return known }
        guard let description = experiment.tasks[task], let settings = experiment.simulations[description.simulation]
        else {
            throw InvalidModel("\(location): task '\(task)' or its simulation is missing")
        }
        var options = settings.options
        options.threads = threads
        var observed: [String] = []
        for variable in experiment.generators.values.flatMap(\.variables) where variable.task == task {
            if case .target(let target) = variable.kind, !observed.contains(target.id) { observed.append(target.id) }
        }
        options.observed = observed.sorted()
        if !["KISAO:0000019", "KISAO:0000433"].contains(settings.algorithm) {
            remarks.append("algorithm \(settings.algorithm) is replaced by Perforin's Rosenbrock method")
        }
        let model = try model(description.model, depth: 0)
        let course = try PreparedModel(model, options: options).run()
        courses[task] = course
        return course
    }

    private func model(_ id: String, depth: Int) throws -> Model {
        guard let reference = experiment.models[id], depth < 20 else {
            throw InvalidModel("\(location): model '\(id)' is missing or refers to itself")
        }
        var model: Model
        let source = reference.source
        if source.hasPrefix("#") || experiment.models[source] != nil {
            model = try self.model(source.hasPrefix("#") ? String(source.dropFirst()) : source, depth: depth + 1)
        } else {
            if source.contains("://") || source.hasPrefix("urn:") {
                throw InvalidModel(
                    "\(location): model '\(id)' lies outside the archive ('\(source)'), which is not supported",
                    remedy: "put it into the archive", kind: .unsupported)
            }
            let folder = location.split(separator: "/").dropLast().joined(separator: "/")
            let inFolder = ZipArchive.normal(folder.isEmpty ? source : folder + "/" + source)
            guard let data = archive.files[inFolder] ?? archive.files[ZipArchive.normal(source)] else {
                throw InvalidModel(
                    "\(location): the archive has no '\(source)'",
                    remedy: suggestion(for: source, among: archive.files.keys))
            }
            model = try loadModel(data, file: inFolder)
        }
        for change in reference.changes {
            guard model.set(change.target, change.value) else {
                throw InvalidModel(
                    "\(location): model '\(id)' has no \(change.target.element) '\(change.target.id)' with an attribute '\(change.target.attribute ?? "")'"
                )
            }
        }
        return model
    }
}

extension Model {
    /// Changes an attribute of the model's XML, as SED-ML's `changeAttribute` does; false if there is no such element.
    fileprivate mutating func set(_ target: ModelTarget, _ value: Double) -> Bool {
        switch target.attribute {
        case "value":
            if let index = parameters.firstIndex(where: { $0.id == target.id }) {
                parameters[index].value = value
                return true
            }
            let parts = target.id.split(separator: ".").map(String.init)
            guard parts.count == 2, let reaction = reactions.firstIndex(where: { $0.id == parts[0] }),
                let local = reactions[reaction].kineticLaw?.localParameters.firstIndex(where: { $0.id == parts[1] })
            else { return false }
            reactions[reaction].kineticLaw?.localParameters[local].value = value
        case "size":
            guard let index = compartments.firstIndex(where: { $0.id == target.id }) else { return false }
            compartments[index].size = value
        case "initialAmount", "initialConcentration":
            guard let index = species.firstIndex(where: { $0.id == target.id }) else { return false }
            species[index].initialValue = target.attribute == "initialAmount" ? .amount(value) : .concentration(value)
        default: return false
        }
        return true
    }
}
