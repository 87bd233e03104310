import ModelIR

func flattened(_ model: Element, of root: Element, file: String, _ findings: Findings) throws(InvalidModel) -> Element {
    if let submodels = model.child("listOfSubmodels", in: Package.composition), !submodels.children.isEmpty {
        findings.unsupported("submodels (package 'comp') are not supported yet", at: submodels, remedy: "flatten the model with libSBML")
    }
    return model
}
