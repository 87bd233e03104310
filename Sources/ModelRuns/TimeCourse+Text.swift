public import Foundation

extension TimeCourse {
    /// `time,<id>,...` and one row per time.
    public func csv() -> Data {
        var buffer = ByteBuffer()
        buffer.append("time")
        for column in columns {
            buffer.append(",")
            buffer.append(field: column)
        }
        buffer.append("\n")
        for (row, time) in times.enumerated() {
            buffer.append(time)
            for column in columns.indices {
                buffer.append(",")
                buffer.append(values[row * columns.count + column])
            }
            buffer.append("\n")
        }
        return Data(buffer.bytes)
    }

    /// `time,name,value` and one row per time and column.
    public func longCSV() -> Data {
        var buffer = ByteBuffer()
        buffer.append("time,name,value\n")
        for (row, time) in times.enumerated() {
            for (index, column) in columns.enumerated() {
                buffer.append(time)
                buffer.append(",")
                buffer.append(field: column)
                buffer.append(",")
                buffer.append(values[row * columns.count + index])
                buffer.append("\n")
            }
        }
        return Data(buffer.bytes)
    }

    /// `{"version":1,"ids":[...],"units":[...],"timeUnit":"","time":[...],"values":[[...],...]}`; one list per column,
    /// null for what isn't finite.
    public func json(model: String) -> Data {
        var buffer = ByteBuffer()
        buffer.append(
            "{\"version\":1,\"model\":\(jsonText(model)),\"ids\":\(jsonList(columns)),\"units\":\(jsonList(units)),\"timeUnit\":\(jsonText(timeUnit)),\"time\":"
        )
        buffer.append(json: times)
        buffer.append(",\"values\":[")
        for index in columns.indices {
            if index > 0 { buffer.append(",") }
            buffer.append(json: column(index))
        }
        buffer.append("],\"acceptedSteps\":\(acceptedSteps),\"rejectedSteps\":\(rejectedSteps)}\n")
        return Data(buffer.bytes)
    }
}

extension ByteBuffer {
    mutating func append(json values: some Sequence<Double>) {
        append("[")
        var isFirst = true
        for value in values {
            if !isFirst { append(",") }
            isFirst = false
            if value.isFinite { append(value) } else { append("null") }
        }
        append("]")
    }
}

func jsonText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        case let control where control.value < 0x20:
            let digits = String(control.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

func jsonList(_ texts: [String]) -> String { "[" + texts.map(jsonText).joined(separator: ",") + "]" }
