import Foundation
import ModelIR
import SBMLFormat

/// Reads SBML text given in a test.
func read(_ text: String, file: String = "test.xml") throws(InvalidModel) -> Model {
    try readSBML(Data(text.utf8), file: file)
}

/// The diagnostics of a document that must be refused; empty when it was read.
func refusal(of text: String) -> [Diagnostic] {
    do {
        _ = try read(text)
        return []
    } catch {
        return error.diagnostics
    }
}

/// A Level 3 Version 2 document around the content of `<model>`.
func document(_ content: String, attributes: String = "") -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"\(attributes)>
    <model id="m">\(content)</model></sbml>
    """
}

func math(_ content: String) -> String { "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">\(content)</math>" }

/// The formula that a parameter `x` is assigned in a document with parameters `a`, `b` and a function `f(u)`.
func formula(_ content: String) throws(InvalidModel) -> ModelIR.Expression {
    let model = try read(document("""
        <listOfFunctionDefinitions><functionDefinition id="f">\(math("<lambda><bvar><ci>u</ci></bvar><ci>u</ci></lambda>"))</functionDefinition></listOfFunctionDefinitions>
        <listOfParameters><parameter id="a" value="2" constant="true"/><parameter id="b" value="3" constant="true"/>
        <parameter id="x" constant="false"/></listOfParameters>
        <listOfRules><assignmentRule variable="x">\(math(content))</assignmentRule></listOfRules>
        """))
    return model.rules[0].math
}
