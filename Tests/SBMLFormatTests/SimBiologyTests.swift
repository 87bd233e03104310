import ModelIR
import Testing

@testable import SBMLFormat

/// Names as SimBiology writes them.
@Suite struct SimBiologyTests {
    private func rate(_ formula: String) throws(InvalidModel) -> ModelIR.Expression? {
        let model = try read(document("""
            <listOfCompartments><compartment id="c1" name="Tumour" spatialDimensions="3" size="1" constant="true"/>
            <compartment id="c2" name="Blood" spatialDimensions="3" size="1" constant="true"/></listOfCompartments>
            <listOfSpecies><species id="s1" name="Drug" compartment="c1" initialAmount="1" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>
            <species id="s2" name="Drug" compartment="c2" initialAmount="1" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/></listOfSpecies>
            <listOfParameters><parameter id="p1" name="k on" value="1" constant="true"/></listOfParameters>
            <listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference species="s1" stoichiometry="1" constant="true"/></listOfReactants>
            <kineticLaw>\(math(formula))</kineticLaw></reaction></listOfReactions>
            """))
        return model.reactions[0].kineticLaw?.math
    }

    @Test func `a species is found by its compartment, whether by ids or by display names`() throws {
        #expect(try rate("<ci>Tumour.Drug</ci>") == .symbol("s1"))
        #expect(try rate("<ci>Blood.Drug</ci>") == .symbol("s2"))
        #expect(try rate("<ci>c2.s2</ci>") == .symbol("s2"))
    }

    @Test func `a display name that only one thing has is understood, an ambiguous one is not`() throws {
        #expect(try rate("<ci>k on</ci>") == .symbol("p1"))
        #expect(throws: InvalidModel.self) { try rate("<ci>Drug</ci>") }
    }

    @Test func `an id with dots keeps its references`() throws {
        let model = try read(document("""
            <listOfParameters><parameter id="a.b" value="1" constant="true"/><parameter id="x" constant="false"/></listOfParameters>
            <listOfRules><assignmentRule variable="x">\(math("<ci>a.b</ci>"))</assignmentRule></listOfRules>
            """))
        #expect(model.parameters[0].id == "a_b" && model.rules[0].math == .symbol("a_b"))
        #expect(model.warnings.contains { $0.message.contains("'a.b'") })
    }
}
