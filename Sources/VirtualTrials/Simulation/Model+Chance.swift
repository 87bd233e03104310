import Dynamics
import ImmuneModels
import Mathematics
import ModelIR

/// Chance where few cells are left: what a trial adds to a deterministic model.
///
/// A population that falls below `threshold` cells is a linear birth-death process from there on. With n the mean number
/// and d the deaths of a cell per day, n₀ cells at time 0 have left no descendant at time t with probability
/// ```
/// P(t) = (D/(1 + D))^n₀,   D' = d·n₀/n,   D(0) = 0
/// ```
/// whatever the course of the rates, so the population dies out when P reaches the patient's lot u, uniform in (0, 1).
/// Written as peril' = w·d/n with w = n₀(u^(−1/n₀) − 1), that is peril = 1. While it lives the state holds the mean of the
/// living, n/(1 − P), renewed whenever it falls to half a cell; so nothing regrows from fractions of a cell. At twice the
/// threshold it is large again: renewed once more; P goes on, and the next fall starts anew.
///
/// A population that others become (mutants; wakers) and that has no cell yet arises at the first event of a Poisson
/// process with rate inflow·(1 − d/b), which counts the founders whose line survives at present rates, with the 1/(1 − d/b)
/// cells that such a line soon has on average. The inflow is steady from there on, and ends when the population becomes small:
/// when it falls below the threshold or, if it was smaller than that at diagnosis, below what it arose with (an event at
/// every clone's passage of the threshold would cost more than the growth of a tumour).
///
/// Source: Kendall 1948, *Ann. Math. Statist.* 19:1-15, doi:10.1214/aoms/1177730285, eq. 9-12 (P for rates that change);
/// that founders whose line dies out are left out, and that a threshold of 100 cells is enough, since (d/b)^100 is nil
/// unless d ≈ b, are ours.
extension Model {
    /// Cells below which a population is left to chance.
    package static let chanceThreshold = 100.0

    /// Names of what chance adds for one population.
    struct ChanceNames {
        let id: String
        /// The population's lot; drawn when it becomes small, and after it has died out or arisen.
        var lot: String { "\(id)_lot" }
        /// Share of the present hazard: the population dies out or arises when it is 1.
        var peril: String { "\(id)_peril" }
        /// Cells when it became small; 0: it isn't.
        var small: String { "\(id)_small" }
        /// Chance to be alive at the last renewal.
        var alive: String { "\(id)_alive" }
        var weight: String { "\(id)_weight" }
        /// Cells at which the mean is renewed; 0 for a population without cells.
        var floor: String { "\(id)_floor" }
        /// 1: no cell; 0: some.
        var absent: String { "\(id)_absent" }
        /// 1: the inflow is steady.
        var fed: String { "\(id)_fed" }
        /// Cells that it has to pass to become small, or large again, and 1 or −1 for these.
        var level: String { "\(id)_level" }
        var side: String { "\(id)_side" }
        var passage: String { "\(id)_passage" }
        var renewal: String { "\(id)_renewal" }
        var turn: String { "\(id)_turn" }
        var parameters: [String] { [lot, small, alive, weight, floor, level, side, absent, fed] }
        /// Events that draw the lot anew.
        var draws: [String] { [passage, turn] }
    }

    /// Adds states, events and lots for the populations; the lots are filled by the integrator.
    mutating func addChance(to populations: [CellPopulation]) {
        for population in populations { addChance(to: population) }
    }

    private mutating func addChance(to population: CellPopulation) {
        let names = ChanceNames(id: population.id)
        let cells = Expression.apply(.plus, population.species.map(Expression.symbol))
        let death = Expression.symbol(population.death)
        let lot = Expression.symbol(names.lot)
        let small = Expression.symbol(names.small)
        let alive = Expression.symbol(names.alive)
        let weight = Expression.symbol(names.weight)
        let one = Expression.one
        let tiny = Expression.number(1e-30)
        // the share of founders whose line survives at present rates
        let surviving: Expression = population.division.map {
            .apply(.max, [.zero, one - death / (.symbol($0) + tiny)])
        } ?? one
        let hasInflow = population.inflow != nil
        let start = species.first { $0.id == population.id }?.initialValue
        let isEmpty = (start == .amount(0) || start == .concentration(0)) && !initialAssignments.contains { $0.symbol == population.id }
        let startsEmpty = hasInflow && isEmpty

        func add(_ id: String, _ value: Double, varies: Bool = true) {
            parameters.append(Parameter(id: id, value: value, unit: "dimensionless", isConstant: !varies))
        }
        add(names.lot, 0.5, varies: false)
        add(names.peril, 0)
        add(names.small, 0)
        add(names.alive, 1)
        add(names.weight, 0)
        add(names.floor, 0)
        add(names.level, isEmpty ? 2 * Self.chanceThreshold : Self.chanceThreshold)
        add(names.side, isEmpty ? -1 : 1)
        var perilRate = weight * death / (cells + .number(1e-9))
        if let inflow = population.inflow {
            add(names.absent, startsEmpty ? 1 : 0)
            add(names.fed, startsEmpty ? 0 : 1)
            let arising = .symbol(names.absent) * .symbol(inflow) * surviving / (Expression.zero - .apply(.ln, [lot]))
            perilRate = perilRate + arising
            for index in rules.indices where rules[index].kind == .rate(variable: population.id) {
                rules[index].math = rules[index].math.substituting([inflow: .symbol(names.fed) * .symbol(inflow)])
            }
        }
        rules.append(Rule(.rate(variable: names.peril), perilRate))

        func piecewise(_ value: Expression, if condition: Expression, else other: Expression) -> Expression {
            .apply(.piecewise, [value, condition, other])
        }
        func assign(_ values: [(String, Expression)]) -> [Event.Assignment] {
            values.map { Event.Assignment(variable: $0.0, math: $0.1) }
        }
        let deaths = .symbol(names.peril) * small / .apply(.max, [weight * alive, tiny]) + tiny
        let living = piecewise(
            .apply(.max, [.number(1e-15), one - .apply(.exp, [Expression.zero - small * .apply(.ln, [one + one / deaths])])]),
            if: .apply(.gt, [small, .zero]), else: one)
        let some = Expression.apply(.gt, [cells, .number(0.5)])
        let falls = Expression.apply(.gt, [.symbol(names.side), .zero])
        let firstWeight = cells * (.apply(.exp, [Expression.zero - .apply(.ln, [lot]) / .apply(.max, [cells, .number(0.5)])]) - one)
        func onFall(_ value: Expression, else other: Expression) -> Expression {
            piecewise(piecewise(value, if: some, else: .zero), if: falls, else: other)
        }
        // a population that is large again keeps what is left of its peril
        let renewed = alive / living
        var passage = population.species.map { ($0, onFall(.symbol($0), else: .symbol($0) * renewed)) }
        passage += [
            (names.side, Expression.zero - .symbol(names.side)),
            (names.level, piecewise(.number(2 * Self.chanceThreshold), if: falls, else: .number(Self.chanceThreshold))),
            (names.peril, onFall(.zero, else: .symbol(names.peril))), (names.small, onFall(cells, else: small)),
            (names.alive, onFall(one, else: living)), (names.weight, onFall(firstWeight, else: weight * renewed)),
            (names.floor, piecewise(.number(0.5), if: some, else: .zero)),
        ]
        if hasInflow {
            passage += [
                (names.fed, piecewise(.zero, if: falls, else: .symbol(names.fed))), (names.absent, piecewise(.symbol(names.absent), if: some, else: one)),
            ]
        }
        events.append(
            Event(
                id: names.passage, trigger: .apply(.gt, [.symbol(names.side) * (.symbol(names.level) - cells), .zero]),
                assignments: assign(passage)))

        events.append(
            Event(
                id: names.renewal, trigger: .apply(.lt, [cells, .symbol(names.floor)]),
                assignments: assign(
                    population.species.map { ($0, .symbol($0) * renewed) } + [(names.weight, weight * renewed), (names.alive, living)])))

        var turn: [(String, Expression)] = population.species.map { ($0, .zero) }
        turn += [
            (names.peril, .zero), (names.small, .zero), (names.alive, one), (names.weight, .zero), (names.floor, .zero),
        ]
        if hasInflow {
            let arises = Expression.apply(.gt, [.symbol(names.absent), .number(0.5)])
            let founders = one / .apply(.max, [surviving, .number(2 / Self.chanceThreshold)])
            turn[0].1 = piecewise(founders, if: arises, else: .zero)
            turn += [
                (names.absent, one - .symbol(names.absent)), (names.fed, .symbol(names.absent)),
                // a line that shrinks below what it started with is small
                (names.side, piecewise(one, if: arises, else: .symbol(names.side))),
                (names.level, piecewise(.number(0.9) * founders, if: arises, else: .symbol(names.level))),
            ]
        }
        events.append(Event(id: names.turn, trigger: .apply(.geq, [.symbol(names.peril), one]), assignments: assign(turn)))
    }
}

extension DynamicalSystem {
    /// Lets the lots of the populations be filled with keyed random numbers, anew by the events that ask for it.
    mutating func addLots(of populations: [CellPopulation], slot: (String) -> Int?) {
        for population in populations {
            let names = Model.ChanceNames(id: population.id)
            guard let slot = slot(names.lot) else { continue }
            randomSlots.append(RandomSlot(slot: slot, purpose: RandomStream.hash(of: "chance \(population.luck)")))
            for index in events.indices where names.draws.contains(events[index].id) { events[index].draws.append(randomSlots.count - 1) }
        }
    }
}

extension TrialModel {
    /// A patient's state at diagnosis, with the clones that are large by now falling to chance at the threshold.
    func settled(_ snapshot: Snapshot) -> Snapshot {
        var result = snapshot
        for population in populations {
            guard let level = compiled.parameter(Model.ChanceNames(id: population.id).level) else { continue }
            let cells = population.species.reduce(0) { sum, id in sum + (compiled.state(id).map { snapshot.state[$0] } ?? 0) }
            if cells > 2 * Model.chanceThreshold { result.parameters[level] = Model.chanceThreshold }
        }
        return result
    }

    /// What chance has made of a patient so far: its parameters and their values.
    package func chance(in snapshot: Snapshot) -> [(id: String, value: Double)] {
        populations.flatMap { Model.ChanceNames(id: $0.id).parameters }.compactMap { id in
            compiled.parameter(id).map { (id, snapshot.parameters[$0]) }
        }
    }
}
