import Foundation
import ModelIR
import Testing

@testable import ModelRuns

@Suite struct ArchiveTests {
    private static let archive = Bundle.module.path(forResource: "Fixtures/exchange", ofType: "omex")!

    @Test func `an archive's report follows its closed form`() throws {
        let (reports, remarks) = try runArchive(at: Self.archive)
        #expect(remarks.isEmpty)
        #expect(reports.map(\.name) == ["e/plot_0", "e/report_1"])
        let report = reports[1]
        let times = report.columns[0]
        #expect(times.count == 81 && times[0] == 2 && times[80] == 10)
        for (index, time) in times.enumerated() {
            let (first, second) = (10 * exp(-0.3 * time), 20 * exp(-0.6 * time))
            #expect(abs(report.columns[1][index] / first - 1) < 1e-6)
            #expect(abs(report.columns[2][index] / second - 1) < 1e-6)
            #expect(abs(report.columns[3][index] / (2 * first / second) - 1) < 2e-6)
        }
    }

    @Test("a damaged archive is refused, wherever a byte is changed", arguments: 0..<200)
    func damaged(seed: Int) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: Self.archive))
        // A linear congruential sequence: the same places on every machine.
        let place = (seed &* 48271 &+ 12345) % data.count
        data[place] ^= UInt8(1 << (seed % 8))
        // Either the change is noticed or it lies where nothing is read (time stamps, attributes).
        if let archive = try? ZipArchive(data, name: "damaged") {
            let whole = try ZipArchive(Data(contentsOf: URL(fileURLWithPath: Self.archive)), name: "whole")
            for (path, contents) in archive.files { #expect(whole.files[path] == contents || whole.files[path] == nil) }
        }
    }

    @Test(
        "DEFLATE: stored, fixed and dynamic blocks",
        arguments: [
            // Written by zlib: level 0, fixed codes, dynamic codes; the last two are cut and malformed.
            ("011100eeff68656c6c6f2068656c6c6f2068656c6c6f", "hello hello hello"),
            ("cb48cdc9c957c8409000", "hello hello hello"),
            (
                "e58dd11100410c415bd19a4442ff155cb68efb323c46a3a6925815da6046a825095a2694402b6568544f2d0ccd20786dd9bdd8ca3178c37000b81ba200198773d9cdfb79664ffa67bf1f",
                String(
                    repeating:
                        "c bebhhhgdbhagg ahed bfaaa agdga dhh dfddheag bcebf g dee h g ahdggcf fbh bc gfhahae   gcc dad  dg f fhe  ag c  dgahf  d",
                    count: 3)
            ),
            ("cb48cdc9c9", nil), ("ffffffff", nil),
        ] as [(String, String?)])
    func inflate(hex: String, expected: String?) {
        var bytes: [UInt8] = []
        var rest = hex[...]
        while rest.count >= 2 {
            bytes.append(UInt8(rest.prefix(2), radix: 16)!)
            rest = rest.dropFirst(2)
        }
        let result = (try? Inflate.bytes(bytes, size: 1000)).map { String(decoding: $0, as: UTF8.self) }
        #expect(result == expected)
    }

    @Test func `what the archive asks for beyond time courses is declined by name`() throws {
        let text = """
            <sedML xmlns="http://sed-ml.org/sed-ml/level1/version3" level="1" version="3"><listOfSimulations>
            <steadyState id="s"/></listOfSimulations><listOfTasks><repeatedTask id="r"/></listOfTasks></sedML>
            """
        do {
            _ = try SimulationExperiment(Data(text.utf8), file: "e.sedml")
            Issue.record("accepted")
        } catch {
            #expect(error.isOnlyUnsupported)
            #expect(
                error.diagnostics.map(\.message) == [
                    "simulation 'steadyState' is not supported", "task 'repeatedTask' is not supported",
                ])
            #expect(error.diagnostics[0].location?.line == 2)
        }
    }

    @Test(
        "targets name elements by id",
        arguments: [
            ("/sbml:sbml/sbml:model/sbml:listOfSpecies/sbml:species[@id='S1']", "S1", nil),
            ("/sbml:sbml/sbml:model/descendant::sbml:parameter[@id=\"k\"]/@value", "k", "value"),
            (
                "/sbml:sbml/sbml:model/sbml:listOfReactions/sbml:reaction[@id='J']/sbml:kineticLaw/sbml:listOfParameters/sbml:parameter[@id='k']/@value",
                "J.k", "value"
            ),
        ] as [(String, String, String?)])
    func target(path: String, id: String, attribute: String?) {
        let target = ModelTarget(path)
        #expect(target?.id == id && target?.attribute == attribute)
    }
}
