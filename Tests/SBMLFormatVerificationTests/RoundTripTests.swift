import Dispatch
import Foundation
import ModelIR
import SBMLFormat
import Synchronization
import Testing

/// Writing and reading again must lose nothing that matters.
@Suite struct RoundTripTests {
    /// Everything but places in the file, warnings, and spellings that differ without a difference in meaning.
    static func normalised(_ model: Model) -> Model {
        var model = model
        model.warnings = []
        func strip(_ location: inout ModelIR.SourceLocation?) { location = nil }
        for i in model.unitDefinitions.indices { strip(&model.unitDefinitions[i].location) }
        for i in model.functions.indices { strip(&model.functions[i].location) }
        for i in model.compartments.indices { strip(&model.compartments[i].location) }
        for i in model.species.indices { strip(&model.species[i].location) }
        for i in model.parameters.indices { strip(&model.parameters[i].location) }
        for i in model.initialAssignments.indices { strip(&model.initialAssignments[i].location) }
        for i in model.rules.indices { strip(&model.rules[i].location) }
        for i in model.constraints.indices { strip(&model.constraints[i].location) }
        for i in model.events.indices { strip(&model.events[i].location) }
        for i in model.reactions.indices {
            strip(&model.reactions[i].location)
            model.reactions[i].kineticLaw?.location = nil
            for k in model.reactions[i].reactants.indices { strip(&model.reactions[i].reactants[k].location) }
            for k in model.reactions[i].products.indices { strip(&model.reactions[i].products[k].location) }
            for k in model.reactions[i].kineticLaw?.localParameters.indices ?? 0..<0 { strip(&model.reactions[i].kineticLaw!.localParameters[k].location) }
        }
        return model
    }

    @Test("a published model, written and read again, is the same model", .enabled(if: Collections.published != nil, "no folder of published models"))
    func published() throws {
        for file in Collections.files(in: try #require(Collections.published), suffix: ".xml") {
            let model = try readSBML(Data(contentsOf: file), file: file.lastPathComponent)
            let text = try writeSBML(model)
            let again = try readSBML(Data(text.utf8), file: "again.xml")
            #expect(RoundTripTests.normalised(again) == RoundTripTests.normalised(model), "\(file.lastPathComponent)")
            #expect(try writeSBML(again) == text, "\(file.lastPathComponent)")
        }
    }

    @Test("every time course of the suite is right after a round trip, too", .enabled(if: Collections.suite != nil, "PERFORIN_SBML_SUITE is not set"))
    func suite() throws {
        let root = try #require(Collections.suite)
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { $0.count == 5 && Int($0) != nil }.sorted()
        let cases = try names.compactMap { try SemanticCase(folder: root.appending(path: $0)) }.filter(\.isTimeCourse)
        let lost = Mutex<[String]>([])
        let kept = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: cases.count) { index in
            let item = cases[index]
            guard case .pass = item.verdict() else { return }
            do {
                let model = try readSBML(Data(contentsOf: item.model), file: item.model.path)
                let text = try writeSBML(model)
                let verdict = try item.verdict(of: readSBML(Data(text.utf8), file: "again.xml"))
                if verdict == .pass { kept.withLock { $0 += 1 } } else { lost.withLock { $0.append("\(item.name): \(verdict)") } }
            } catch let error as InvalidModel {
                if error.isOnlyUnsupported { return }
                lost.withLock { $0.append("\(item.name): \(error)") }
            } catch { lost.withLock { $0.append("\(item.name): \(error)") } }
        }
        print("\(kept.withLock { $0 }) right after a round trip")
        #expect(lost.withLock { $0.sorted() } == [])
    }
}
