import ModelIR

/// Weights that make a pool of plausible patients look like real ones in what was observed of them.
///
/// Plausible patients need not be frequent ones: what grows out of sampled parameters (lymphocytes, doubling times, T cells of
/// a tumour) is distributed as the model has it. Each biomarker's range is cut into classes with published shares, and
/// every class of every biomarker has a factor:
///
/// ```
/// wᵢ = Πₜ f(t, class of i in t),    Σ over class c of wᵢ / Σ wᵢ = share(t, c) for all t, c      (raking)
/// n_eff = (Σ wᵢ)² / Σ wᵢ²
/// ```
/// A draw is then taken on study with probability wᵢ / max w, so that all statistics of the trial hold unweighted.
///
/// Source: the scheme of Allen, Rieger & Musante, CPT Pharmacometrics Syst. Pharmacol. 5 (2016) 140,
/// doi:10.1002/psp4.12063 and Rieger et al., J. Theor. Biol. 459 (2018) 36, doi:10.1016/j.jtbi.2018.10.026, with classes in
/// place of a density, since published tables give shares; raking is Deming & Stephan, Ann. Math. Stat. 11 (1940) 427.
package struct PopulationWeights: Sendable, Hashable {
    package struct Target: Sendable, Hashable {
        /// A covariate, a parameter, an observable at diagnosis, or `doubling_days`.
        package var quantity: String
        /// Ascending; a value equal to a limit belongs to the class above.
        package var limits: [Double]
        /// By class, summing to 1; one more than limits.
        package var shares: [Double]

        package init(quantity: String, limits: [Double], shares: [Double]) {
            precondition(shares.count == limits.count + 1, "\(shares.count) shares for \(limits.count) limits")
            self.quantity = quantity
            self.limits = limits
            self.shares = shares
        }

        func level(_ value: Double) -> Int { limits.count { value >= $0 } }

        /// `below 1000`, `1000 to 1500`, `1500 and above`.
        package func name(of level: Int) -> String {
            if level == 0 { return "below \(limits[0].formatted())" }
            if level == limits.count { return "\(limits[level - 1].formatted()) and above" }
            return "\(limits[level - 1].formatted()) to \(limits[level].formatted())"
        }
    }

    package let targets: [Target]
    /// By target and class.
    package let factors: [[Double]]
    /// Shares of the pool by target and class, as drawn and as weighted.
    package let pool: [[Double]]
    package let weighted: [[Double]]
    package let poolSize: Int
    package let effectiveSize: Double
    private let largest: Double

    /// - Parameter pool: Values of the plausible patients, `[patient][target]`.
    /// - Throws: `InvalidModel` naming a class with a share that nobody of the pool belongs to, and targets that can't be met together.
    package init(_ targets: [Target], pool values: [[Double]]) throws(InvalidModel) {
        precondition(!values.isEmpty && values.allSatisfy { $0.count == targets.count })
        let levels = values.map { row in zip(targets, row).map { $0.level($1) } }
        func shares(_ weights: [Double], _ target: Int) -> [Double] {
            var sums = [Double](repeating: 0, count: targets[target].shares.count)
            for (level, weight) in zip(levels, weights) { sums[level[target]] += weight }
            let total = sums.reduce(0, +)
            return sums.map { $0 / total }
        }
        let equal = [Double](repeating: 1, count: values.count)
        let before = targets.indices.map { shares(equal, $0) }
        var problems: [Diagnostic] = []
        for (target, pool) in zip(targets, before) {
            for (level, share) in target.shares.enumerated() where share > 0 && pool[level] == 0 {
                problems.append(
                    Diagnostic(
                        .error, .invalid,
                        "\(Int((100 * share).rounded())) % shall have '\(target.quantity)' \(target.name(of: level)), but none of \(values.count) plausible patients has",
                        remedy: "change the classes, or who comes (`covariates`)"))
            }
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        var factors = targets.map { $0.shares.map { $0 > 0 ? 1.0 : 0 } }
        func weights() -> [Double] {
            levels.map { level in targets.indices.reduce(1) { $0 * factors[$1][level[$1]] } }
        }
        var worst = Double.infinity
        for _ in 0..<1000 where worst > 1e-9 {
            worst = 0
            for target in targets.indices {
                let now = shares(weights(), target)
                for level in now.indices where targets[target].shares[level] > 0 {
                    guard now[level] > 0 else {
                        worst = .infinity
                        continue
                    }
                    worst = max(worst, abs(now[level] - targets[target].shares[level]))
                    factors[target][level] *= targets[target].shares[level] / now[level]
                }
            }
        }
        let final = weights()
        guard worst < 1e-3, let largest = final.max(), largest > 0 else {
            throw InvalidModel([
                Diagnostic(
                    .error, .invalid, "no weights of \(values.count) plausible patients meet all observed shares together",
                    remedy: "drop a biomarker, or join classes that exclude each other")
            ])
        }
        self.targets = targets
        self.factors = factors
        self.largest = largest
        pool = before
        weighted = targets.indices.map { shares(final, $0) }
        poolSize = values.count
        let sum = final.reduce(0, +)
        effectiveSize = sum * sum / final.reduce(0) { $0 + $1 * $1 }
    }

    /// Chance that a plausible patient with these values is taken on study.
    package func acceptance(_ values: [Double]) -> Double {
        let weight = targets.indices.reduce(1) { $0 * factors[$1][targets[$1].level(values[$1])] }
        return min(1, weight / largest)
    }
}
