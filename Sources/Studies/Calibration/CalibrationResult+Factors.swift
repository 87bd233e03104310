import Foundation
import ModelIR

extension CalibrationResult {
    /// The result that comes with Perforin; nil when there is none.
    public static func shipped() throws -> CalibrationResult? {
        guard let url = Bundle.module.url(forResource: "calibration", withExtension: "json", subdirectory: "Resources/calibration") else { return nil }
        return try read(url)
    }

    public static func read(_ url: URL) throws -> CalibrationResult {
        guard let data = FileManager.default.contents(atPath: url.path),
            let result = try? JSONDecoder().decode(CalibrationResult.self, from: data), result.schema == 1
        else { throw InvalidModel([Diagnostic(.error, .invalid, "'\(url.path)' is no calibration that this version reads")]) }
        return result
    }

    /// Factors by id in one cancer: the best fit, or a vector of the ensemble.
    func factors(cancer: String, vector: Int? = nil) -> [String: Double] {
        let values = vector.flatMap { ensemble.isEmpty ? nil : ensemble[$0 % ensemble.count] } ?? parameters.map(\.factor)
        var factors: [String: Double] = [:]
        for (parameter, value) in zip(parameters, values) where parameter.cancer == nil || parameter.cancer == cancer {
            factors[parameter.id, default: 1] *= value
        }
        return factors
    }
}
