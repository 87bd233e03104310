import Foundation

/// How a patient's own T cells become a product: collection, transduction, growth in culture, release.
///
/// ```
/// collected T cells   T  = count · volume processed · efficiency
/// gene-modified       N0 = T · activated · transduced
/// doublings needed    n  = log2( dose / (N0 · viable) ), at least the culture's shortest
/// days in culture     n · td + lag,   td = young + (old - young) · (1 - naive share)
/// memory share        naive and central memory share of the start · exp(-loss · n)
/// ```
/// Products of patients with few or old T cells grow slowly, take longer, hold fewer memory cells, and fail more often.
/// The cancer goes on growing during the whole vein-to-vein time.
public struct CellManufacture: Sendable, Hashable {
    /// Litres of blood that the apheresis processes.
    public var processedVolume: Double
    /// Part of the T cells that passed which is collected.
    public var collectionEfficiency: Double
    /// Part of the collected T cells that is activated.
    public var activated: Double
    /// Part of the activated cells that takes up the vector.
    public var transduced: Double
    /// Part of the cells that is alive at release.
    public var viable: Double
    /// Days per doubling of cultures that start from naive cells only, and of those without any.
    public var doublingTimeYoung: Double
    public var doublingTimeOld: Double
    /// Days before growth begins.
    public var lag: Double
    public var shortestCulture: Double
    public var longestCulture: Double
    /// Loss of memory phenotype per doubling.
    public var memoryLossPerDoubling: Double
    /// Days for release tests and for the way to the plant and back.
    public var release: Double
    public var transport: Double
    /// CAR-positive cells in an infusion.
    public var targetDose: Double
    /// Smallest dose that may be given.
    public var minimumDose: Double

    /// What the plant starts from.
    public struct Donor: Sendable, Hashable {
        /// T cells per microlitre of blood at apheresis.
        public var countPerMicrolitre: Double
        /// Part of them that is naive or central memory, 0 to 1; age and earlier treatment lower it.
        public var memoryShare: Double
        public init(countPerMicrolitre: Double, memoryShare: Double) {
            self.countPerMicrolitre = countPerMicrolitre
            self.memoryShare = memoryShare
        }
    }

    /// What the plant sends back.
    public struct Product: Sendable, Hashable {
        /// CAR-positive viable cells.
        public var dose: Double
        /// Part of them that are memory cells: `memoryFraction` of module 20.
        public var memoryFraction: Double
        public var doublings: Double
        /// Days from apheresis to infusion.
        public var veinToVeinTime: Double
    }

    public enum Failure: Error, Sendable, Hashable {
        /// Even the longest culture does not reach the smallest dose.
        case tooFewCells(reached: Double)
    }

    /// The product made from a donor's cells.
    ///
    /// - Throws: `Failure` when the smallest dose is out of reach: the patient gets no infusion.
    public func product(from donor: Donor) throws(Failure) -> Product {
        precondition((0...1).contains(donor.memoryShare), "the memory share is \(donor.memoryShare)")
        precondition(donor.countPerMicrolitre >= 0, "the T-cell count is \(donor.countPerMicrolitre)")
        let collected = donor.countPerMicrolitre * 1e6 * processedVolume * collectionEfficiency
        let start = collected * activated * transduced * viable
        let doublingTime = doublingTimeYoung + (doublingTimeOld - doublingTimeYoung) * (1 - donor.memoryShare)
        let possible = (longestCulture - lag) / doublingTime
        let wanted = start > 0 ? log2(targetDose / start) : .infinity
        let doublings = min(possible, max((shortestCulture - lag) / doublingTime, wanted))
        let reached = start * exp2(doublings)
        guard reached >= minimumDose else { throw .tooFewCells(reached: reached) }
        return Product(
            dose: min(reached, targetDose), memoryFraction: donor.memoryShare * exp(-memoryLossPerDoubling * doublings),
            doublings: doublings, veinToVeinTime: max(shortestCulture, lag + doublings * doublingTime) + release + transport)
    }
}

extension CellManufacture {
    /// Reads the values from the rows of `parameters/20-manufacture.csv`.
    ///
    /// - Parameter values: Value by id; a patient's draws replace those of the table.
    public init(_ values: [String: Double]) {
        func value(_ id: String) -> Double {
            guard let value = values[id] else { preconditionFailure("manufacture has no value for '\(id)'") }
            return value
        }
        self.init(
            processedVolume: value("processedVolume"), collectionEfficiency: value("collectionEfficiency"),
            activated: value("activated"), transduced: value("transduced"), viable: value("viable"),
            doublingTimeYoung: value("doublingTimeYoung"), doublingTimeOld: value("doublingTimeOld"), lag: value("lag"),
            shortestCulture: value("shortestCulture"), longestCulture: value("longestCulture"),
            memoryLossPerDoubling: value("memoryLossPerDoubling"), release: value("release"), transport: value("transport"),
            targetDose: value("targetDose"), minimumDose: value("minimumDose"))
    }
}
