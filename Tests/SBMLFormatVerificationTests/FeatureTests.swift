import Foundation
import ModelIR
import SBMLFormat
import Testing

/// Our own semantic cases, one or more for each feature, against their solutions in closed form.
@Suite struct FeatureTests {
    /// Solver tolerance 1e-9; an order or two are left for its accumulation.
    private static let tolerance = 1e-6

    @Test("a feature's model follows its closed form", arguments: FeatureCase.all)
    func closedForm(item: FeatureCase) throws {
        let model = try readSBML(Data(item.document.utf8), file: "case.xml")
        let error = try item.error(of: model)
        #expect(error < Self.tolerance, "\(item): \(error)")
    }

    @Test("and does so after being written and read again", arguments: FeatureCase.all)
    func roundTrip(item: FeatureCase) throws {
        let model = try readSBML(Data(item.document.utf8), file: "case.xml")
        if model.reactions.contains(where: \.isFast) {
            let error = #expect(throws: InvalidModel.self) { try writeSBML(model) }
            #expect(error?.isOnlyUnsupported == true)
            return
        }
        let again = try readSBML(Data(writeSBML(model).utf8), file: "again.xml")
        let error = try item.error(of: again)
        #expect(error < Self.tolerance, "\(item): \(error)")
    }

    @Test("every feature of the table has a case")
    func coverage() {
        let tags: Set<String> = [
            "AlgebraicRule", "CSymbolDelay", "FastReaction", "CSymbolRateOf", "VolumeConcentrationRates", "RandomEventExecution", "EventPriority",
            "EventIsNotPersistent", "EventWithDelay", "EventNoDelay", "StoichiometryMath", "AssignedVariableStoichiometry", "AssignedConstantStoichiometry",
            "SpeciesReferenceInMath", "ConversionFactors", "NonUnityCompartment", "NonConstantCompartment", "L3v2MathML", "UncommonMathML", "NoMathML",
            "BoolNumericSwap", "InitialAssignment", "RateRule", "AssignmentRule", "FunctionDefinition", "comp (any)", "HasOnlySubstanceUnits",
            "BoundaryCondition", "ConstantSpecies", "LocalParameters", "MultiCompartment", "EventT0Firing", "EventUsesAssignmentTimeValues",
            "EventUsesTriggerTimeValues", "ReversibleReaction", "0D-Compartment", "CSymbolTime", "CSymbolAvogadro", "InitialValueReassigned",
        ]
        #expect(tags.subtracting(FeatureCase.all.flatMap(\.tags)) == [])
    }
}
