import ModelIR
import VirtualTrials

/// A trial as its protocol states it, read from a study file (Documentation/Studies.md has the schema).
public struct Study: Sendable, Hashable {
    /// The version of the file's layout that this program reads.
    public static let schema = 1

    public enum Design: String, Sendable, Hashable, CaseIterable {
        /// Each patient goes to one arm, by lot within strata.
        case randomised
        /// Each patient is treated in every arm; what no trial can do, and the sharpest comparison.
        case twins
    }

    public struct Arm: Sendable, Hashable {
        public var name: String
        /// In the words of a protocol.
        public var therapy: String
        /// Patients per block relative to the other arms.
        public var allocation: Int
        public var crossover: Crossover?
        /// The arm that the others are compared with.
        public var isReference: Bool
        /// The arm of the observed trial that it repeats, as the table spells it.
        public var observed: String?
        /// Dosing records in NONMEM's layout that are given instead of a therapy in words: file beside the study.
        public var doses: DosingFile?
        var place: SourceLocation?
        var therapyPlace: SourceLocation?
    }

    /// A table of doses: which agents its compartments are, and what the text holds.
    public struct DosingFile: Sendable, Hashable {
        public var name: String
        /// The file's text, so that the study's identity includes it.
        public var text: String
        /// Agents that `CMT` 1, 2, ... name.
        public var compartments: [String]
        public var hoursPerUnit: Double
        var place: SourceLocation?
    }

    /// An agent that the catalogue lacks, as the study declares it: the text of an agent's file.
    public struct DeclaredAgent: Sendable, Hashable {
        /// Name of its file beside the study; nil: it stands in the study itself.
        public var file: String?
        public var text: String
        var place: SourceLocation?
    }

    /// What everyone gets before the study.
    public struct Earlier: Sendable, Hashable {
        public var therapy: String
        /// Days from its start to the baseline scan.
        public var days: Double
        var place: SourceLocation?
        var therapyPlace: SourceLocation?
    }

    /// A study that prevents: people without cancer, vaccinated or not.
    public struct Prevention: Sendable, Hashable {
        /// `HPV`
        public var infection: String
        public var site: String
        /// Share of those who are infected when they enter.
        public var infectedAtEntry: Double
        /// Days from which cases count.
        public var countedFrom: Double
        var place: SourceLocation?
    }

    /// A biomarker and its distribution as observed, to which the pool of plausible patients is weighted.
    public struct Weighting: Sendable, Hashable {
        public var quantity: String
        /// Limits between the classes, ascending.
        public var limits: [Double]
        /// Share of each class, one more than limits, summing to 1.
        public var shares: [Double]
        var place: SourceLocation?
    }

    public struct Crossover: Sendable, Hashable {
        public var therapy: String
        public var share: Double
        var place: SourceLocation?
    }

    /// A covariate and the values that the protocol lets in.
    public struct Criterion: Sendable, Hashable {
        public var covariate: String
        public var range: ClosedRange<Double>
        var place: SourceLocation?
    }

    /// A division of patients: by the values of a covariate, or at a limit.
    public struct Split: Sendable, Hashable {
        /// As written: `ECOG`, `PDL1_fraction >= 50 %`.
        public var text: String
        public var covariate: String
        /// nil: each value is a level of its own.
        public var limit: Double?
        var place: SourceLocation?

        /// Level of a patient: 0 below the limit or the value itself.
        public func level(_ covariates: [String: Double]) -> Int {
            let value = covariates[covariate] ?? 0
            return limit.map { value >= $0 ? 1 : 0 } ?? Int(value.rounded())
        }
    }

    public struct Visits: Sendable, Hashable {
        /// Days.
        public var every: Double
        public var first: Double?
        public var changeAfter: Double?
        public var laterEvery: Double?
        public var window: Double
        public var jitter: Double
        public var missed: Double
        public var screening: Double
    }

    public enum Criteria: String, Sendable, Hashable, CaseIterable {
        case recist = "RECIST 1.1"
        case lugano = "Lugano 2014"
        case acuteLeukaemia = "ALL"
        case chronicLeukaemia = "iwCLL 2018"
        case prostate = "PCWG3"
        case myeloma = "IMWG"
        case cystoscopy
    }

    public struct Assessment: Sendable, Hashable {
        /// nil: the cancer's own.
        public var criteria: Criteria?
        /// Days to the scan that confirms a response; nil: none is asked for.
        public var confirmation: Double?
        public var minimumStableDisease: Double
        /// Logarithmic standard deviation of a reading.
        public var measurementError: Double
        /// Living cancer cells in the specimen of an operation below which a pathologist finds none.
        public var residualCells: Double
        var place: SourceLocation?
    }

    public struct Toxicity: Sendable, Hashable {
        public var observable: String
        public var limit: Double
        public var action: ToxicityRule.Action
        public var agents: [String]
        var place: SourceLocation?
    }

    public struct Rescue: Sendable, Hashable {
        public var observable: String
        public var limit: Double
        public var therapy: String
        public var times: Int
        var place: SourceLocation?
        var therapyPlace: SourceLocation?
    }

    public enum Endpoint: String, Sendable, Hashable, CaseIterable {
        case progressionFreeSurvival = "PFS", overallSurvival = "OS", objectiveResponse = "ORR", durationOfResponse = "DOR"
        case timeToResponse = "TTR", diseaseControl = "DCR", completeResponse = "CR"
        case recurrenceFreeSurvival = "RFS", eventFreeSurvival = "EFS", pathologicalResponse = "pCR"
        case prostateResponse = "PSA50", vaccineEfficacy = "VE"
    }

    /// The time to progression, recurrence or death by the name that the study gives it.
    public var progressionEndpoint: Endpoint {
        (primary + secondary).first { [.recurrenceFreeSurvival, .eventFreeSurvival].contains($0) } ?? .progressionFreeSurvival
    }

    /// That time in words.
    public var progressionName: String {
        switch progressionEndpoint {
        case .recurrenceFreeSurvival: "Recurrence-free survival"
        case .eventFreeSurvival: "Event-free survival"
        default: "Progression-free survival"
        }
    }

    /// The file it came from, for messages.
    public var file: String
    /// Its text; part of what identifies a run.
    public var text: String
    public var id: String
    public var title: String
    public var cancer: String
    public var line: Int?
    /// Patients on study; in a randomised one over all arms.
    public var patients: Int
    public var seed: UInt64
    public var design: Design
    public var arms: [Arm]
    public var agents: [DeclaredAgent]
    /// Rows that replace the population's, by covariate.
    public var covariates: [String: Population.Row]
    public var eligibility: [Criterion]
    public var weighting: [Weighting]
    /// nil: a study of treatment.
    public var prevention: Prevention?
    public var strata: [Split]
    /// Patients in a block of the lots, over all arms; nil: twice the sum of the allocation.
    public var block: Int?
    public var visits: Visits
    public var assessment: Assessment
    public var earlier: Earlier?
    public var treatsBeyondProgression: Bool
    public var toxicity: [Toxicity]
    public var rescues: [Rescue]
    public var dropoutBeforeTreatment: Double
    /// Days.
    public var followUp: Double
    public var shortestFollowUp: Double?
    public var dropoutPerYear: Double
    public var primary: [Endpoint]
    public var secondary: [Endpoint]
    public var subgroups: [Split]
    /// Trial of the observed table.
    public var observed: String?
    /// What the study leaves out or does otherwise than the trial, in sentences.
    public var simplifications: [String]
    var places: [String: SourceLocation]

    /// Index of the arm that the others are compared with: the one that says so, else the last.
    public var referenceArm: Int { arms.firstIndex(where: \.isReference) ?? arms.count - 1 }
}
