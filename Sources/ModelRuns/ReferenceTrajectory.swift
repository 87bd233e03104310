import Foundation

/// A trajectory of a model by another program, to compare with: CSV with `time` and one column per id.
public struct ReferenceTrajectory: Sendable {
    public var columns: [String]
    public var times: [Double]
    /// Row-major, shape `[times, columns]`.
    public var values: [Double]
    /// Half a unit in the last digit written, of each column: what rounding alone may do.
    public var rounding: [Double]

    /// Nil when the file isn't such a table.
    public init?(at path: String) {
        guard let data = FileManager.default.contents(atPath: path), let text = String(bytes: data, encoding: .utf8)
        else { return nil }
        let lines = text.split(whereSeparator: \.isNewline)
        guard let header = lines.first?.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }),
            header.first == "time", header.count > 1
        else { return nil }
        columns = Array(header.dropFirst())
        times = []
        values = []
        rounding = Array(repeating: 0, count: header.count - 1)
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = fields.compactMap { Double($0) }
            guard numbers.count == header.count else { return nil }
            times.append(numbers[0])
            values += numbers.dropFirst()
            for column in columns.indices {
                rounding[column] = max(rounding[column], Self.rounding(of: fields[column + 1], numbers[column + 1]))
            }
        }
        guard times.count > 1 else { return nil }
    }

    /// Half a unit in the last of nine significant digits; 0 for numbers that were written with fewer and are exact.
    private static func rounding(of field: Substring, _ value: Double) -> Double {
        let mantissa = field.prefix { $0 != "e" && $0 != "E" }
        let digits = mantissa.filter(\.isNumber).drop { $0 == "0" }.count
        guard value != 0, digits >= 8 else { return 0 }
        return 0.5 * pow(10, (log10(value.magnitude)).rounded(.down) - Double(digits) + 1)
    }

    /// The largest difference over all columns, relative to the range of each (its largest magnitude if it is
    /// constant); differences that rounding of the reference explains count as none.
    public func difference(from course: TimeCourse) -> (worst: Double, column: String)? {
        var worst = 0.0
        var name = ""
        for (index, column) in columns.enumerated() {
            guard let other = course.columns.firstIndex(of: column) else { return nil }
            var low = Double.infinity
            var high = -Double.infinity
            var gap = 0.0
            for row in times.indices {
                let value = values[row * columns.count + index]
                let own = course.values[row * course.columns.count + other]
                low = min(low, value)
                high = max(high, value)
                let distance = abs(value - own)
                gap = distance.isNaN ? .infinity : max(gap, max(0, distance - rounding[index]))
            }
            let range = high - low > 0 ? high - low : max(abs(high), 1e-300)
            let relative = gap == 0 ? 0 : min(gap / range, 1e9)
            if relative > worst {
                worst = relative
                name = column
            }
        }
        return (worst, name)
    }
}
