#if Web
    import Explanation
    import Foundation
    import ImmuneModels
    import ModelIR

    /// What the API offers, each as a function from a request's body to JSON text.
    struct WebServices: Sendable {
        typealias Run = @Sendable (Data) async throws -> String
        typealias Job = @Sendable (Data) throws -> JobCenter.Work

        let library: ModelLibrary
        let plottingBundle: String
        let infection: InfectionService
        let cellTherapy: CellTherapyService

        /// - Parameter plottingBundle: The plotting library, as JavaScript text, for reports.
        /// - Throws: `InvalidModel` when the library of models can't be read, or a lesson's model can't be compiled.
        init(plottingBundle: String = "") throws {
            self.plottingBundle = plottingBundle
            library = try ModelLibrary.builtIn()
            infection = InfectionService(model: try .infection(library))
            cellTherapy = CellTherapyService(model: try .cellTherapy(library))
        }

        /// Answers at once, by path.
        var runs: [String: Run] {
            [
                "/api/infection": { [infection] in try infection.run($0) },
                "/api/cell-therapy": { [cellTherapy] in try cellTherapy.run($0) },
                "/api/models/run": { try ModelService.run($0) },
                "/api/simulate": { [library] in try PatientService(library: library).simulate($0) },
                "/api/eligibility": { [library] in try CompareService(library: library).eligibility($0) },
                "/api/compare": { [library] in try CompareService(library: library).compare($0) },
            ]
        }

        /// Long work, by path.
        var jobs: [String: Job] {
            [
                "/api/jobs/cohort": { [library] in try PatientService(library: library).cohort($0) },
                "/api/jobs/compare": { [library] in try CompareService(library: library).job($0) },
                "/api/jobs/trial": { [library, plottingBundle] in try TrialService(library: library, plottingBundle: plottingBundle).trial($0) },
            ]
        }

        /// Cancers and agents by id, with what the form shows.
        func catalogue() throws -> String {
            struct Catalogue: Encodable {
                struct Cancer: Encodable {
                    var id: String
                    var name: String
                }
                struct Agent: Encodable {
                    var id: String
                    var kind: String
                    var targets: [String]
                    var schedule: String
                    var mode: String
                    var benefits: [String]
                    var risks: [String]
                }
                /// What may be known about a patient.
                struct Fact: Encodable {
                    var name: String
                    var unit: String
                    var meaning: String
                    var standard: String?
                    var choices: [String]
                    var lowest: Double?
                    var highest: Double?
                }
                var cancers: [Cancer]
                var agents: [Agent]
                var facts: [Fact]
            }
            return try JSONText.of(
                Catalogue(
                    cancers: library.cancers.map { .init(id: $0.id, name: $0.name) },
                    agents: library.agents.map {
                        .init(id: $0.id, kind: $0.agentClass, targets: $0.targets, schedule: $0.schedule, mode: $0.mode.rawValue, benefits: $0.benefits, risks: $0.risks)
                    },
                    facts: try PatientProfile.vocabulary().map {
                        .init(
                            name: $0.name, unit: $0.unit, meaning: $0.meaning, standard: $0.standard, choices: $0.choices,
                            lowest: $0.range?.lowerBound, highest: $0.range?.upperBound)
                    }))
        }

        static func message(for error: any Error) -> String {
            switch error {
            case let invalid as InvalidModel: invalid.diagnostics.prefix(12).map(\.description).joined(separator: "\n")
            case let failure as WebFailure: failure.message
            case is DecodingError: "the request is not the JSON that this address expects"
            default: String(describing: error)
            }
        }
    }

    enum JSONText {
        static func of(_ value: some Encodable) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        }
    }
#endif
