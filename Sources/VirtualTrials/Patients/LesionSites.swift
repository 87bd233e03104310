import Foundation
import Mathematics
import ModelIR

/// Where a patient's lesions are: `Resources/sites.csv` says what an organ does to the entry of immune cells.
///
/// The first lesion is the primary. Each further one is in an organ of the cancer's list, the k-th with weight 1/k (the list is
/// in order of frequency; the weights are assumed), and no organ holds more than two, as RECIST has it.
package struct LesionSites: Sendable {
    package struct Organ: Sendable, Hashable {
        package var name: String
        /// Entry of immune cells over the primary's.
        package var infiltration: Double
    }
    package let organs: [Organ]
    static let mostPerOrgan = 2

    /// The shipped table.
    /// - Throws: `InvalidModel` when it is missing or a row can't be read.
    package init() throws {
        guard let url = Bundle.module.url(forResource: "sites", withExtension: "csv", subdirectory: "Resources") else {
            throw InvalidModel([Diagnostic(.error, .invalid, "sites.csv is missing from the installation")])
        }
        organs = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).enumerated().dropFirst().map { index, line in
            let cells = CommaSeparated.cells(of: String(line))
            guard cells.count == 5, let infiltration = Double(cells[1]), infiltration > 0 else {
                throw InvalidModel([
                    Diagnostic(.error, .invalid, "a row needs 5 columns and a positive number", at: SourceLocation(file: "sites.csv", line: index + 1, column: 1))
                ])
            }
            return Organ(name: cells[0], infiltration: infiltration)
        }
    }

    /// Read once a process; a table that can't be read leaves lesions without organs, which `SiteTests` would show.
    static let shared = try? LesionSites()

    /// Organs (indices into `organs`) of lesions 2, 3, ... of a patient.
    ///
    /// - Parameter sites: The cancer's organs, the most frequent first; those that the table doesn't have are left out.
    package func draw(_ count: Int, among sites: [String], seed: UInt64, patient: Int) -> [Int] {
        let known = sites.compactMap { site in organs.firstIndex { $0.name == site } }
        var held: [Int: Int] = [:]
        var result: [Int] = []
        for number in 0..<count {
            let open = known.enumerated().filter { held[$0.element, default: 0] < Self.mostPerOrgan }
            guard !open.isEmpty else { break }
            var stream = RandomStream(seed: seed, patient: UInt64(patient), purpose: "organ of lesion \(number + 2)")
            let weights = open.map { 1 / Double($0.offset + 1) }
            var rest = stream.uniform() * weights.reduce(0, +)
            let chosen = zip(open, weights).first { rest -= $0.1; return rest < 0 }?.0.element ?? open.last!.element
            held[chosen, default: 0] += 1
            result.append(chosen)
        }
        return result
    }
}
