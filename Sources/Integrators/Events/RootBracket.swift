/// A bracket [a, b] of a sign change, g(a) ≤ 0 < g(b), that shrinks by the Illinois method, with a bisection
/// whenever three proposals have not halved it (so that a jump is located as well as a smooth root).
///
/// Source: Dowell & Jarratt 1971, "A modified regula falsi method for computing the root of an equation", *BIT*
/// 11:168-174, doi:10.1007/BF01934364; the bisection safeguard is ours.
struct RootBracket {
    private(set) var a: Double
    private(set) var b: Double
    private var ga: Double
    private var gb: Double
    private var lastSide = 0
    private var widthAtCheck: Double
    private var proposals = 0
    let tolerance: Double

    init(a: Double, ga: Double, b: Double, gb: Double, tolerance: Double) {
        self.a = a
        self.b = b
        self.ga = min(ga, 0)
        self.gb = gb
        self.tolerance = tolerance
        widthAtCheck = b - a
    }

    var isNarrow: Bool { b - a <= tolerance }

    /// Where to evaluate g next.
    mutating func proposal() -> Double {
        proposals += 1
        if proposals % 3 == 0 {
            let halved = b - a <= widthAtCheck / 2
            widthAtCheck = b - a
            if !halved { return a + (b - a) / 2 }
        }
        let secant = b - gb * (b - a) / (gb - ga)
        // Keep half a tolerance from the ends, so that a root at an end is bracketed from its other side at once.
        let margin = min(tolerance / 2, (b - a) / 4)
        return secant.isFinite ? min(max(secant, a + margin), b - margin) : a + (b - a) / 2
    }

    mutating func narrow(at x: Double, _ g: Double) {
        if g > 0 {
            b = x
            gb = g
            if lastSide == 1 { ga /= 2 }
            lastSide = 1
        } else {
            a = x
            ga = g
            if lastSide == -1 { gb /= 2 }
            lastSide = -1
        }
    }
}
