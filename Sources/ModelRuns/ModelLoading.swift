import AntimonyFormat
import Foundation
public import ModelIR
import SBMLFormat

/// The languages in which a model may be written.
public enum ModelFormat: String, Sendable {
    case sbml = "SBML"
    case antimony = "Antimony"
    /// A COMBINE archive: a zip file with models and a simulation experiment.
    case archive = "COMBINE archive"

    /// Told from the first bytes, not from the file's name.
    public init(of data: Data) {
        if data.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .archive
            return
        }
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
        let first = data.first { !blanks.contains($0) }
        let isUTF16 = data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF])
        self = first == UInt8(ascii: "<") || isUTF16 ? .sbml : .antimony
    }
}

/// Reads a model from a file: SBML or Antimony.
///
/// - Throws: `InvalidModel` with every finding and its place, also when there is no such file.
public func loadModel(at path: String) throws(InvalidModel) -> Model {
    try loadModel(try readFile(path), file: path)
}

/// Reads a model from the bytes of a file.
public func loadModel(_ data: Data, file: String) throws(InvalidModel) -> Model {
    switch ModelFormat(of: data) {
    case .sbml: return try readSBML(data, file: file)
    case .antimony:
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "the file is not text in UTF-8", at: firstBadByte(of: data, file: file),
                    remedy: "save it as UTF-8; SBML begins with '<'")
            ])
        }
        return try readAntimony([AntimonySource(text: text, file: file)]) { path, from in
            let url = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: from).deletingLastPathComponent())
            guard let data = FileManager.default.contents(atPath: url.path), ModelFormat(of: data) == .antimony,
                let text = String(bytes: data, encoding: .utf8)
            else { return nil }
            return AntimonySource(text: text, file: url.standardizedFileURL.path)
        }
    case .archive:
        throw InvalidModel([
            Diagnostic(
                .error, .invalid, "\(file): a COMBINE archive, not a model", remedy: "run it: perforin run \(file)")
        ])
    }
}

/// The bytes of a file, or an error that says what is there instead.
func readFile(_ path: String) throws(InvalidModel) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw InvalidModel([Diagnostic(.error, .invalid, "no file '\(path)'", remedy: nearbyFile(path))])
    }
    if isFolder.boolValue {
        throw InvalidModel([
            Diagnostic(.error, .invalid, "'\(path)' is a folder", remedy: "for all its models: perforin atlas \(path)")
        ])
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw InvalidModel([Diagnostic(.error, .invalid, "file '\(path)' can't be read")])
    }
    return data
}

private func firstBadByte(of data: Data, file: String) -> SourceLocation {
    var line = 1
    for piece in data.split(separator: 0x0A, omittingEmptySubsequences: false) {
        if String(bytes: piece, encoding: .utf8) == nil { break }
        line += 1
    }
    return SourceLocation(file: file, line: line, column: 1)
}
