import Foundation

/// Natural history of infection with human papillomavirus 16 or 18 (module 30): a Markov chain over a cohort.
///
/// ```
/// well ⇄ infection → lesion 1 → lesion 2 → lesion 3 → cancer → death      (and steps that skip or go back)
/// ```
/// Yearly probabilities p become constant rates -ln(1 - p), so that several exits of one state compete and the step
/// does not matter. Antibody lowers the rate of infection only, by `1/(1 + (titre/titre50)^steepness)`: a vaccine
/// protects who is not infected and does nothing to an established infection.
///
/// The cervix has published tables. For throat and penis the chain ends in the lesion; the last step to cancer is
/// assumed, and `cancerInterval` gives the range that its uncertainty spans.
public struct HPVNaturalHistory: Sendable, Hashable {
    public enum Site: String, Sendable, Hashable, CaseIterable { case cervix, oropharynx, penis }
    public enum State: Int, Sendable, Hashable, CaseIterable {
        case well, infected, lesion1, lesion2, lesion3, cancer, dead
    }

    /// One step of the chain.
    struct Exit: Sendable, Hashable {
        var from: State
        var to: State
        /// Per year.
        var rate: Double
    }

    /// Antibody that a vaccination leaves, as a function of the years since: two exponentials that sum to `peak`.
    public struct Antibody: Sendable, Hashable {
        public var peak: Double
        /// Part of the peak that falls slowly.
        public var lasting: Double
        /// Per year.
        public var fastDecay: Double
        public var slowDecay: Double
        public init(peak: Double, lasting: Double, fastDecay: Double, slowDecay: Double) {
            self.peak = peak
            self.lasting = lasting
            self.fastDecay = fastDecay
            self.slowDecay = slowDecay
        }
        public func titre(after years: Double) -> Double {
            years < 0 ? 0 : peak * ((1 - lasting) * exp(-fastDecay * years) + lasting * exp(-slowDecay * years))
        }
    }

    public let site: Site
    let exits: [Exit]
    let titre50: Double
    let steepness: Double

    /// - Parameters:
    ///   - values: Value by id of `parameters/30-hpv.csv`; yearly probabilities named `<from>_<to>`.
    ///   - cancer: Replaces the yearly probability of the step from lesion 3 to cancer.
    public init(site: Site, values: [String: Double], cancer: Double? = nil) {
        self.site = site
        titre50 = Self.value("titre50", in: values)
        steepness = Self.value("steepness", in: values)
        exits = State.allCases.flatMap { from in
            State.allCases.compactMap { to in
                guard from != to else { return nil }
                let name = "\(from)_\(to)"
                var probability = values["\(site.rawValue)_\(name)"] ?? values[name]
                if let cancer, from == .lesion3, to == .cancer { probability = cancer }
                guard let probability, probability > 0 else { return nil }
                precondition(probability < 1, "the yearly probability '\(name)' is \(probability)")
                return Exit(from: from, to: to, rate: -log(1 - probability))
            }
        }
    }

    private static func value(_ id: String, in values: [String: Double]) -> Double {
        guard let value = values[id] else { preconditionFailure("the natural history has no value for '\(id)'") }
        return value
    }

    /// One person's way through the chain: the states entered and when, in years; the first at 0.
    ///
    /// Rates are constant but for infection, whose time is found by thinning (Lewis & Shedler, Nav. Res. Logist. Q. 26 (1979)
    /// 403): candidates come at the rate without antibody and are kept with the chance that antibody leaves.
    package func person(
        years: Double, initial: State = .well, antibody: Antibody?, vaccination: Double = 0, using random: inout some RandomNumberGenerator
    ) -> [(year: Double, state: State)] {
        func uniform() -> Double { (Double(random.next() >> 12) + 0.5) * 0x1p-52 }
        var way = [(year: 0.0, state: initial)]
        var time = 0.0
        while true {
            let here = way.last!.state
            let leaving = exits.filter { $0.from == here }
            let total = leaving.reduce(0) { $0 + $1.rate }
            guard total > 0 else { return way }
            time -= log(uniform()) / total
            guard time < years else { return way }
            var rest = uniform() * total
            let exit = leaving.first { rest -= $0.rate; return rest < 0 } ?? leaving.last!
            if here == .well, exit.to == .infected {
                let titre = antibody?.titre(after: time - vaccination) ?? 0
                if uniform() >= 1 / (1 + pow(titre / titre50, steepness)) { continue }
            }
            way.append((time, exit.to))
        }
    }

    /// Part of a cohort in each state over time.
    public struct Course: Sendable, Hashable {
        /// Years since the start.
        public var times: [Double]
        /// By time, then by state.
        public var occupancy: [[Double]]
        /// Part of the cohort that had the event by each time.
        public var persistentInfections: [Double]
        public var lesions: [Double]
        public var cancers: [Double]
    }

    /// Follows a cohort.
    ///
    /// An infection counts as persistent when it has lasted a year: the flow into infection times the chance that no
    /// exit happened for a year.
    ///
    /// - Parameters:
    ///   - years: Length of follow-up.
    ///   - initial: The state in which everyone starts.
    ///   - exposure: Risk of infection relative to the table's, by years since the start (0 before debut).
    ///   - antibody: Antibody of the vaccinated; nil is a cohort without vaccine.
    public func course(
        years: Double, initial: State = .well, exposure: (Double) -> Double = { _ in 1 }, antibody: Antibody? = nil,
        vaccination: Double = 0
    ) -> Course {
        let stepsPerYear = 120
        let step = 1 / Double(stepsPerYear)
        var state = [Double](repeating: 0, count: State.allCases.count)
        state[initial.rawValue] = 1
        let leaving = exits.filter { $0.from == .infected }.reduce(0) { $0 + $1.rate }
        let lasting = exp(-leaving)
        var course = Course(times: [0], occupancy: [state], persistentInfections: [0], lesions: [0], cancers: [0])
        var (persistent, lesions, cancers) = (initial == .infected ? lasting : 0.0, 0.0, 0.0)
        course.persistentInfections[0] = persistent
        for index in 1...max(1, Int((years * Double(stepsPerYear)).rounded())) {
            let time = (Double(index) - 0.5) * step
            let titre = antibody?.titre(after: time - vaccination) ?? 0
            let risk = exposure(time) / (1 + pow(titre / titre50, steepness))
            // Exponential step: exact for one exit, second order for flows that follow one another.
            var next = state
            for exit in exits {
                let rate = exit.rate * (exit.from == .well && exit.to == .infected ? risk : 1)
                let total = exits.reduce(0) { sum, other in
                    guard other.from == exit.from else { return sum }
                    return sum + other.rate * (other.from == .well && other.to == .infected ? risk : 1)
                }
                guard total > 0 else { continue }
                let flow = state[exit.from.rawValue] * (1 - exp(-total * step)) * rate / total
                next[exit.from.rawValue] -= flow
                next[exit.to.rawValue] += flow
                if exit.from == .well, exit.to == .infected { persistent += flow * lasting }
                if exit.to.rawValue >= State.lesion2.rawValue, exit.from.rawValue < State.lesion2.rawValue { lesions += flow }
                if exit.to == .cancer { cancers += flow }
            }
            state = next
            if index % stepsPerYear == 0 || Double(index) * step >= years {
                course.times.append(Double(index) * step)
                course.occupancy.append(state)
                course.persistentInfections.append(persistent)
                course.lesions.append(lesions)
                course.cancers.append(cancers)
            }
        }
        return course
    }
}
