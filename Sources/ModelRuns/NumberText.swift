/// Appends text to a buffer of bytes; the shortest decimal digits that read back as the same number.
struct ByteBuffer {
    var bytes: [UInt8] = []

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ byte: Unicode.Scalar) { bytes.append(UInt8(ascii: byte)) }

    /// `0.1`, `10`, `1e-05`, `nan`, `inf`.
    mutating func append(_ value: Double) {
        if value == value.rounded(.towardZero), value.magnitude < 1e15, value != 0 || value.sign == .plus {
            append(Int64(value))
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    private mutating func append(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// A field of a CSV file, quoted where it has to be.
    mutating func append(field: String) {
        if field.utf8.contains(where: {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
        }) {
            append("\"" + field.replacing("\"", with: "\"\"") + "\"")
        } else {
            append(field)
        }
    }
}
