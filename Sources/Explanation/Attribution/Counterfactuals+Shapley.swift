import Mathematics

/// From runs to shares.
///
/// 1. *First look*: in a few twins every mechanism is released alone and held alone. What moves nothing stays released.
///    The strongest, at most eight and with at least a fourteenth of the largest step on the mean of the measures, are
///    released one by one, the rest as one group. A group with more than a quarter of the largest share is taken apart,
///    and all is run again.
/// 2. *Orders*: the Shapley value of a player, a mechanism or the group, is its mean step v(S ∪ m) − v(S) over the orders
///    of release. Each twin takes random orders and their reverse (Castro et al., Comput. Oper. Res. 36 (2009) 1726; in
///    antithetic pairs, exact where mechanisms interact in pairs only), so that in each twin the steps sum to
///    v(all) − v(none) exactly, and the error over twins covers the sampling of orders.
/// 3. *Enough twins*: batches end when every share is either beyond three standard errors or, with two, below a tenth of
///    the largest, in every measure.
/// 4. *Held alone*: the run that a sentence quotes, for every share beyond two standard errors, in all twins.
/// 5. *Interactions*: the three largest are released alone, and of two that can't be told apart the one that does more alone
///    is named first; two of them whose step alone differs from their last step are
///    released and held together.
extension Counterfactuals {
    /// What is released in one step.
    struct Player {
        var id: String
        var name: String
        var members: Set<Int>
    }

    static let groupID = "minor"
    private static let firstTwins = 24
    private static let batch = 12
    private static let mostNamed = 8
    /// Pairs of an order and its reverse over all twins, at least.
    private static let ordersInAll = 48

    /// What the first look found.
    private struct Look {
        var inert: Set<Int> = []
        /// Released as one group.
        var minor: Set<Int> = []
    }

    /// The attribution of one measure.
    package mutating func attribute(
        _ measure: Measure, treatedName: String, referenceName: String, looking: Int = 8, topPairs: Int = 3
    ) throws -> Attribution {
        try attribute([measure], treatedName: treatedName, referenceName: referenceName, looking: looking, topPairs: topPairs)[0]
    }

    /// The attribution of several measures from the same runs.
    ///
    /// - Parameters:
    ///   - looking: Twins of the first look.
    ///   - topPairs: Mechanisms, the largest of each measure, whose interactions are looked at.
    /// - Throws: `CancellationError`; `InvalidModel` when more than a tenth of the twins can't be integrated.
    package mutating func attribute(
        _ measures: [Measure], treatedName: String, referenceName: String, looking: Int = 8, topPairs: Int = 3
    ) throws -> [Attribution] {
        let mechanisms = pair.mechanisms.count
        expected = min(looking, count) * (2 + 2 * mechanisms) + count * (2 * min(Self.mostNamed, mechanisms) + 14)
        let look = try firstLook(measures, twins: min(looking, count))
        let active = everything.subtracting(look.inert)
        var players = players(active, grouped: look.minor)
        var twins = try sample(players, inert: look.inert, measures)
        if players.last?.id == Self.groupID, measures.contains(where: { isLarge(players.count - 1, players, look.inert, twins, $0) }) {
            // the first look was too short to see what these do
            players = self.players(active, grouped: [])
            twins = try sample(players, inert: look.inert, measures)
        }
        let sound = (0..<twins).filter { !failed.contains($0) }
        return try measures.map { measure in
            var result = try attribution(measure, players, inert: look.inert, sound: sound, topPairs: topPairs)
            result.treated = treatedName
            result.reference = referenceName
            result.method = method(players, look.inert, twins: twins, looking: min(looking, count))
            result.statements = Wording.statements(result)
            return result
        }.map { attribution in
            var attribution = attribution
            attribution.runs = runs
            return attribution
        }
    }

    private func players(_ active: Set<Int>, grouped minor: Set<Int>) -> [Player] {
        let members = active.intersection(minor)
        let isWorthGrouping = members.count > 1
        var result = active.subtracting(isWorthGrouping ? members : []).sorted().map {
            Player(id: pair.mechanisms[$0].id, name: pair.mechanisms[$0].name, members: [$0])
        }
        if isWorthGrouping {
            result.append(Player(id: Self.groupID, name: "\(members.count) weaker mechanisms together", members: members))
        }
        return result
    }

    private func method(_ players: [Player], _ inert: Set<Int>, twins: Int, looking: Int) -> String {
        let group = players.last.flatMap { $0.id == Self.groupID ? $0.members.sorted().map { pair.mechanisms[$0].name } : nil } ?? []
        return "In the first \(looking) twins each of \(pair.mechanisms.count) mechanisms was released alone and held alone: "
            + "\(inert.count) moved nothing and stay released"
            + (group.isEmpty ? ". " : ", the \(group.count) weakest (\(group.joined(separator: ", "))) are released as one. ")
            + (twins < count ? "After \(twins) of \(count) twins every share was clear of its error or small, and no more were run. " : "All \(twins) twins were run. ")
            + "Each twin: a random order of release and its reverse; what is clear of its error was held alone besides."
    }

    private mutating func firstLook(_ measures: [Measure], twins: Int) throws -> Look {
        let all = everything
        var wanted: [(twin: Int, own: Set<Int>)] = []
        for twin in 0..<twins {
            wanted.append((twin, all))
            wanted.append((twin, []))
            for mechanism in all.sorted() {
                wanted.append((twin, [mechanism]))
                wanted.append((twin, all.subtracting([mechanism])))
            }
        }
        try need(wanted)
        var look = Look()
        for mechanism in all {
            let isStill = (0..<twins).allSatisfy { twin in
                isSame(twin, [], [mechanism]) && isSame(twin, all, all.subtracting([mechanism]))
            }
            if isStill { look.inert.insert(mechanism) }
        }
        // mean size of a step, alone or last, whatever its direction
        let sound = (0..<twins).filter { !failed.contains($0) }
        func size(_ mechanism: Int, _ measure: Measure) -> Double {
            func mean(_ step: (Int) -> Double) -> Double { sound.reduce(0) { $0 + abs(step($1)) } / Double(max(1, sound.count)) }
            return max(
                mean { value($0, [mechanism], measure) - value($0, [], measure) },
                mean { value($0, all, measure) - value($0, all.subtracting([mechanism]), measure) })
        }
        var sizes: [Int: Double] = [:]
        for measure in measures {
            let own = all.subtracting(look.inert).map { ($0, size($0, measure)) }
            guard let largest = own.map(\.1).max(), largest > 0 else { continue }
            for (mechanism, size) in own { sizes[mechanism, default: 0] += size / largest }
        }
        let largest = sizes.values.max() ?? 0
        let strong = sizes.filter { $0.value >= 0.07 * largest }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostNamed)
        look.minor = all.subtracting(look.inert).subtracting(strong.map(\.key))
        return look
    }

    /// Best change by a tenth of a point, times by a day.
    private func isSame(_ twin: Int, _ first: Set<Int>, _ second: Set<Int>) -> Bool {
        let a = outcome(twin, first)
        let b = outcome(twin, second)
        return a.response == b.response && abs(a.progressionFreeDays - b.progressionFreeDays) <= 1
            && abs(a.survivalDays - b.survivalDays) <= 1 && abs((a.bestChange ?? 0) - (b.bestChange ?? 0)) <= 0.1
    }

    /// A twin's orders of release, each followed by its reverse: one pair where there are many twins, more where few.
    ///
    /// Pairs are numbered over all twins; a block of as many pairs as players takes the rotations of one random order, so
    /// that every player stands in every place equally often.
    private func orders(_ twin: Int, of count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        let pairs = (Self.ordersInAll + self.count - 1) / self.count
        return (twin * pairs..<(twin + 1) * pairs).flatMap { pair -> [[Int]] in
            var stream = RandomStream(seed: cohort.seed, patient: UInt64(pair / count), purpose: "order of mechanisms")
            let base = Array(0..<count).shuffled(using: &stream)
            let order = Array(base[(pair % count)...] + base[..<(pair % count)])
            return [order, order.reversed()]
        }
    }

    /// Runs twins in batches until the shares are known well enough, and returns how many.
    private mutating func sample(_ players: [Player], inert: Set<Int>, _ measures: [Measure]) throws -> Int {
        var done = 0
        while done < count {
            let next = min(count, done == 0 ? Self.firstTwins : done + Self.batch)
            var wanted: [(twin: Int, own: Set<Int>)] = []
            for twin in done..<next {
                wanted.append((twin, inert))
                for order in orders(twin, of: players.count) {
                    var own = inert
                    for player in order {
                        own.formUnion(players[player].members)
                        wanted.append((twin, own))
                    }
                }
            }
            try need(wanted)
            done = next
            if measures.allSatisfy({ isSettled($0, players, inert, twins: done) }) { break }
        }
        return done
    }

    /// Shares of each player in each twin that was integrated.
    private func shares(_ players: [Player], _ inert: Set<Int>, _ sound: [Int], _ measure: Measure) -> [[Double]] {
        var shares = [[Double]](repeating: [], count: players.count)
        for twin in sound {
            var mean = [Double](repeating: 0, count: players.count)
            let orders = orders(twin, of: players.count)
            for order in orders {
                var own = inert
                var before = value(twin, own, measure)
                for player in order {
                    own.formUnion(players[player].members)
                    let after = value(twin, own, measure)
                    mean[player] += (after - before) / Double(orders.count)
                    before = after
                }
            }
            for player in players.indices { shares[player].append(mean[player]) }
        }
        return shares
    }

    private func isSettled(_ measure: Measure, _ players: [Player], _ inert: Set<Int>, twins: Int) -> Bool {
        let amounts = shares(players, inert, (0..<twins).filter { !failed.contains($0) }, measure).map { Attribution.Amount($0) }
        let largest = amounts.map { abs($0.value) }.max() ?? 0
        return amounts.allSatisfy { abs($0.value) > 3 * $0.error || abs($0.value) + 2 * $0.error <= 0.1 * largest }
    }

    private func isLarge(_ player: Int, _ players: [Player], _ inert: Set<Int>, _ twins: Int, _ measure: Measure) -> Bool {
        let amounts = shares(players, inert, (0..<twins).filter { !failed.contains($0) }, measure).map { Attribution.Amount($0) }
        let largest = amounts.map { abs($0.value) }.max() ?? 0
        return abs(amounts[player].value) > max(0.25 * largest, 3 * amounts[player].error)
    }

    private mutating func attribution(
        _ measure: Measure, _ players: [Player], inert: Set<Int>, sound: [Int], topPairs: Int
    ) throws -> Attribution {
        let all = everything
        let shares = shares(players, inert, sound, measure)
        var ranked = players.indices.sorted { abs(Attribution.Amount(shares[$0]).value) > abs(Attribution.Amount(shares[$1]).value) }
        let top = ranked.filter { players[$0].id != Self.groupID }.prefix(topPairs)
        let clear = ranked.filter { player in
            let share = Attribution.Amount(shares[player])
            return share.value != 0 && abs(share.value) > 2 * share.error
        }
        let quoted = Set(clear).union(top).sorted()
        try need(
            sound.flatMap { twin in
                top.map { (twin, inert.union(players[$0].members)) } + quoted.map { (twin, all.subtracting(players[$0].members)) }
            })
        // `self` is captured below by value: all runs that these read are there
        var runs = self
        func amount(_ body: (Int) -> Double) -> Attribution.Amount { Attribution.Amount(sound.map(body)) }
        func v(_ twin: Int, _ own: Set<Int>) -> Double { runs.value(twin, own, measure) }
        func alone(_ player: Int) -> Attribution.Amount { amount { v($0, inert.union(players[player].members)) - v($0, inert) } }
        func last(_ player: Int) -> Attribution.Amount { amount { v($0, all) - v($0, all.subtracting(players[player].members)) } }
        // of two that can't be told apart, what acts by itself comes before what acts through others only
        for place in (0..<max(0, top.count - 1)).reversed() {
            let (first, second) = (ranked[place], ranked[place + 1])
            guard top.contains(first), top.contains(second) else { continue }
            let signs = [first, second].map { Attribution.Amount(shares[$0]).value < 0 ? -1.0 : 1 }
            let lead = Attribution.Amount(zip(shares[first], shares[second]).map { signs[0] * $0 - signs[1] * $1 })
            let (mine, other) = (alone(first), alone(second))
            if lead.value <= 2 * lead.error, abs(other.value) - abs(mine.value) > 2 * max(mine.error, other.error) { ranked.swapAt(place, place + 1) }
        }
        let whole = amount { v($0, all) - measure.value(of: reference[$0], horizon: horizon) }
        let parts = ranked.map { player in
            Attribution.Part(
                mechanism: players[player].id, name: players[player].name, share: Attribution.Amount(shares[player]),
                alone: top.contains(player) ? alone(player) : nil, last: clear.contains(player) || top.contains(player) ? last(player) : nil)
        }
        // what interacts with one other does more or less last than alone; with two, it may come out even
        let interacting = Set(top.filter { player in
            let members = players[player].members
            let difference = amount { v($0, all) - v($0, all.subtracting(members)) - v($0, inert.union(members)) + v($0, inert) }
            return abs(difference.value) > difference.error
        })
        let pairs = top.indices.flatMap { i in top[(i + 1)...].map { (top[i], $0) } }.filter { interacting.contains($0.0) || interacting.contains($0.1) }
        try need(
            sound.flatMap { twin in
                pairs.flatMap { a, b in
                    let both = players[a].members.union(players[b].members)
                    return [(twin, inert.union(both)), (twin, all.subtracting(both))]
                }
            })
        runs = self
        let interactions = pairs.map { a, b in
            let (first, second) = (players[a].members, players[b].members)
            let alone = amount {
                v($0, inert.union(first).union(second)) - v($0, inert.union(first)) - v($0, inert.union(second)) + v($0, inert)
            }
            let company = amount {
                v($0, all) - v($0, all.subtracting(first)) - v($0, all.subtracting(second)) + v($0, all.subtracting(first).subtracting(second))
            }
            // the stronger of the two contexts decides: two causes that each suffice show it only where both are held
            let stronger = abs(alone.value) >= abs(company.value) ? alone : company
            let isClear = abs(stronger.value) > 2 * stronger.error && stronger.value != 0
            let kind = !isClear ? "none" : stronger.value * whole.value > 0 ? "synergy" : "redundancy"
            return Attribution.Interaction(first: players[a].name, second: players[b].name, alone: alone, inCompany: company, kind: kind)
        }
        return Attribution(
            measure: measure, unit: measure.unit, treated: "", reference: "", whole: whole, parts: parts,
            remainder: amount { v($0, inert) - measure.value(of: reference[$0], horizon: horizon) }, error: whole.error,
            inert: inert.sorted().map { pair.mechanisms[$0].name }, interactions: interactions, statements: [], twins: sound.count,
            failedTwins: failed.count, runs: self.runs, horizonDays: horizon, seed: cohort.seed)
    }
}
