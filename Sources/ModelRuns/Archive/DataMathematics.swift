import Foundation
import ModelIR

/// The mathematics of a data generator, element by element over the columns of a run.
struct DataMathematics {
    let columns: [String: [Double]]
    let constants: [String: Double]
    let file: String

    func evaluate(_ math: XMLTree) throws -> [Double] {
        switch math.name {
        case "ci":
            let id = math.text.trimmingCharacters(in: .whitespacesAndNewlines)
            if let column = columns[id] { return column }
            if let constant = constants[id] { return [constant] }
            throw failure("'\(id)' is not a variable of the data generator", math)
        case "cn": return [try number(math)]
        case "pi": return [.pi]
        case "exponentiale": return [M_E]
        case "apply": return try apply(math)
        default: throw failure("<\(math.name)> in a data generator is not supported", math, kind: .unsupported)
        }
    }

    private func failure(_ message: String, _ math: XMLTree, kind: Diagnostic.Kind = .invalid) -> InvalidModel {
        InvalidModel([Diagnostic(.error, kind, message, at: SourceLocation(file: file, line: math.line, column: 1))])
    }

    private func number(_ math: XMLTree) throws -> Double {
        let text = math.text.trimmingCharacters(in: .whitespacesAndNewlines)
        if math["type"] == "e-notation" || math["type"] == "rational" {
            throw failure(
                "numbers of type '\(math["type"]!)' in a data generator are not supported", math, kind: .unsupported)
        }
        guard let value = Double(text) else { throw failure("'\(text)' is not a number", math) }
        return value
    }

    private func apply(_ math: XMLTree) throws -> [Double] {
        guard let head = math.children.first else { throw failure("empty <apply>", math) }
        let arguments = try math.children.dropFirst().map(evaluate)
        guard let first = arguments.first else { throw failure("<\(head.name)> without arguments", math) }
        let binary: ((Double, Double) -> Double)?
        switch head.name {
        case "plus": binary = (+)
        case "times": binary = (*)
        case "divide": binary = (/)
        case "power": binary = { pow($0, $1) }
        case "minus":
            if arguments.count == 1 { return first.map { -$0 } }
            binary = (-)
        default: binary = nil
        }
        if let binary { return try arguments.dropFirst().reduce(first) { try zipped($0, $1, math, binary) } }
        guard arguments.count == 1 else {
            throw failure("<\(head.name)> in a data generator is not supported", math, kind: .unsupported)
        }
        switch head.name {
        case "abs": return first.map(abs)
        case "exp": return first.map { exp($0) }
        case "ln": return first.map { log($0) }
        case "log": return first.map { log10($0) }
        case "root": return first.map { $0.squareRoot() }
        case "sin": return first.map { sin($0) }
        case "cos": return first.map { cos($0) }
        // Aggregates of SED-ML Level 1 Version 4 over the whole column.
        case "min": return [first.min() ?? .nan]
        case "max": return [first.max() ?? .nan]
        case "sum": return [first.reduce(0, +)]
        default: throw failure("<\(head.name)> in a data generator is not supported", math, kind: .unsupported)
        }
    }

    /// A single value stands for a column of equal values.
    private func zipped(
        _ a: [Double], _ b: [Double], _ math: XMLTree, _ combine: (Double, Double) -> Double
    ) throws -> [Double] {
        if a.count == b.count { return zip(a, b).map(combine) }
        if b.count == 1 { return a.map { combine($0, b[0]) } }
        if a.count == 1 { return b.map { combine(a[0], $0) } }
        throw failure("columns of \(a.count) and \(b.count) values can't be combined", math)
    }
}
