import Foundation
import ModelIR
import Testing

@testable import SBMLFormat

/// Hostile and broken files: always a located error, never a crash, never an unbounded wait.
@Suite struct BadInputTests {
    private func soleError(_ bytes: Data) -> Diagnostic? {
        do {
            _ = try readSBML(bytes, file: "bad.xml")
            return nil
        } catch {
            return error.diagnostics.first { $0.severity == .error }
        }
    }
    private func soleError(_ text: String) -> Diagnostic? { soleError(Data(text.utf8)) }

    @Test("malformed XML is located", arguments: [
        ("<sbml>\n<model>\n</sbml>", 3), ("", 1), ("   ", 1), ("<a></b>", 1), ("<a", 1), ("<a b=c/>", 1), ("<a b='1' b='2'/>", 1),
        ("<a>&undefined;</a>", 1), ("not xml", 1), ("<a/><b/>", 1), ("<x:a/>", 1),
    ])
    func malformed(text: String, line: Int) throws {
        let error = try #require(soleError(text))
        #expect(error.kind == .invalid)
        #expect(error.location?.line == line, "\(error)")
    }

    @Test func `entity bombs and external entities are refused before parsing`() throws {
        let bomb = """
            <?xml version="1.0"?>
            <!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
            <sbml>&c;</sbml>
            """
        let error = try #require(soleError(bomb))
        #expect(error.location == SourceLocation(file: "bad.xml", line: 2, column: 1))
        let external = "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><sbml>&e;</sbml>"
        #expect(soleError(external)?.message.contains("document type") == true)
    }

    @Test func `deep nesting is refused`() throws {
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(try #require(soleError(deep)).location != nil)
        let content = String(repeating: "<apply><minus/>", count: 500) + "<cn>1</cn>" + String(repeating: "</apply>", count: 500)
        #expect(throws: InvalidModel.self) { try formula(content) }
    }

    @Test func `a file of 100 MB is refused without being parsed`() throws {
        let error = try #require(soleError(Data(count: 100_000_000)))
        #expect(error.message.contains("MiB"))
    }

    @Test("text that is not UTF-8 is located", arguments: [
        ([0x3C, 0x61, 0x3E, 0x0A, 0xE9, 0x3C, 0x2F, 0x61, 0x3E], 2), ([0xFF, 0xFE, 0x3C, 0x00], 1), ([0x3C, 0x61, 0x00, 0x3E], 1),
        ([0x3C, 0x61, 0x3E, 0xED, 0xA0, 0x80], 1), ([0x3C, 0xF0], 1),
    ] as [([UInt8], Int)])
    func encoding(bytes: [UInt8], line: Int) throws {
        #expect(try #require(soleError(Data(bytes))).location?.line == line)
    }

    @Test("a wrong namespace, level or root is refused with its remedy", arguments: [
        "<sbml xmlns='http://example.org' level='3' version='2'><model/></sbml>", "<sbml level='3' version='2'><model/></sbml>",
        "<sbml xmlns='http://www.sbml.org/sbml/level3/version2/core' level='2' version='4'><model/></sbml>",
        "<sbml xmlns='http://www.sbml.org/sbml/level3/version2/core'><model/></sbml>", "<html/>",
    ])
    func namespaces(text: String) throws {
        let error = try #require(soleError(text))
        #expect(error.kind == .invalid && error.location?.line == 1 && error.remedy != nil)
    }

    @Test func `an unknown level is declined, not called malformed`() throws {
        #expect(try #require(soleError("<sbml xmlns='http://www.sbml.org/sbml/level4' level='4' version='1'/>")).kind == .unsupported)
    }

    @Test("a required package is refused by name", arguments: ["qual", "spatial", "multi", "arrays", "distrib", "unheardof"])
    func packages(name: String) throws {
        let uri = "http://www.sbml.org/sbml/level3/version1/\(name)/version1"
        let found = refusal(of: document("", attributes: " xmlns:p=\"\(uri)\" p:required=\"true\""))
        #expect(found.count == 1 && found[0].kind == .unsupported && found[0].message.contains("'\(name)'") && found[0].remedy != nil)
        let model = try read(document("", attributes: " xmlns:p=\"\(uri)\" p:required=\"false\""))
        #expect(model.warnings.contains { $0.severity == .note && $0.message.contains(name) })
    }

    @Test("numbers in other spellings than XML Schema's are refused", arguments: ["nan", "inf", "infinity", "0x1p3", "1,5", "", "1e"])
    func numbers(text: String) throws {
        let found = refusal(of: document("<listOfParameters><parameter id='k' value='\(text)' constant='true'/></listOfParameters>"))
        #expect(found.first?.location?.line == 3, "\(found)")
    }

    @Test func `recursive and exploding functions are refused`() throws {
        func function(_ id: String, _ body: String) -> String { "<functionDefinition id='\(id)'>\(math("<lambda><bvar><ci>u</ci></bvar>\(body)</lambda>"))</functionDefinition>" }
        let loop = function("f", "<apply><ci>g</ci><ci>u</ci></apply>") + function("g", "<apply><ci>f</ci><ci>u</ci></apply>")
        #expect(refusal(of: document("<listOfFunctionDefinitions>\(loop)</listOfFunctionDefinitions>")).contains { $0.message.contains("itself") })
        let bomb = function("f0", "<ci>u</ci>") + (1...40).map { n in
            function("f\(n)", "<apply><plus/><apply><ci>f\(n - 1)</ci><ci>u</ci></apply><apply><ci>f\(n - 1)</ci><ci>u</ci></apply></apply>")
        }.joined()
        #expect(refusal(of: document("<listOfFunctionDefinitions>\(bomb)</listOfFunctionDefinitions>")).contains { $0.message.contains("expands") })
    }

    @Test("a state cannot start at NaN or infinity; a constant may be either", arguments: ["NaN", "INF", "-INF"])
    func notFinite(value: String) throws {
        let state = "<listOfParameters><parameter id='x' value='\(value)' constant='false'/></listOfParameters>"
        let rule = "<listOfRules><rateRule variable='x'>\(math("<cn>1</cn>"))</rateRule></listOfRules>"
        let found = refusal(of: document(state + rule))
        #expect(found.first?.location?.line == 3 && found.first?.kind == .invalid, "\(found)")
        _ = try read(document("<listOfParameters><parameter id='x' value='\(value)' constant='true'/></listOfParameters>"))
    }

    @Test func `a thousand mistakes make two hundred messages`() {
        let bad = (0..<5000).map { "<parameter id='k\($0)' value='x' constant='true'/>" }.joined()
        #expect(refusal(of: document("<listOfParameters>\(bad)</listOfParameters>")).count == 200)
    }
}
