import Foundation
import Testing

/// Cancers and agents meet only through the ports of modules: nothing is written for a pair of them.
@Suite struct PairTests {
    private static let resources = ImportTests.root.appendingPathComponent("Sources/ImmuneModels/Resources")

    private static func files(_ folder: String, _ suffix: String) throws -> [(id: String, text: String)] {
        let folder = resources.appendingPathComponent(folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(suffix) }.sorted().map {
            (String($0.dropLast(suffix.count)), try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
        }
    }

    /// First fields of the table below `---`, or of the whole file where there is no such line.
    private static func parameterIDs(_ text: String) -> [String] {
        let lines = text.components(separatedBy: "\n")
        let isTable = lines.first?.hasPrefix("id,") == true
        guard let start = isTable ? 0 : lines.firstIndex(of: "---").map({ $0 + 1 }) else { return [] }
        return lines[start...].dropFirst().compactMap { $0.split(separator: ",").first.map(String.init) }
    }

    /// Whether `name` stands in `id` as a whole word, words being what `_` and `-` separate.
    private static func names(_ id: String, _ name: String) -> Bool {
        func words(_ text: String) -> String { "_" + text.lowercased().replacingOccurrences(of: "-", with: "_") + "_" }
        return words(id).contains(words(name))
    }

    @Test func `agents name no cancer, cancers no agent, and no parameter or module both`() throws {
        let (agents, cancers) = (try Self.files("agents", ".txt"), try Self.files("cancers", ".txt"))
        #expect(!agents.isEmpty && !cancers.isEmpty)
        for agent in agents {
            for id in Self.parameterIDs(agent.text) {
                for cancer in cancers { #expect(!Self.names(id, cancer.id), "\(id) of \(agent.id)") }
            }
        }
        for cancer in cancers {
            // A note may say which arm of a trial a value was set to; an id may not.
            for id in Self.parameterIDs(cancer.text) {
                for agent in agents { #expect(!Self.names(id, agent.id), "\(id) of \(cancer.id)") }
            }
        }
        let shared = try Self.files("parameters", ".csv").flatMap { Self.parameterIDs($0.text) } + Self.files("modules", ".ant").map(\.id)
        for id in shared {
            let (ofAgents, ofCancers) = (agents.filter { Self.names(id, $0.id) }, cancers.filter { Self.names(id, $0.id) })
            #expect(ofAgents.isEmpty, "\(id) belongs to \(ofAgents.map(\.id))")
            #expect(ofAgents.isEmpty || ofCancers.isEmpty, "\(id) belongs to a pair")
        }
    }

    @Test func `no line of code branches on the id of a cancer or of an agent`() throws {
        let (agents, cancers) = (try Self.files("agents", ".txt").map(\.id), try Self.files("cancers", ".txt").map(\.id))
        // Benchmarks name the models they time; nothing that is simulated depends on it.
        for file in ImportTests.swiftFiles(below: ImportTests.root.appendingPathComponent("Sources")) where !file.path.contains("/Benchmarks/") {
            let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
            for (number, line) in lines.enumerated() where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") {
                // Branches: a comparison or a case on an id.
                guard line.contains("==") || line.contains("case ") || line.contains("switch ") else { continue }
                for id in agents + cancers { #expect(!line.contains("\"\(id)\""), "\(file.lastPathComponent):\(number + 1) branches on \(id)") }
            }
        }
    }
}
