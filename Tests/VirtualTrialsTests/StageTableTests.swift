import ModelIR
import Testing
import VirtualTrials

@Suite struct StageTableTests {
    @Test("a stage is read as it is written", arguments: [("I", "I"), ("IA2", "I"), ("iiib", "III"), ("4", "IV"), ("IVA", "IV"), ("II", "II")])
    func stages(text: String, stage: String) throws {
        let row = try StageTable().row(cancer: "nsclc", stage: text)
        #expect(row.stage == stage)
        #expect(row.source.contains("doi:"))
    }

    @Test("what is no stage is refused", arguments: [("nsclc", "V"), ("nsclc", ""), ("nsclc", "early"), ("nothing", "I")])
    func refused(cancer: String, text: String) {
        #expect(throws: InvalidModel.self) { try StageTable().row(cancer: cancer, stage: text) }
    }
}
