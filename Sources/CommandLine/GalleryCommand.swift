import ArgumentParser
import Foundation
import Gallery
import ImmuneModels
import Reports
import Studies

/// `perforin gallery`: every mechanism of the mission as a picture, simulated on the spot.
struct GalleryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gallery",
        abstract: "Simulate a picture of every mechanism and leave them on one page.",
        discussion: """
            Each exhibit is simulated when the page is made, and names the tests that hold what it shows.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin gallery --out gallery.html
              perforin gallery --only infection --only car-t-kinetics
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "An exhibit by id; may be given several times. All by default.") var only: [String] = []
    @Flag(help: "List the exhibits and stop.") var list = false
    @Option(help: "Figures of the page: html (interactive) or svg (no script at all).") var format: DemoCommand.Format = .html

    func validate() throws {
        for id in only where !Exhibit.all.contains(where: { $0.id == id }) {
            throw ValidationError("there is no exhibit '\(id)'; there are \(Exhibit.all.map(\.id).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        if list {
            for exhibit in Exhibit.all { print("\(exhibit.id)\t\(exhibit.row.rawValue)\t\(exhibit.title)\t\(exhibit.heldBy)") }
            return
        }
        let path = common.out ?? "perforin-gallery.html"
        try StudyRun.checkWritable(path)
        let library = try ModelLibrary.builtIn()
        let exhibits = only.isEmpty ? Exhibit.all : Exhibit.all.filter { only.contains($0.id) }
        let bar = ProgressBar("simulating", unit: "exhibits", quiet: common.quiet)
        var results: [ExhibitResult] = []
        for exhibit in exhibits {
            results.append(try exhibit.run(library))
            bar.update(done: results.count, of: exhibits.count, failed: 0)
        }
        bar.finish()
        try StudyRun.writeReport(GalleryReport(results, version: PerforinVersion.current).report, to: path, format: format)
        if !common.quiet {
            FileHandle.standardError.write(Data("The gallery is in \(path). \(PerforinCommand.notMedicalAdvice)\n".utf8))
        }
    }
}
