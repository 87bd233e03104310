#if Web
    import Foundation
    import ImmuneModels
    import ModelIR
    import ModelRuns

    /// A model of a lesson, compiled once: any request only changes values.
    struct LessonModel: Sendable {
        /// Amount that enters a state at a time; both are parameters of the model, or numbers.
        struct Dose {
            var time: ModelIR.Expression
            var target: String
            var amount: ModelIR.Expression
        }

        /// A time that no run reaches.
        static let never = 1e6

        let prepared: PreparedModel
        /// Meaning of each column, in order.
        private let meanings: [String]

        /// - Parameters:
        ///   - observed: Ids to report, in the model's units.
        ///   - varied: Ids whose values a request may change, beyond `settings`.
        ///   - settings: Parameters to add, with value and unit; they may be changed too.
        init(
            _ plan: ModelPlan, library: ModelLibrary, observed: [String], varied: [String], settings: [(id: String, value: Double, unit: String)],
            doses: [Dose]
        ) throws {
            let assembled = try library.assemble(plan)
            var model = assembled.model
            for setting in settings { model.parameters.append(Parameter(id: setting.id, value: setting.value, unit: setting.unit)) }
            for (index, dose) in doses.enumerated() {
                model.events.append(
                    Event(
                        id: "dose_\(index + 1)", trigger: .apply(.geq, [.time, dose.time]), triggerInitialValue: false,
                        assignments: [.init(variable: dose.target, math: .symbol(dose.target) + dose.amount)]))
            }
            var options = RunOptions()
            options.observed = observed
            options.relativeTolerance = 1e-5
            prepared = try PreparedModel(model, options: options, varied: varied + settings.map(\.id))
            let known = Dictionary(assembled.observables.map { ($0.id, $0.meaning) }) { first, _ in first }
            meanings = prepared.columns.map { known[$0] ?? $0 }
        }

        /// One run: times, what was observed, and columns by id.
        struct Run {
            var days: [Double]
            var series: [LessonSeries]
            var columns: [String: [Double]]
            var milliseconds: Double

            /// Highest value from one day to another, and its row.
            func highest(_ id: String, _ span: ClosedRange<Double>) -> (value: Double, row: Int) {
                days.indices.filter { span.contains(days[$0]) }.map { (columns[id]![$0], $0) }.max { $0.0 < $1.0 } ?? (0, 0)
            }

            func value(_ id: String, on day: Double) -> Double {
                columns[id]![days.firstIndex { $0 >= day } ?? days.count - 1]
            }
        }

        func run(_ values: [String: Double], days: Double) throws -> Run {
            let started = ContinuousClock.now
            let course = try prepared.run(values, duration: days, steps: min(600, max(120, Int(days * 8))))
            let seconds = ContinuousClock.now - started
            let columns = Dictionary(uniqueKeysWithValues: course.columns.indices.map { (course.columns[$0], course.column($0)) })
            let series = course.columns.enumerated().map { index, id in
                LessonSeries(id: id, name: meanings[index], unit: unitInWords(course.units[index]), values: columns[id]!)
            }
            return Run(days: course.times, series: series, columns: columns, milliseconds: milliseconds(seconds))
        }
    }

    /// What a lesson's run reports of one quantity.
    struct LessonSeries: Encodable {
        var id: String
        var name: String
        var unit: String
        var values: [Double]
    }

    /// Holds a value of a request against its range.
    ///
    /// - Throws: `WebFailure` that names the value.
    func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
        guard range.contains(value) else {
            throw WebFailure(.badRequest, "\(name) must be between \(range.lowerBound) and \(range.upperBound), got \(value)")
        }
    }
#endif
