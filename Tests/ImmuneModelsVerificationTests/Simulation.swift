import ImmuneModels
import ModelIR
import ModelRuns

/// Runs an assembled model with doses and hands out columns by name.
struct Simulation {
    struct Dose {
        var time: Double
        var species: String
        var amount: Double
    }

    let course: TimeCourse
    let names: [String]
    var times: [Double] { course.times }

    /// - Parameters:
    ///   - settings: Initial values and constants, by id.
    ///   - piecewise: Rules added to the model: a port that takes `value` until `end` and 0 after it.
    init(
        _ plan: ModelPlan, in library: ModelLibrary = Simulation.library, days: Double, steps: Int, observe: [String],
        settings: [String: Double] = [:], doses: [Dose] = [],
        pulses: [(id: String, value: Double, end: Double)] = [], ageingFrom age: Double? = nil, relativeTolerance: Double = 1e-7
    ) throws {
        var plan = plan
        if let age {
            plan.values["age"] = age
            plan.values["ageing"] = 1
        }
        var model = try library.assemble(plan).model
        for dose in doses {
            model.events.append(
                Event(
                    trigger: .apply(.geq, [.time, .number(dose.time)]),
                    assignments: [.init(variable: dose.species, math: .symbol(dose.species) + .number(dose.amount))]))
        }
        for pulse in pulses {
            Self.release(pulse.id, in: &model)
            let early = Expression.apply(.lt, [.time, .number(pulse.end)])
            model.rules.append(Rule(.assignment(variable: pulse.id), .apply(.piecewise, [.number(pulse.value), early, .zero])))
        }
        var options = RunOptions()
        options.duration = days
        options.steps = steps
        options.observed = observe
        options.settings = settings
        options.relativeTolerance = relativeTolerance
        course = try PreparedModel(model, options: options).run()
        names = course.columns
    }

    static let library = Result { try ModelLibrary.builtIn() }.map { $0 }.unwrapped

    private static func release(_ id: String, in model: inout Model) {
        for index in model.parameters.indices where model.parameters[index].id == id { model.parameters[index].isConstant = false }
    }

    subscript(name: String) -> [Double] {
        guard let index = names.firstIndex(of: name) else { preconditionFailure("'\(name)' was not observed: \(names)") }
        return course.column(index)
    }

    func value(_ name: String, at time: Double) -> Double {
        let column = self[name]
        guard let after = times.firstIndex(where: { $0 >= time }) else { return column.last! }
        if after == 0 { return column[0] }
        let share = (time - times[after - 1]) / (times[after] - times[after - 1])
        return column[after - 1] + share * (column[after] - column[after - 1])
    }

    func maximum(_ name: String) -> Double { self[name].max()! }

    func time(ofMaximum name: String) -> Double {
        let column = self[name]
        return times[column.firstIndex(of: column.max()!)!]
    }
}

extension Result where Failure == any Error {
    /// A library that cannot be read fails every test with its own message.
    fileprivate var unwrapped: Success {
        switch self {
        case .success(let value): value
        case .failure(let error): fatalError("\(error)")
        }
    }
}
