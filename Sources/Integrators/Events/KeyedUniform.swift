import Dynamics
import Mathematics

/// A uniform random number in (0, 1) that is a pure function of its key: patient, purpose and how often drawn.
///
/// Philox with key (seed, patient) and counter (draw, purpose, 1, 0); the 1 keeps it apart from `RandomStream`.
package func keyedUniform(_ key: RandomKey, purpose: UInt64, draw: UInt32) -> Double {
    let words = Philox.words(counter: (UInt64(draw), purpose, 1, 0), key: (key.seed, key.patient))
    return (Double(words.0 >> 12) + 0.5) * 0x1p-52
}
