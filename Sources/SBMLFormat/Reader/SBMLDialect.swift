/// Level and version of a document; decides defaults and meanings.
struct SBMLDialect: Hashable {
    var level: Int
    var version: Int

    var namespace: String {
        switch (level, version) {
        case (1, _): "http://www.sbml.org/sbml/level1"
        case (2, 1): "http://www.sbml.org/sbml/level2"
        case (2, _): "http://www.sbml.org/sbml/level2/version\(version)"
        default: "http://www.sbml.org/sbml/level\(level)/version\(version)/core"
        }
    }

    static let known: [SBMLDialect] =
        [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (3, 1), (3, 2)].map { SBMLDialect(level: $0.0, version: $0.1) }

    func isAtLeast(_ level: Int, _ version: Int) -> Bool { (self.level, self.version) >= (level, version) }
}

let mathNamespace = "http://www.w3.org/1998/Math/MathML"
let xhtmlNamespace = "http://www.w3.org/1999/xhtml"
