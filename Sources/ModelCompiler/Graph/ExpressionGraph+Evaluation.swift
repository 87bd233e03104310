import Foundation

extension ExpressionGraph {
    /// The value of every node in the cone of `roots` for one set of leaf values, in plain double precision.
    ///
    /// For estimates (typical magnitudes) and as an oracle in tests; results come from kernels.
    func evaluate(_ roots: [Node], leaf: (Record) -> Double) -> [Node: Double] {
        var values: [Node: Double] = [:]
        for node in cone(of: roots) {
            let record = self[node]
            if record.kind == .constant {
                values[node] = constants[Int(record.a)]
            } else if record.kind.isLeaf {
                values[node] = leaf(record)
            } else {
                let a = values[Node(index: record.a)]!
                let b = record.b >= 0 ? values[Node(index: record.b)]! : .nan
                let c = record.c >= 0 ? values[Node(index: record.c)]! : .nan
                values[node] = Self.evaluate(record.kind, a, b, c)
            }
        }
        return values
    }

    private static func evaluate(_ kind: Kind, _ a: Double, _ b: Double, _ c: Double) -> Double {
        switch kind {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: pow(a, b)
        case .negate: -a
        case .absolute: abs(a)
        case .squareRoot: a.squareRoot()
        case .exponential: exp(a)
        case .logarithm: log(a)
        case .floor: a.rounded(.down)
        case .ceiling: a.rounded(.up)
        case .truncate: a.rounded(.towardZero)
        case .minimum: a < b ? a : b
        case .maximum: a > b ? a : b
        case .less: a < b ? 1 : 0
        case .lessOrEqual: a <= b ? 1 : 0
        case .equal: a == b ? 1 : 0
        case .notEqual: a != b ? 1 : 0
        case .and: a != 0 && b != 0 ? 1 : 0
        case .or: a != 0 || b != 0 ? 1 : 0
        case .not: a == 0 ? 1 : 0
        case .select: a != 0 ? b : c
        case .sine: sin(a)
        case .cosine: cos(a)
        case .tangent: tan(a)
        case .arcsine: asin(a)
        case .arccosine: acos(a)
        case .arctangent: atan(a)
        case .hyperbolicSine: sinh(a)
        case .hyperbolicCosine: cosh(a)
        case .hyperbolicTangent: tanh(a)
        case .areaHyperbolicSine: asinh(a)
        case .areaHyperbolicCosine: acosh(a)
        case .areaHyperbolicTangent: atanh(a)
        case .factorial: tgamma(a + 1)
        default: .nan
        }
    }
}
