/// A drug, antibody or cell product, as its text file in `Resources/agents` describes it.
public struct Agent: Sendable, Hashable {
    /// How an agent works on the immune system, in the words of the mission.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        case educates, supplies, strengthens
        /// Acts on the cancer or the patient without the immune system.
        case direct
    }

    public var id: String
    /// Brand names and other spellings that `simulate` accepts.
    public var aliases: [String]
    public var agentClass: String
    public var format: String
    public var mode: Mode
    /// Molecules it binds: `PD1`, `PDL1`, `CTLA4`, `HER2`, `CD20`, ...
    public var targets: [String]
    /// The template module that gives it states and effects, and the symbols it maps (`GROUP` to `taa`); `TARGET` is
    /// the first target unless it is mapped.
    public var template: String
    public var mapping: [String: String]
    /// Other modules that must be on for its effects: once a patient, or once for this agent, as their scope says.
    public var requires: [String]
    /// Antigen groups whose T cells and antibodies it needs, added when the cancer doesn't bring them.
    public var antigenGroups: [String]
    /// Dose and schedule of the label: `200 mg q3w x 35`.
    public var schedule: String
    /// What goes before it, in the words of a protocol (lymphodepletion); its own days count from the same day 1.
    public var preparation: String
    /// Made from the patient's own T cells: collected first, given when the product is back.
    public var isManufactured: Bool
    public var route: DoseTarget.Route
    /// g/mol; nil for cells.
    public var molarMass: Double?
    /// Amount of the dosed species per dose unit beyond those that follow from the molar mass.
    public var amountPerUnit: [String: Double]
    /// The template's species that receives the dose, without prefix.
    public var doseSpecies: String
    public var bioavailability: String?
    public var infusionDuration: Double
    /// Values of the template's parameters, with the agent's id as prefix.
    public var parameters: [ParameterRow]
    public var benefits: [String]
    public var risks: [String]
    public var sources: [String]
    /// What a cancer must have for this agent to make sense: antigens such as `CD19`, or one of several (`CD20 | BCMA`); empty: anything.
    public var needs: [String]
    /// Where the file says what, for complaints.
    var origin = Origin()

    /// Line of a key in its file.
    package func line(of key: String) -> Int { origin.keys[key] ?? 1 }

    struct Origin: Sendable, Hashable {
        var file = ""
        var keys: [String: Int] = [:]
        /// Lines of the parameter rows, by their ids in the file.
        var rows: [String: Int] = [:]
    }
}

/// A cancer, as its text file in `Resources/cancers` describes it.
public struct Cancer: Sendable, Hashable {
    public enum Geometry: String, Sendable, Hashable, CaseIterable {
        /// Lesions with a volume (modules 10-12).
        case solid
        /// Burden in blood, marrow and nodes (module 28).
        case blood
    }

    public var id: String
    public var name: String
    public var aliases: [String]
    public var geometry: Geometry
    /// Antigens on its cells that agents can need: `HER2`, `CD19`, `CD20`, `EGFR`, ...
    public var antigens: [String]
    /// Modules beyond those of its geometry (`29-psa`).
    public var modules: [String]
    /// Antigen groups that its T cells see: instance prefix to template values.
    public var antigenGroups: [String]
    public var sites: [String]
    public var diagnosis: DiagnosisTrigger
    /// The criteria of response and what they read.
    public var response: ResponseReading
    /// What is seen in patients at diagnosis, where it differs from people without cancer.
    public var plausible: [ObservableLimits]
    /// Volume doubling times that are seen, days.
    public var doublingDays: ClosedRange<Double>
    /// Rows that replace or add to those of the module tables.
    public var parameters: [ParameterRow]
    public var sources: [String]
}
