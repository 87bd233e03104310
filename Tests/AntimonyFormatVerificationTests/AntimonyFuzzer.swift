import AntimonyFormat
import ModelIR

/// Makes broken Antimony out of sound texts, by bytes, by lines and by tokens.
struct AntimonyFuzzer {
    let corpus: [[UInt8]]
    private var state: UInt64

    init(corpus: [String], seed: UInt64) {
        self.corpus = corpus.map { Array($0.utf8) }
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    /// xorshift64*, so that a seed gives the same inputs everywhere.
    private mutating func next(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, bound)
    }

    private static let tokens: [String] = [
        ";", "\n", ":", "=", ":=", "'=", "->", "=>", "-o ", "-|", "-(", "(", ")", "{", "}", ",", "...", "--", "$", "^",
        "-", "!",
        "&&", "||", "<", "==", "%", ".", "\"", "```", "/*", "*/", "//", "\\", "model ", "end", "function ", "unit ",
        "species ",
        "compartment ", "var ", "const ", "substanceOnly ", "at ", " after ", " in ", " is ", " has ", "delete ",
        "import ",
        "constraint ", "0 = ", "A.x", "x.sboTerm = 1e9", "1e308", "1e-320", "inf", "NaN", "time", "piecewise(",
        "delay(", "rateOf(",
        "log(", "x", "A", "S1", "\u{FEFF}", "\u{0}", "é", "1 ", "0.5e", "unit a = a", "A: m()", "^-", "+", "SBO:",
        "model *", "`",
    ]

    mutating func input() -> String {
        var bytes = corpus[next(corpus.count)]
        for _ in 0...next(6) { mutate(&bytes) }
        return String(decoding: bytes.prefix(200_000), as: UTF8.self)
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = next(bytes.count + 1)
        let length = min(next(40), bytes.count - place)
        switch next(9) {
        case 0: if place < bytes.count { bytes[place] ^= UInt8(1 << next(8)) }
        case 1: bytes.removeSubrange(place..<place + length)
        case 2: bytes.insert(contentsOf: Self.tokens[next(Self.tokens.count)].utf8, at: place)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: next(bytes.count + 1))
        case 4:  // a piece of another text
            let other = corpus[next(corpus.count)]
            let start = next(other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + next(400))], at: place)
        case 5: bytes.removeSubrange(place...)
        case 6:  // one piece many times
            let piece = Array(bytes[place..<place + length])
            for _ in 0..<next(200) { bytes.insert(contentsOf: piece, at: place) }
        case 7:  // one token many times
            let token = Self.tokens[next(Self.tokens.count)]
            bytes.insert(contentsOf: String(repeating: token, count: next(3000)).utf8, at: place)
        default:  // swap two lines
            var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            if lines.count > 1 { lines.swapAt(next(lines.count), next(lines.count)) }
            bytes = Array(lines.joined(separator: [0x0A]))
        }
    }

    enum Verdict { case accepted, refused, broken(String) }

    /// Reads a text; what is accepted must be writable and be read back with as many parts.
    static func check(_ text: String) -> Verdict {
        let model: Model
        do { model = try readAntimony(text, file: "fuzz.ant") } catch {
            return error.diagnostics.contains { $0.severity == .error } ? .refused : .broken("refused without an error")
        }
        do {
            let again = try readAntimony(writeAntimony(model), file: "again.ant")
            let counts = [model, again].map {
                [$0.species.count, $0.reactions.count, $0.events.count, $0.rules.count, $0.initialAssignments.count]
            }
            return counts[0] == counts[1] ? .accepted : .broken("written and read back: \(counts[1]) for \(counts[0])")
        } catch {
            return .broken("written, but not read back: \(error.description.prefix(300))")
        }
    }

    /// Texts that use every construct.
    static let seeds: [String] = [
        """
        function hill(x, K, n)
          x^n/(K^n + x^n);
        end
        model *all()
          unit ml = 1e-3 litre; unit nM = 1e-9 mole/litre; unit per_day = 1/(86400 second); unit time_unit = 86400 second
          compartment C = 3; C has ml
          var compartment D = 2
          species A in C, $B in C, E in D; substanceOnly species N in C
          A = 2; A has nM; B = 4/C; N = 7; N has mole; E = 2*k
          k = 0.5; k has per_day; const c = 1e-7; var v = -3; w := hill(A, 2 nM, 4) + v; m = 2
          D' = 0.1
          J1: 2 A + m B => E; C*k*A^2*B; J2: -> A; k*N in C; J3: E -> ; -k*(E - 1)/(2 - (3 - v))
          E1: at 2 after A > 3 && time >= 1, priority = k, t0 = false, persistent = false: v = 2, A = A + 1
          at time == 5, fromTrigger = false: v = 0
          0 = v + w - 3
          x := piecewise(1, A < 2, 3); y := delay(A, 2) + rateOf(D); z := -A^2 + 2^-k - (-3)^2*avogadro + log(2, A)
          A is "antigen"; A.sboTerm = SBO:0000247; A identity "http://a", "http://b"
          model notes ```Two
        lines```
          constraint: A > 0
        end
        all is "All of it"
        """,
        """
        model decay(S, k) // a module
          compartment c = 1; species S in c, P in c; J: S -> P; k*S; k = 2; P = 0; unit u = 2 metre^2/(3 second); k has u
        end
        model pair(X)
          A: decay(X, r); B: decay(); B.S is A.P; A.c is B.c; r = 3; delete B.J; A.k := 4*time
        end
        /* top */ model *main()
          one: pair(); two: pair(one.A.S) in blood; compartment blood = 5; one.r = 7; one.A.P = 2
          total := one.A.P + two.B.P; at total > 3: one.r = 0
          species M; M -o one.A.J; M -| two.A.J;
        end
        """,
        "S1 -> S2; k*S1; k = 0.1; S1 = 10\nS2 => ; k*S2 # comment\nx' = -x; x = 1; y := x % 2",
    ]
}
