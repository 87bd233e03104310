import Mathematics

/// Power of a comparison of survival, found by drawing whole trials from two pools of patients with replacement.
///
/// Keeps what formulas lose: delayed effects, plateaus, crossing curves, the pools' own censoring.
package struct PowerSimulation: Sendable {
    package let patientsPerArm: Int
    /// Share of trials with a two-sided p below `alpha`, with the exact 95 % interval of the simulation itself.
    package let logRank: Estimate
    package let maxCombo: Estimate

    /// - Parameters:
    ///   - trials: Trials drawn; the simulation's own error is at most 1/(2 √trials).
    ///   - seed: Each trial has its own stream, so that more trials keep the earlier ones.
    package init(
        control: SurvivalTimes, treated: SurvivalTimes, patientsPerArm: Int, trials: Int = 400, alpha: Double = 0.05, seed: UInt64 = 1
    ) {
        precondition(control.count > 0 && treated.count > 0 && patientsPerArm > 0 && trials > 0)
        var found = (logRank: 0, maxCombo: 0)
        for trial in 0..<trials {
            var stream = RandomStream(seed: seed, patient: UInt64(trial), purpose: "power")
            var data: [GroupedTime] = []
            for (group, pool) in [control, treated].enumerated() {
                for _ in 0..<patientsPerArm {
                    let index = stream.integer(below: pool.count)
                    data.append(GroupedTime(time: pool.times[index], isEvent: pool.isEvent[index], group: group))
                }
            }
            guard data.contains(where: \.isEvent) else { continue }
            if LogRank(data).pValue < alpha { found.logRank += 1 }
            if MaxCombo(data).pValue < alpha { found.maxCombo += 1 }
        }
        self.patientsPerArm = patientsPerArm
        logRank = Proportion(found.logRank, of: trials).clopperPearson()
        maxCombo = Proportion(found.maxCombo, of: trials).clopperPearson()
    }
}
