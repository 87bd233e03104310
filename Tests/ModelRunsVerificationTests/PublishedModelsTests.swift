import AntimonyFormat
import Foundation
import ModelIR
import ModelRuns
import Testing

/// Published models in the folder `PERFORIN_MODELS`, with reference trajectories below `reference/`.
@Suite struct PublishedModelsTests {
    private static let folder = ProcessInfo.processInfo.environment["PERFORIN_MODELS"]

    @Test(.enabled(if: folder != nil, "PERFORIN_MODELS names no folder of published models"))
    func `published models agree with their references within 1e-4 of each column's range`() throws {
        let atlas = try Atlas(of: Self.folder!, threads: ProcessInfo.processInfo.activeProcessorCount)
        for entry in atlas.entries where entry.agrees == false || entry.outcome != .ran {
            print(entry.file, entry.outcome, entry.difference.map { "\($0.worst) in \($0.column)" } ?? "")
        }
        #expect(atlas.ran == atlas.entries.count)
        // BIOMD0000001043: an event at 'time == 20' that the reference steps over. MODEL2003040001: a function with a
        // repeated argument, which the reference takes from its end.
        #expect(atlas.compared - atlas.agreed <= 2)
    }

    @Test(.enabled(if: folder != nil, "PERFORIN_MODELS names no folder of published models"))
    func `written as Antimony and read back, published models run alike`() throws {
        var options = RunOptions()
        options.duration = 20
        options.steps = 20
        options.relativeTolerance = 1e-8
        for file in try Atlas.files(in: Self.folder!) {
            let model = try loadModel(at: "\(Self.folder!)/\(file)")
            let again = try readAntimony(writeAntimony(model), file: file + ".ant")
            if model.species.isEmpty { continue }
            let (one, two) = (
                try PreparedModel(model, options: options).run(), try PreparedModel(again, options: options).run()
            )
            // Ids may have changed, their order has not.
            #expect(one.columns.count == two.columns.count, "\(file)")
            for index in one.columns.indices {
                let (a, b) = (one.column(index), two.column(index))
                let scale = a.map(abs).max() ?? 1
                let gap = zip(a, b).map { abs($0 - $1) }.max() ?? 0
                #expect(gap <= 1e-5 * max(scale, 1e-300), "\(file) \(one.columns[index])")
            }
        }
    }
}
