/// Progression and response of prostate cancer (PCWG3).
///
/// Source: Scher et al., J. Clin. Oncol. 34 (2016) 1402, doi:10.1200/JCO.2015.64.2702.
public enum Prostate {
    public struct Reading: Sendable, Hashable {
        public var day: Double
        /// ng/mL
        public var psa: Double
        public init(day: Double, psa: Double) {
            self.day = day
            self.psa = psa
        }
    }

    /// The day of the first rise of at least 25 % and 2 ng/mL above the nadir that a second value, three weeks or more
    /// later, confirms. Without an earlier fall, readings before week 12 are ignored.
    public static func psaProgression(baseline: Double, readings: [Reading]) -> Double? {
        var nadir = baseline
        for (index, reading) in readings.enumerated() {
            let isRise = { (value: Double) in value >= 1.25 * nadir && value - nadir >= 2 }
            let hasFallen = nadir < baseline
            if isRise(reading.psa), hasFallen || reading.day >= 84,
                readings[(index + 1)...].first(where: { $0.day - reading.day >= 21 }).map({ isRise($0.psa) }) == true
            {
                return reading.day
            }
            nadir = min(nadir, reading.psa)
        }
        return nil
    }

    /// A fall of at least 50 % from baseline that a value three weeks or more later confirms.
    public static func psa50(baseline: Double, readings: [Reading]) -> Bool {
        readings.indices.contains { index in
            readings[index].psa <= 0.5 * baseline
                && readings[(index + 1)...].first { $0.day - readings[index].day >= 21 }.map { $0.psa <= 0.5 * baseline } == true
        }
    }

    /// Bone progression by the 2 + 2 rule: cumulative new bone lesions at each scan, the first at week 8.
    ///
    /// Two or more at the first scan need two further ones at the next; later, two or more beyond the first scan need
    /// the next scan to confirm them.
    public static func boneProgression(scans: [(day: Double, newLesions: Int)]) -> Double? {
        guard let first = scans.first else { return nil }
        if first.newLesions >= 2, scans.count > 1, scans[1].newLesions >= first.newLesions + 2 { return first.day }
        for (index, scan) in scans.enumerated().dropFirst() where scan.newLesions >= first.newLesions + 2 {
            if index + 1 < scans.count, scans[index + 1].newLesions >= first.newLesions + 2 { return scan.day }
        }
        return nil
    }
}
