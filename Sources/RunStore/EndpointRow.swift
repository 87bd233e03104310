import GRDB
import Studies

/// One summary number of an arm with its confidence limits, so that archives can be searched without reading patients.
public struct EndpointRow: Sendable, Codable, Hashable {
    /// `ORR CR DCR` in percent, `PFS OS ...` as median months.
    public var code: String
    public var unit: String
    public var value: Double?
    public var lower: Double?
    public var upper: Double?

    /// Every endpoint of an arm.
    static func all(of arm: ArmResult) -> [EndpointRow] {
        func row(_ code: String, _ unit: String, _ interval: Interval) -> EndpointRow {
            EndpointRow(code: code, unit: unit, value: interval.value, lower: interval.lower, upper: interval.upper)
        }
        return [
            row("ORR", "%", arm.response.objectiveResponse), row("CR", "%", arm.response.completeResponse),
            row("DCR", "%", arm.response.diseaseControl),
        ] + arm.survival.map { row($0.code, "months", $0.median) }
    }

    static func insert(of arm: ArmResult, arm id: Int64, into database: Database) throws {
        for row in all(of: arm) {
            try database.execute(
                sql: "INSERT OR REPLACE INTO endpoint (arm, code, unit, value, lower, upper) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [id, row.code, row.unit, row.value, row.lower, row.upper])
        }
    }
}
