extension ValidationResult {
    /// The rows as comma-separated text.
    public var csv: String {
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        func text(_ value: String) -> String { value.contains(",") || value.contains("\"") ? "\"\(value.replacing("\"", with: "\"\""))\"" : value }
        let header = "trial,arm,endpoint,predicted,lower,upper,observed,baseline,regression,reason\n"
        return header + results.map { row in
            [
                text(row.trial), text(row.arm), row.endpoint, number(row.predicted), number(row.lower), number(row.upper), number(row.observed),
                number(row.baseline), number(row.regression), text(row.reason ?? ""),
            ].joined(separator: ",") + "\n"
        }.joined()
    }
}
