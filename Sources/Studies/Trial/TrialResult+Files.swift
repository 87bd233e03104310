import Foundation

extension TrialResult {
    /// Writes tables, result and the manifest with the hashes of all that was written.
    ///
    /// - Parameter others: Further outputs by file name, such as the report.
    public func write(to folder: URL, others: [String: Data] = [:]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // seconds and the command differ from run to run without the result differing
        var plain = cohort
        plain.provenance.seconds = [:]
        plain.provenance.command = ""
        var files = ["result.json": try encoder.encode(plain), "summary.json": try encoder.encode(summary)]
        files.merge(others) { $1 }
        for (name, data) in files { try AtomicFile.write(data, to: folder.appendingPathComponent(name)) }
        var manifest = manifest
        manifest.outputs = files.mapValues(ShardFolder.checksum)
        for (name, data) in try writeTables(to: folder) { manifest.outputs[name] = ShardFolder.checksum(data) }
        try manifest.write(to: folder)
    }
}
