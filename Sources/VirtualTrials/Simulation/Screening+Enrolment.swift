import Mathematics

/// One place on study: the first draw of its own that makes a patient.
public struct Enrolment: Sendable {
    /// Number of the place, from 0.
    public var place: Int
    /// nil: no draw made a patient.
    public var patient: DiagnosedPatient?
    public var drawn: Int
    public var rejections: [Rejection: Int]
}

extension Screening {
    /// Draws that belong to one place on study; the patient of place p is one of the draws p·10,000 ..< (p + 1)·10,000.
    package static let drawsPerPlace = 10_000

    /// Fills places on study. What a place holds depends on the seed and its number alone, so that places can be filled
    /// in any order, on any machine, and a larger trial holds the patients of a smaller one.
    ///
    /// - Throws: `CancellationError`.
    package func enrol(_ places: Range<Int>) throws -> [Enrolment] {
        var enrolments = places.map { Enrolment(place: $0, patient: nil, drawn: 0, rejections: [:]) }
        var open = Array(enrolments.indices)
        var grownCount = 0
        while !open.isEmpty {
            // nobody in so many draws: the rest of the places would fare no better
            if grownCount >= Self.drawsPerPlace, enrolments.allSatisfy({ $0.patient == nil }) { break }
            // few open places: look several draws ahead in each, so that lanes stay full
            let ahead = max(1, threads * 16 / open.count)
            var candidates: [(index: Int, patient: VirtualPatient)] = []
            for index in open { candidates += eligible(after: &enrolments[index], count: ahead).map { (index, $0) } }
            let grown = try grow(candidates.map(\.patient))
            grownCount += candidates.count
            var tried: [Int: Bool] = [:]
            for ((index, _), outcome) in zip(candidates, grown) where enrolments[index].patient == nil {
                tried[index] = true
                switch outcome {
                case .success(let patient): enrolments[index].patient = patient
                case .failure(let rejection): enrolments[index].rejections[rejection.reason, default: 0] += 1
                }
            }
            open = open.filter { index in
                let failed = enrolments[index].rejections.filter { $0.key != .notEligible }.values.reduce(0, +)
                return enrolments[index].patient == nil && tried[index] == true && failed < grownPerPlace
            }
        }
        // draws looked at ahead but not needed don't count: the accepted draw says how many there were
        for index in enrolments.indices {
            if let number = enrolments[index].patient?.patient.number {
                enrolments[index].drawn = number - enrolments[index].place * Self.drawsPerPlace + 1
                let grown = enrolments[index].rejections.filter { $0.key != .notEligible }.values.reduce(0, +)
                enrolments[index].rejections[.notEligible] = enrolments[index].drawn - 1 - grown
            }
        }
        return enrolments
    }

    /// The next draws of a place that the criteria let in; counts those that they exclude.
    private func eligible(after enrolment: inout Enrolment, count: Int) -> [VirtualPatient] {
        var found: [VirtualPatient] = []
        while found.count < count && enrolment.drawn < Self.drawsPerPlace {
            var patient = sampler.patient(enrolment.place * Self.drawsPerPlace + enrolment.drawn)
            patient.subject = enrolment.place
            enrolment.drawn += 1
            if isEligible(patient) {
                found.append(patient)
            } else {
                enrolment.rejections[.notEligible, default: 0] += 1
            }
        }
        return found
    }

    /// The share of draws that the criteria let in; 0 when none of `draws` passes.
    package func eligibleShare(draws: Int = 10_000) -> Double {
        // criteria that let many in are known after a few hundred draws
        var passed = 0
        for number in 0..<draws {
            if isEligible(sampler.patient(number)) { passed += 1 }
            if passed >= 50 { return Double(passed) / Double(number + 1) }
        }
        return Double(passed) / Double(draws)
    }
}
