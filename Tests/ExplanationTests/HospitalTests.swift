import ImmuneModels
import Testing
import VirtualTrials

@testable import Explanation

/// Time in hospital from doses and side effects, on courses whose answer is known.
@Suite struct HospitalTests {
    @Test func `overlapping stays count once, for the stay that began first`() {
        let stays = [
            HospitalStay(cause: "cells", start: 6, end: 13), HospitalStay(cause: "cytokine release", start: 8, end: 15),
            HospitalStay(cause: "cytokine release", start: 20, end: 22), HospitalStay(cause: "fever", start: 9, end: 12),
        ]
        #expect(HospitalStay.days(stays) == ["cells": 7, "cytokine release": 4])
        #expect(HospitalStay.days([]).isEmpty)
    }

    @Test func `an episode begins at its grade and lasts until the effect is gone`() {
        let days = [0.0, 1, 2, 3, 4, 5, 6, 7]
        #expect(HospitalStay.episodes(days: days, grades: [0, 1, 1, 2, 3, 1, 0, 0], from: 2) == [3...6])
        #expect(HospitalStay.episodes(days: days, grades: [0, 1, 1, 1, 1, 1, 0, 0], from: 2).isEmpty)
        #expect(HospitalStay.episodes(days: days, grades: [0, 2, 0, 0, 0, 0, 2, 2], from: 2) == [1...2, 6...7])
    }

    @Test func `fever comes where the hazard summed over days below 500 passes the draw`() {
        // below 500 from day 15 (half way down) to day 25 (half way up): ten days at 0.1 a day
        let days = [0.0, 10, 20, 30, 40], counts = [1000.0, 1000, 0, 1000, 1000]
        func fevers(_ draws: [Double]) -> [Double] {
            var rest = draws
            return HospitalStay.fevers(days: days, counts: counts) { rest.isEmpty ? .infinity : rest.removeFirst() }
        }
        #expect(fevers([0.3]).map { ($0 * 1e9).rounded() / 1e9 } == [18])
        #expect(fevers([0.3, 0.4]).map { ($0 * 1e9).rounded() / 1e9 } == [18, 22])
        #expect(fevers([1.01]).isEmpty, "the hazard sums to 1")
        #expect(HospitalStay.fevers(days: days, counts: [500, 500, 500, 500, 500]) { 1e-9 }.isEmpty, "500 isn't below 500")
    }

    @Test func `the first blinatumomab cycle keeps nine days, the second two, a CAR-T product at least seven, an antibody none`() throws {
        let library = try ModelLibrary.builtIn()
        let rules = try HospitalRules(library: library)
        let cohort = try TwinCohort(
            of: PatientProfile(cancer: "b-all-adult", facts: ["line": "2"]),
            therapies: ["blinatumomab", "brexucabtagene autoleucel", "none"], twins: 3, seed: 2, threads: 1, library: library)
        func stays(_ records: [SubjectRecord]) -> [[HospitalStay]] {
            records.map { HospitalStay.all(of: $0, columns: cohort.model.columns, rules: rules, seed: 2) }
        }
        let records = try cohort.regimens.map { try cohort.records(of: $0, horizon: 90) }
        for twin in stays(records[0]) {
            #expect(twin.first { $0.cause == "first cycle" }.map { $0.end - $0.start <= 9 && $0.start == 0 } == true, "\(twin)")
            #expect(twin.count { $0.cause == "first cycle" } == 1 && twin.count { $0.cause == "second cycle" } <= 1)
        }
        // who dies or fails while the cells are made isn't watched for them
        for (twin, record) in zip(stays(records[1]), records[1]) {
            let isInfused = record.administrations.contains { $0.agent == "brexucabtagene_autoleucel" && $0.day < record.lastDay }
            #expect(twin.contains { $0.cause == "watched cells" } == isInfused, "\(twin)")
        }
        #expect(stays(records[2]).allSatisfy { $0.allSatisfy { !$0.cause.hasPrefix("watched") && !$0.cause.hasSuffix("cycle") } }, "no dose, no stay for it")
        #expect(rules.doses["nivolumab"] == nil && rules.doses["tisagenlecleucel"]?.first?.days == 7)
    }

    @Test func `every rule of the table names its source, and what is called measured names no memory`() throws {
        for (_, cells) in try ResourceTable("hospital").rows {
            #expect(!cells["source"]!.isEmpty && ["measured", "assumed"].contains(cells["confidence"]!))
            #expect(!(cells["confidence"] == "measured" && cells["source"]!.contains("from memory")), "\(cells)")
        }
    }
}
