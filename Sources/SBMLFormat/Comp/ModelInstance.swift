import ModelIR

/// One use of a model definition inside a composed model, with indices of everything that can be referred to.
final class ModelInstance {
    /// A private copy of the definition's element.
    let model: Element
    /// What its ids begin with in the flat model: `""` at the top, `"A__"` for submodel A, `"A__B__"` inside it.
    let prefix: String
    /// Submodels by id, in the order of the document.
    var submodels: [(id: String, element: Element, instance: ModelInstance)] = []
    /// Parameters of the enclosing instances that convert this one's time and extent to those of the whole.
    let timeFactors: [FactorReference]
    let extentFactors: [FactorReference]
    var isDeleted = false

    private(set) var byID: [String: Element] = [:]
    private(set) var byMetaID: [String: Element] = [:]
    private(set) var units: [String: Element] = [:]
    private(set) var ports: [String: Element] = [:]
    /// Local parameters of each kinetic law as they were before anything was replaced.
    private(set) var localParameters: [ObjectIdentifier: [String: Element]] = [:]
    private(set) var parents: [ObjectIdentifier: Element] = [:]

    struct FactorReference {
        /// The instance whose parameter it is.
        let owner: ModelInstance
        let parameter: String
    }

    init(model: Element, prefix: String, timeFactors: [FactorReference], extentFactors: [FactorReference]) {
        self.model = model
        self.prefix = prefix
        self.timeFactors = timeFactors
        self.extentFactors = extentFactors
        index(model, isInLaw: false)
    }

    private func index(_ element: Element, isInLaw: Bool) {
        for child in element.children where child.namespace != mathNamespace && child.name != "annotation" && child.name != "notes" {
            parents[ObjectIdentifier(child)] = element
            if let metaid = child["metaid"] { byMetaID[metaid] = child }
            if child.namespace == Package.composition {
                if let id = child.attribute("id", in: Package.composition) {
                    if child.name == "port" { ports[id] = child } else if child.name == "submodel" { byID[id] = child }
                }
            } else if let id = child["id"] {
                if child.name == "unitDefinition" { units[id] = child } else if !isInLaw || child.name != "localParameter" { byID[id] = child }
            }
            if child.name == "kineticLaw" {
                localParameters[ObjectIdentifier(child)] = Dictionary(
                    child.items(of: "listOfLocalParameters").map { ($0["id"] ?? "", $0) }) { first, _ in first }
            }
            index(child, isInLaw: isInLaw || child.name == "kineticLaw")
        }
    }

    func parent(of element: Element) -> Element? { parents[ObjectIdentifier(element)] }

    func submodel(_ id: String) -> ModelInstance? { submodels.first { $0.id == id }?.instance }
}
