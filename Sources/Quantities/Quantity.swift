/// A number with its unit.
public struct Quantity: Hashable, Sendable, CustomStringConvertible {
    public var value: Double
    public var unit: Unit

    public init(_ value: Double, _ unit: Unit) {
        self.value = value
        self.unit = unit
    }

    /// Reads `200 mg`, `37mm`, `3 mg/kg`, `80%`, `0.5`.
    ///
    /// - Throws: `UnitError` when there is no number in front or what follows is no unit.
    public init(_ text: String) throws(UnitError) {
        let trimmed = text.drop { $0.isWhitespace }
        var best: (value: Double, rest: Substring)?
        // The longest prefix that is a number: "1e3 s" is a thousand seconds, "1 eV" is not tried as 1e.
        let longest = trimmed.prefix(40)
        for end in longest.indices.dropFirst() + [longest.endIndex] {
            let head = trimmed[..<end]
            if head.last?.isLetter == true { continue }
            if let value = Double(head), value.isFinite { best = (value, trimmed[end...]) }
        }
        guard let best else { throw UnitError("'\(text)' does not start with a number") }
        value = best.value
        let rest = best.rest.drop { $0.isWhitespace }
        unit = rest.isEmpty ? .dimensionless : try Unit(String(rest))
    }

    /// The number in another unit of the same dimension.
    ///
    /// - Throws: `UnitError` when the dimensions differ.
    public func value(in other: Unit) throws(UnitError) -> Double { value * (try unit.factor(to: other)) }

    public var description: String {
        unit.dimension.isDimensionless && unit.size == 1 ? "\(value)" : "\(value) \(unit)"
    }
}
