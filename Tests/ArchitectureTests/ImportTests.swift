import Foundation
import Testing

/// The walls of the house: a target imports what Package.swift gives it and nothing else.
@Suite struct ImportTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Modules of the toolchain; Foundation stays out of the numerical base.
    static let toolchain: Set<String> = ["Foundation", "FoundationXML", "Synchronization", "Dispatch", "Glibc", "Darwin"]

    /// Declared dependencies by target, read from the text of Package.swift.
    static func declaredDependencies() throws -> [String: Set<String>] {
        let text = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
        var result: [String: Set<String>] = [:]
        let declaration = /(?m)^\s*(?:library\(\s*|\.target\(name: |\.executableTarget\(\s*name: )"([A-Za-z]+)"(?:,\s*(?:dependencies: )?\[([^\]]*)\])?/
        for match in text.matches(of: declaration) {
            var names = Set((match.2 ?? "").matches(of: /"([A-Za-z]+)"/).map { String($0.1) })
            let products = (match.2 ?? "").replacing(/"[^"]*"/, with: "")
            if products.contains("argumentParser") { names.insert("ArgumentParser") }
            if products.contains("yams") { names.insert("Yams") }
            if products.contains("grdb") { names.insert("GRDB") }
            if products.contains("hummingbird") { names.formUnion(["Hummingbird", "NIOCore", "HTTPTypes", "Logging"]) }
            result[String(match.1)] = names
        }
        return result
    }

    static func swiftFiles(below folder: URL) -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }

    @Test func `every target imports only its declared dependencies`() throws {
        let declared = try Self.declaredDependencies()
        #expect(declared.count >= 19, "only \(declared.count) targets were read from Package.swift")
        var violations: [String] = []
        for (target, dependencies) in declared {
            let folder = Self.root.appendingPathComponent("Sources/\(target)")
            for file in Self.swiftFiles(below: folder) {
                let text = try String(contentsOf: file, encoding: .utf8)
                let imports = text.matches(of: /(?m)^\s*(?:@[A-Za-z]+(?:\([^)]*\))?\s+)*(?:public |package |internal |private |fileprivate )?import (?:struct |class |enum |func |protocol )?([A-Za-z]+)/)
                for match in imports {
                    let module = String(match.1)
                    if !dependencies.contains(module) && !Self.toolchain.contains(module) {
                        violations.append("\(target)/\(file.lastPathComponent) imports \(module)")
                    }
                }
            }
        }
        #expect(violations.isEmpty, "\(violations.sorted().joined(separator: "\n"))")
    }

    /// The arrows of Documentation/Architecture.md; a new one is a decision, made there first.
    @Test func `dependencies between targets are the arrows of the architecture page`() throws {
        let page = try String(
            contentsOf: Self.root.appendingPathComponent("Documentation/Architecture.md"), encoding: .utf8)
        var allowed: [String: Set<String>] = [:]
        for match in page.matches(of: /(?m)^\| `([A-Za-z]+)` \| ([^|]*) \|/) {
            allowed[String(match.1)] = Set(match.2.matches(of: /`([A-Za-z]+)`/).map { String($0.1) })
        }
        let libraries: Set<String> = ["ArgumentParser", "GRDB", "Yams", "Hummingbird", "NIOCore", "HTTPTypes", "Logging"]
        for (target, dependencies) in try Self.declaredDependencies() {
            let arrows = try #require(allowed[target], "\(target) has no row in Documentation/Architecture.md")
            #expect(dependencies.subtracting(libraries).subtracting(arrows).isEmpty, "\(target) has an arrow that the page lacks")
        }
    }

    @Test func `the engine knows no biology and the formats know no solver`() throws {
        let declared = try Self.declaredDependencies()
        func reach(_ target: String) -> Set<String> {
            var seen: Set<String> = []
            var open = [target]
            while let next = open.popLast() {
                for dependency in declared[next] ?? [] where seen.insert(dependency).inserted { open.append(dependency) }
            }
            return seen
        }
        #expect(reach("Ensembles").isDisjoint(with: ["ModelIR", "ImmuneModels", "ModelCompiler"]))
        #expect(reach("SBMLFormat").isDisjoint(with: ["Kernels", "Dynamics", "Integrators"]))
        #expect(reach("ModelCompiler").isDisjoint(with: ["Integrators", "Ensembles"]))
        #expect(reach("Survival") == ["Mathematics"])
    }
}
