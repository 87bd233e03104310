import ArgumentParser
import Foundation
import ModelIR
import ModelRuns

/// `perforin model ...`: look into a model without running it.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Look into a model: list, show, check, export.",
        discussion: """
            EXAMPLES:
              perforin model show model.xml
              perforin model export model.xml --format antimony --out model.ant
            """,
        subcommands: [
            ModelListCommand.self, ModelShowCommand.self, ModelCheckCommand.self, ModelExportCommand.self, ModelInertCommand.self, ModelFactorsCommand.self,
            ModelBiomarkersCommand.self,
        ])
}

/// JSON as the model commands print it.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
