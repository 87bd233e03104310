/// A short case with the choice that practice makes.
public struct Vignette: Sendable, Hashable {
    public var id: String
    public var cancer: String
    public var story: String
    public var facts: [String: String]
    /// Names of the regimens table that practice accepts as first choice.
    public var practice: [String]
    public var source: String

    /// `vignettes.csv`, in its order.
    public static func all() throws -> [Vignette] {
        try ResourceTable("vignettes").rows.map { _, cells in
            var facts: [String: String] = [:]
            for pair in cells["facts"]!.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1).map { String($0.drop { $0 == " " }) }
                if parts.count == 2 { facts[parts[0]] = parts[1] }
            }
            return Vignette(
                id: cells["id"]!, cancer: cells["cancer"]!, story: cells["story"]!, facts: facts,
                practice: cells["practice"]!.split(separator: "|").map { $0.drop { $0 == " " } }.map { String($0.reversed().drop { $0 == " " }.reversed()) },
                source: cells["source"]!)
        }
    }
}
