import Foundation

extension Double {
    /// Fixed number of digits after the point; "–" when not finite.
    func formatted(digits: Int) -> String {
        isFinite ? String(format: "%.\(digits)f", self) : "–"
    }

    /// Three significant digits, in scientific notation only where a plain number would be hard to read.
    var shortText: String {
        guard isFinite else { return "–" }
        if self == 0 { return "0" }
        let size = abs(self)
        if size >= 1e5 || size < 1e-3 { return String(format: "%.2e", self) }
        if size >= 100 { return String(format: "%.0f", self) }
        return String(format: "%.3g", self)
    }
}
