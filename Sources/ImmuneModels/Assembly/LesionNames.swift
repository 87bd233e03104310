import ModelIR

/// Names of the second and later lesions.
///
/// The first lesion has the ids of the module files. Of another lesion `L2`,
/// - what a lesion's modules define is its own (`L2_C1`), and so are sums that only lesions read (`L2_killRate_C1`);
/// - parameters with a table row are the patient's and shared, but those in `own`;
/// - contributions to sums of the whole patient say which lesion they come from (`sumDiameters__L2_tumour`).
struct LesionNames {
    /// Parameters that differ between lesions of one patient.
    static let varying: Set = ["site_growth", "site_infiltration", "site_seed"]

    /// Ids that lesion modules define and that are not shared.
    private(set) var own: Set<String> = []
    /// Sums of contributions that only lesions read.
    private(set) var sums: Set<String> = []
    /// Ids of lesions that modules of the whole patient read, with the module.
    private(set) var readOutside: [(id: String, module: String)] = []

    /// - Parameter instances: All instances of the model with one lesion, renamed.
    init(_ instances: [(instance: ModuleInstance, model: Model, isLesion: Bool)]) {
        var outside: Set<String> = []
        var contributed: Set<String> = []
        var readInside: Set<String> = []
        var outsideReads: [(id: String, module: String)] = []
        for (instance, model, isLesion) in instances {
            let defined = model.ownSymbols
            let reads = model.parameters.map(\.id).filter { !defined.contains($0) }
            if isLesion {
                own.formUnion(defined.subtracting(model.tabledSymbols.subtracting(Self.varying)))
                readInside.formUnion(reads)
                contributed.formUnion(defined.compactMap(Self.sum))
            } else {
                outside.formUnion(reads)
                outsideReads += reads.map { ($0, instance.module) }
                contributed.formUnion(defined.compactMap(Self.sum))
            }
        }
        sums = contributed.filter { !outside.contains($0) && (readInside.contains($0) || $0.hasSuffix("_tumour")) }
        readOutside = outsideReads.filter { (own.contains($0.id) && !$0.id.contains("__")) || sums.contains($0.id) }
    }

    /// `killRate_C1` of the contribution `killRate_C1__neo`.
    static func sum(_ contribution: String) -> String? {
        contribution.firstRange(of: "__").map { String(contribution[..<$0.lowerBound]) }
    }

    func name(_ id: String, in lesion: String) -> String {
        if let sum = Self.sum(id) {
            guard own.contains(id) else { return id }
            return sums.contains(sum) ? "\(lesion)_\(id)" : "\(sum)__\(lesion)_\(id.dropFirst(sum.count + 2))"
        }
        return own.contains(id) || sums.contains(id) ? "\(lesion)_\(id)" : id
    }

    func renamed(_ model: Model, for lesion: String) -> Model {
        let ids = model.parameters.map(\.id) + model.species.map(\.id)
        return model.replacing(Dictionary(ids.map { ($0, name($0, in: lesion)) }) { first, _ in first })
    }
}
