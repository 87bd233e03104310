/// Broken inputs made out of sound ones; input `number` of a reader depends on nothing but its number.
struct Mutator {
    let seeds: [[UInt8]]
    /// Words of the reader's language.
    let words: [[UInt8]]

    /// Numbers that readers stumble over, and bytes that no text should hold.
    private static let poison: [[UInt8]] = [
        "1e999", "-1e999", "NaN", "inf", "-0", "1e-320", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "1e18", "0.0000000001", "99999999999999999999999999", "\u{0}", "\u{FEFF}", "é", "\u{202E}", "\r", "\r\n", "\n\n", "\t", "\"", "\"\"",
        "'", ",", ",,,,", ";", ":", "{", "}", "[", "]", "[[[[[[[[", "((((((((", "\\", "\\u0000", "%", "- ", "#", "---", "|", ">", "&a", "*a", "!!",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xF0, 0x9F]]

    /// SplitMix64.
    private struct Generator {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) >> 1) % max(1, bound)
        }
    }

    func input(_ number: Int) -> [UInt8] {
        var random = Generator(state: UInt64(number) &* 0xD1B5_4A32_D192_ED03)
        var bytes = seeds[random.below(seeds.count)]
        for _ in 0...random.below(6) { mutate(&bytes, &random) }
        return Array(bytes.prefix(100_000))
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout Generator) {
        let place = random.below(bytes.count + 1)
        let length = min(random.below(60), bytes.count - place)
        switch random.below(11) {
        case 0: if place < bytes.count { bytes[place] ^= UInt8(1 << random.below(8)) }
        case 1: bytes.removeSubrange(place..<place + length)
        case 2: bytes.insert(contentsOf: words.isEmpty ? [] : words[random.below(words.count)], at: place)
        case 3: bytes.insert(contentsOf: Self.poison[random.below(Self.poison.count)], at: place)
        case 4: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: random.below(bytes.count + 1))
        case 5:
            let other = seeds[random.below(seeds.count)]
            let start = random.below(other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(300))], at: place)
        case 6: if random.below(4) == 0 { bytes.removeSubrange(place...) }
        case 7:
            let piece = Array(bytes[place..<place + min(8, length)])
            for _ in 0..<random.below(400) { bytes.insert(contentsOf: piece, at: place) }
        case 8: replaceNumber(in: &bytes, near: place, &random)
        case 9:
            let word = Self.poison[random.below(Self.poison.count)]
            for _ in 0..<random.below(1000) { bytes.insert(contentsOf: word, at: place) }
        default:
            var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            lines.swapAt(random.below(lines.count), random.below(lines.count))
            bytes = Array(lines.joined(separator: [0x0A]))
        }
    }

    /// A number in the text becomes another one.
    private func replaceNumber(in bytes: inout [UInt8], near place: Int, _ random: inout Generator) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = bytes[min(place, bytes.count)...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) && $0 != 0x2E } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Self.poison[random.below(12)])
    }
}
