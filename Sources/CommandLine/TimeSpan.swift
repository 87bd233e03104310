import ArgumentParser

/// A length of time as an option gives it: `365d`, `26w`, `18mo`, `2y`. A month is 30.4375 days, a year 365.25.
struct TimeSpan {
    let days: Double

    /// - Parameter allowsZero: Whether 0 is a sensible value.
    /// - Throws: `ValidationError` naming the option and what was expected.
    init(_ text: String, option: String, allowsZero: Bool = false) throws {
        let units = [("mo", 30.4375), ("d", 1.0), ("w", 7.0), ("y", 365.25)]
        guard let (suffix, length) = units.first(where: { text.hasSuffix($0.0) }), let number = Double(text.dropLast(suffix.count)), number.isFinite
        else { throw ValidationError("\(option) must be a time with its unit such as 365d, 26w, 18mo or 2y, got '\(text)'.") }
        guard number > 0 || (allowsZero && number == 0), number * length <= 36_525 else {
            throw ValidationError("\(option) must be \(allowsZero ? "0 or more" : "more than 0") and at most 100y, got '\(text)'.")
        }
        days = number * length
    }
}
