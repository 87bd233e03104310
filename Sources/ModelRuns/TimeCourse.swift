public import Dynamics

/// What one run of a model gave: times × columns.
public struct TimeCourse: Sendable {
    public var columns: [String]
    /// Unit of each column as text; empty when the model doesn't say.
    public var units: [String]
    public var timeUnit: String
    public var times: [Double]
    /// Row-major, shape `[times, columns]`.
    public var values: [Double]
    public var acceptedSteps: Int
    public var rejectedSteps: Int

    public func column(_ index: Int) -> [Double] {
        stride(from: index, to: values.count, by: max(1, columns.count)).map { values[$0] }
    }
}

/// A run that did not reach its end.
public struct RunFailure: Error, Sendable, CustomStringConvertible {
    public var failure: IntegrationFailure
    public var description: String {
        let hint: String
        switch failure.reason {
        case .stepSizeUnderflow, .tooManySteps:
            hint = "a value may grow without bound; try another --rtol or a shorter --duration"
        case .nonFiniteState: hint = "a formula gives no finite number here, such as a division by zero"
        case .singularMatrix: hint = "the equations determine no unique solution here"
        case .eventLoop: hint = "events trigger each other without end"
        case .inconsistentInitialState: hint = "no initial values satisfy the algebraic rules"
        case .invalidInput: hint = "a parameter or initial value is missing or not finite"
        }
        return "error: integration failed (\(failure.reason.rawValue)) at time \(failure.time)\n  note: \(hint)"
    }
}

extension PreparedModel {
    /// Runs the model once.
    ///
    /// - Throws: `RunFailure` when the integration doesn't reach the end.
    public func run() throws(RunFailure) -> TimeCourse {
        let result = integrator.run(input(slots: [], values: []))
        if let failure = result.failure { throw RunFailure(failure: failure) }
        return TimeCourse(
            columns: columns, units: units, timeUnit: ModelSymbols(model).timeUnit, times: options.times,
            values: result.outputs, acceptedSteps: result.acceptedSteps, rejectedSteps: result.rejectedSteps)
    }

    /// Runs the model once with other values, and over another span, than it was prepared for.
    ///
    /// - Parameters:
    ///   - values: By id; each id is one of those that vary, or a setting.
    ///   - duration: In the model's unit of time, from the prepared start.
    ///   - steps: Intervals between reported times.
    /// - Throws: `InvalidModel` for an id that isn't an input; `RunFailure` when the integration doesn't reach the end;
    ///   `CancellationError` when the task is cancelled.
    public func run(_ values: [String: Double], duration: Double, steps: Int) throws -> TimeCourse {
        let ids = values.keys.sorted()
        var input = input(slots: try slots(of: ids), values: ids.map { values[$0]! })
        var span = options
        span.duration = duration
        span.steps = steps
        input.endTime = span.start + duration
        input.outputTimes = span.times
        let result = try runUnlessCancelled(input)
        if let failure = result.failure { throw RunFailure(failure: failure) }
        return TimeCourse(
            columns: columns, units: units, timeUnit: ModelSymbols(model).timeUnit, times: span.times,
            values: result.outputs, acceptedSteps: result.acceptedSteps, rejectedSteps: result.rejectedSteps)
    }

    /// - Throws: `CancellationError` when the task is cancelled before the end.
    private func runUnlessCancelled(_ input: PatientInput) throws -> PatientResult {
        var next: PatientInput? = input
        var result: PatientResult?
        integrator.run {
            defer { next = nil }
            return next.map { (0, $0) }
        } finish: {
            result = $1
        } isCancelled: {
            Task.isCancelled
        }
        guard let result else { throw CancellationError() }
        return result
    }
}
