import Foundation
import RunStore
import Studies

/// Archived results as text: aligned columns for people, CSV for programs.
enum ResultsTable {
    /// Columns as wide as their widest cell, the last one open.
    static func text(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    static func numbers(_ endpoint: EndpointRow) -> [String] {
        [endpoint.value, endpoint.lower, endpoint.upper].map { $0.map { String(format: "%.1f", $0) } ?? "–" }
    }

    /// One row a patient and arm; days, percent, mm.
    static func patients(_ result: CohortResult) -> String {
        let covariates = Set(result.arms.flatMap { $0.patients.first?.covariates.keys.map(\.self) ?? [] }).sorted()
        var lines = [
            (["arm", "patient", "best_response", "best_change_pct", "pfs_days", "pfs_event", "os_days", "os_event"] + covariates)
                .joined(separator: ",")
        ]
        for arm in result.arms {
            let name = arm.name.contains(where: { ",\"\n".contains($0) }) ? "\"\(arm.name.replacing("\"", with: "\"\""))\"" : arm.name
            for patient in arm.patients {
                let cells = [
                    name, patient.id, patient.bestResponse, patient.bestChange.map { "\($0)" } ?? "", "\(patient.progressionFreeDays)",
                    patient.hasProgressedOrDied ? "1" : "0", "\(patient.survivalDays)", patient.hasDied ? "1" : "0",
                ]
                lines.append((cells + covariates.map { patient.covariates[$0].map { "\($0)" } ?? "" }).joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
