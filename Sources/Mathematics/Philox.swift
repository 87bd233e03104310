/// The counter-based generator Philox 4×64 with 10 rounds: a keyed bijection of 256-bit counters.
///
/// It has no state: the number at any place of any stream is computed directly, so that a patient's luck doesn't
/// depend on who came before, on which thread, or in which shard.
///
/// Source: Salmon, Moraes, Dror & Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC'11,
/// doi:10.1145/2063384.2063405; tests hold it to the known answers published with Random123.
package enum Philox {
    package typealias Counter = (UInt64, UInt64, UInt64, UInt64)

    /// Four 64-bit words for a counter and a key.
    package static func words(counter: Counter, key: (UInt64, UInt64)) -> Counter {
        var (c0, c1, c2, c3) = counter
        var (k0, k1) = key
        for round in 0..<10 {
            if round > 0 {
                k0 &+= 0x9E37_79B9_7F4A_7C15
                k1 &+= 0xBB67_AE85_84CA_A73B
            }
            let a = c0.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
            let b = c2.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
            (c0, c1, c2, c3) = (b.high ^ c1 ^ k0, b.low, a.high ^ c3 ^ k1, a.low)
        }
        return (c0, c1, c2, c3)
    }
}
