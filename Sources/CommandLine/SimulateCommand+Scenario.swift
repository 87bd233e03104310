import ArgumentParser
import Foundation
import ImmuneModels
import Reports
import Studies

extension Scenario: ExpressibleByArgument {}

extension SimulateCommand {
    /// A person without cancer: figures on standard output, a report or the time courses in `--out`.
    func runScenario(_ scenario: Scenario) throws {
        let run = ScenarioRun(
            scenario, age: patient.age ?? 35, days: try days(), reinfection: try reinfection.map { try TimeSpan($0, option: "--reinfection").days },
            command: commandText)
        let result = try run.result(library: try ModelLibrary.builtIn())
        if let path = common.out {
            if path.hasSuffix(".html") {
                try StudyRun.writeReport(ScenarioReport(result).report, to: path, format: format)
            } else {
                try Self.timeCourses(result).write(toFile: path, atomically: true, encoding: .utf8)
            }
        }
        if common.json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return print(String(decoding: try encoder.encode(result), as: UTF8.self))
        }
        let width = (result.figures.map(\.name.count).max() ?? 0) + 2
        print(result.title)
        for figure in result.figures {
            let value = String(format: "%.4g", figure.value)
            print(figure.name + String(repeating: " ", count: width - figure.name.count) + value + " " + figure.unit)
        }
    }

    /// Long CSV: quantity, series, unit, time.
    private static func timeCourses(_ result: ScenarioResult) -> String {
        var lines = ["quantity,series,unit,time,time_unit,value"]
        for course in result.courses {
            for (time, value) in zip(course.times, course.values) {
                lines.append("\"\(course.quantity)\",\(course.series),\"\(course.unit)\",\(time),\(course.timeUnit),\(value)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
