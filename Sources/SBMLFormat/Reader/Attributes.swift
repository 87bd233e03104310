import ModelIR

/// Typed access to the attributes of an element, with located errors.
struct Attributes {
    let findings: Findings

    /// A double of XML Schema: `INF`, `-INF`, `NaN` or a decimal number.
    func double(_ element: Element, _ name: String) -> Double? {
        guard let text = element[name] else { return nil }
        guard let value = parsedDouble(text) else {
            findings.error("\(name)=\"\(text)\" of <\(element.name)> is not a number", at: element)
            return nil
        }
        return value
    }

    func integer(_ element: Element, _ name: String) -> Int? {
        guard let text = element[name]?.trimmed else { return nil }
        guard let value = Int(text) else {
            findings.error("\(name)=\"\(text)\" of <\(element.name)> is not an integer", at: element)
            return nil
        }
        return value
    }

    func boolean(_ element: Element, _ name: String) -> Bool? {
        guard let text = element[name]?.trimmed else { return nil }
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default:
            findings.error("\(name)=\"\(text)\" of <\(element.name)> is neither true nor false", at: element)
            return nil
        }
    }
}

/// A double as XML Schema writes it; nil for anything else, also for the spellings that only Swift accepts.
func parsedDouble(_ text: String) -> Double? {
    let text = text.trimmed
    switch text {
    case "INF", "+INF": return .infinity
    case "-INF": return -.infinity
    case "NaN": return .nan
    default:
        let isDecimal = text.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x2B || $0 == 0x2D || $0 == 0x65 || $0 == 0x45
        }
        guard isDecimal else { return nil }
        if let value = Double(text) { return value }
        // "1." and ".5" are decimals of XML Schema, too.
        if text.hasSuffix(".") { return Double(text + "0") }
        return nil
    }
}
