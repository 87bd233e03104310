public import Foundation
import ModelIR
import Synchronization

/// One model of a folder: what it is, whether it runs, and how it compares with a reference.
public struct AtlasEntry: Sendable {
    public enum Outcome: Sendable, Hashable {
        case ran
        /// Declined by name, malformed, or not integrated to the end.
        case failed(stage: Stage, message: String)
    }
    public enum Stage: String, Sendable { case read, compile, integrate }

    public var file: String
    public var facts: ModelFacts?
    public var outcome: Outcome
    public var warnings: Int
    /// How long reading, compiling and running took together.
    public var seconds: Double
    /// Largest difference from the reference, relative to each column's range, and where.
    public var difference: (worst: Double, column: String)?
    public var hasReference: Bool
    /// The trajectory, at most eight columns, for the picture on the card.
    public var course: TimeCourse?
}

/// Every model of a folder, loaded, checked, run and described.
///
/// A model `x.xml` is compared with `reference/x.csv` beside it, if there is one, at its times; else it runs for 100
/// units of its time.
public struct Atlas: Sendable {
    public var folder: String
    public var entries: [AtlasEntry]
    public var seconds: Double

    static let suffixes: Set<String> = ["xml", "sbml", "ant", "antimony", "txt"]

    /// Model files of a folder, by name.
    public static func files(in folder: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return names.filter { suffixes.contains(URL(fileURLWithPath: $0).pathExtension.lowercased()) }.sorted()
    }

    /// - Parameters:
    ///   - relativeTolerance: Of each run.
    ///   - progress: Called from any thread with the number of models done and failed.
    public init(
        of folder: String, threads: Int, relativeTolerance: Double = 1e-8,
        progress: (@Sendable (_ done: Int, _ total: Int, _ failed: Int) -> Void)? = nil
    ) throws {
        let start = ContinuousClock.now
        let files = try Self.files(in: folder)
        let next = Atomic(0)
        let collected = Mutex([AtlasEntry?](repeating: nil, count: files.count))
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, files.count))) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < files.count else { return }
                let entry = Self.entry(folder, files[index], relativeTolerance)
                let (done, failed) = collected.withLock { entries in
                    entries[index] = entry
                    let done = entries.compactMap(\.self)
                    return (done.count, done.count { $0.outcome != .ran })
                }
                progress?(done, files.count, failed)
            }
        }
        self.folder = folder
        entries = collected.withLock { $0.compactMap(\.self) }
        let spent = (ContinuousClock.now - start).components
        seconds = Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
    }

    private static func entry(_ folder: String, _ file: String, _ tolerance: Double) -> AtlasEntry {
        let start = ContinuousClock.now
        var entry = AtlasEntry(
            file: file, outcome: .ran, warnings: 0, seconds: 0, hasReference: false)
        let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        let reference = ReferenceTrajectory(at: "\(folder)/reference/\(name).csv")
        entry.hasReference = reference != nil
        var stage = AtlasEntry.Stage.read
        do {
            let model = try loadModel(at: "\(folder)/\(file)")
            entry.facts = ModelFacts(model)
            stage = .compile
            var options = RunOptions()
            options.relativeTolerance = tolerance
            if let reference {
                options.start = reference.times[0]
                options.duration = reference.times.last! - reference.times[0]
                options.steps = reference.times.count - 1
                options.observed = reference.columns
            } else if model.species.isEmpty {
                options.observed = model.rules.compactMap(\.variable)
            }
            let prepared = try PreparedModel(model, options: options)
            entry.warnings = prepared.warnings.count { $0.severity == .warning }
            stage = .integrate
            let course = try prepared.run()
            entry.difference = reference?.difference(from: course)
            entry.course = course.first(8)
        } catch {
            entry.outcome = .failed(stage: stage, message: firstLine(error))
        }
        let spent = (ContinuousClock.now - start).components
        entry.seconds = Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
        return entry
    }

    private static func firstLine(_ error: any Error) -> String {
        if let invalid = error as? InvalidModel, let first = invalid.diagnostics.first(where: { $0.severity == .error })
        {
            let place = first.location.map { "line \($0.line): " } ?? ""
            return place + first.message
        }
        return "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)"
    }

    // MARK: Sums

    public var ran: Int { entries.count { $0.outcome == .ran } }
    public var compared: Int { entries.count(where: \.hasReference) }
    /// Models that agree with their reference within 1e-4 of each column's range.
    public var agreed: Int { entries.count { $0.agrees == true } }
}

extension AtlasEntry {
    /// Whether the model agrees with its reference within 1e-4 of each column's range; nil without a reference.
    public var agrees: Bool? { hasReference ? difference.map { $0.worst <= 1e-4 } ?? false : nil }
}

extension TimeCourse {
    /// The first columns only.
    func first(_ count: Int) -> TimeCourse {
        guard columns.count > count else { return self }
        var part = self
        part.columns = Array(columns.prefix(count))
        part.units = Array(units.prefix(count))
        part.values = times.indices.flatMap { row in (0..<count).map { values[row * columns.count + $0] } }
        return part
    }
}

extension Atlas {
    /// One row per model.
    public func csv() -> Data {
        var buffer = ByteBuffer()
        buffer.append(
            "file,id,title,outcome,message,states,species,reactions,parameters,rules,events,therapies,symbols_with_unit,symbols,formulas_checked,formulas,unit_errors,annotated_species,warnings,difference,difference_column,seconds\n"
        )
        for entry in entries {
            let facts = entry.facts
            var outcome = "ran"
            var message = ""
            if case .failed(let stage, let text) = entry.outcome {
                (outcome, message) = ("failed to \(stage.rawValue)", text)
            }
            let counts = facts.map { [$0.states, $0.species, $0.reactions, $0.parameters, $0.rules, $0.events] } ?? []
            let shares =
                facts.map {
                    [
                        $0.symbolsWithUnit, $0.symbols, $0.checkedFormulas, $0.formulas, $0.failedFormulas,
                        $0.annotatedSpecies,
                    ]
                } ?? []
            var fields = [entry.file, facts?.id ?? "", facts?.title ?? "", outcome, message]
            fields += counts.isEmpty ? Array(repeating: "", count: 6) : counts.map(String.init)
            fields.append(facts?.therapies.joined(separator: "; ") ?? "")
            fields += shares.isEmpty ? Array(repeating: "", count: 6) : shares.map(String.init)
            fields += [
                "\(entry.warnings)", entry.difference.map { "\($0.worst)" } ?? "", entry.difference?.column ?? "",
                "\(entry.seconds)",
            ]
            for (index, field) in fields.enumerated() {
                if index > 0 { buffer.append(",") }
                buffer.append(field: field)
            }
            buffer.append("\n")
        }
        return Data(buffer.bytes)
    }
}
