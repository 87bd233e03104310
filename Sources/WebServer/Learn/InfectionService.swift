#if Web
    import Foundation
    import ImmuneModels
    import ModelRuns

    /// A virus in a healthy person: what lessons about the immune system run.
    struct InfectionService: Sendable {
        let model: InfectionModel

        struct Request: Decodable {
            var age: Double
            /// Virus that enters the airway, TCID50 per mL.
            var inoculum: Double
            /// Day of the first contact with the virus, and of a second one.
            var first_day: Double
            var second_day: Double?
            /// Day and micrograms of a messenger-RNA vaccine against the virus.
            var vaccine_day: Double?
            var vaccine_ug: Double?
            var days: Double
            var t_cells: Bool
            var antibody: Bool
            var interferon: Bool
            /// Suppression by corticosteroid, 0 to 1.
            var steroid: Double

            /// - Throws: `WebFailure` that names the first value out of range.
            func values() throws -> [String: Double] {
                try Self.check("the age in years", age, 1...100)
                try Self.check("the inoculum in TCID50 per mL", inoculum, 1e-3...1e4)
                try Self.check("the length in days", days, 1...730)
                try Self.check("the first day", first_day, 0...730)
                try Self.check("the second day", second_day ?? 0, 0...730)
                try Self.check("the day of vaccination", vaccine_day ?? 0, 0...730)
                try Self.check("the vaccine in micrograms", vaccine_ug ?? 0, 0...500)
                try Self.check("the steroid's effect", steroid, 0...1)
                // A time of exactly 0 is the start itself, at which no event happens.
                func moment(_ day: Double?) -> Double { day.map { max($0, 0.001) } ?? InfectionModel.never }
                var values = [
                    "age": age, "inoculum": inoculum, "first_inoculation": moment(first_day), "second_inoculation": moment(second_day),
                    "vaccination": moment(vaccine_day), "vaccine_dose": vaccine_ug ?? 0, "steroidEffect": steroid,
                ]
                if !t_cells { values["virus_epitopes_fixed"] = 0 }
                if !antibody { values["virus_B_frequency"] = 0 }
                if !interferon {
                    values["protection"] = 0
                    values["NK_kill"] = 0
                }
                return values
            }

            private static func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
                guard range.contains(value) else {
                    throw WebFailure(.badRequest, "\(name) must be between \(range.lowerBound) and \(range.upperBound), got \(value)")
                }
            }
        }

        struct Answer: Encodable {
            struct Series: Encodable {
                var id: String
                var name: String
                var unit: String
                var values: [Double]
            }
            /// What one contact with the virus led to, until the next one or the end.
            struct Episode: Encodable {
                var day: Double
                /// Highest log10 of TCID50 per mL.
                var peak: Double
                /// Days from contact to the peak.
                var peak_after: Double
                /// Days from contact until the last infected cell was gone; absent while cells are infected at the end.
                var cleared_after: Double?
                /// Most epithelium infected or lost at once, percent.
                var damage_pct: Double
                /// Highest temperature, °C.
                var temperature: Double
                /// Highest C-reactive protein, mg/L.
                var CRP: Double
            }
            var days: [Double]
            var series: [Series]
            var episodes: [Episode]
            /// The most effector T cells against the virus, and memory T cells at the end.
            var effector_peak: Double
            var memory_end: Double
            var solve_ms: Double
        }

        func run(_ body: Data) throws -> String {
            let request = try JSONDecoder().decode(Request.self, from: body)
            let values = try request.values()
            let started = ContinuousClock.now
            let course = try model.prepared.run(values, duration: request.days, steps: min(600, max(120, Int(request.days * 8))))
            let solved = ContinuousClock.now
            let columns = Dictionary(uniqueKeysWithValues: course.columns.indices.map { (course.columns[$0], course.column($0)) })
            let contacts = ([request.first_day] + [request.second_day].compactMap(\.self)).filter { $0 < request.days }.sorted()
            let episodes = contacts.enumerated().map { index, day in
                let end = index + 1 < contacts.count ? contacts[index + 1] : request.days
                return Self.episode(from: day, to: end, course.times, columns)
            }
            return try JSONText.of(
                Answer(
                    days: course.times,
                    series: course.columns.enumerated().map { index, id in
                        .init(id: id, name: model.meanings[index], unit: Self.unitWords[course.units[index]] ?? course.units[index], values: columns[id]!)
                    }, episodes: episodes, effector_peak: columns["virus_effector"]?.max() ?? 0,
                    memory_end: columns["virus_memory8"]?.last ?? 0, solve_ms: milliseconds(solved - started)))
        }

        private static func episode(from day: Double, to end: Double, _ times: [Double], _ columns: [String: [Double]]) -> Answer.Episode {
            let rows = times.indices.filter { times[$0] > day && times[$0] <= end }
            func highest(_ id: String) -> (value: Double, row: Int) {
                rows.map { (columns[id]![$0], $0) }.max { $0.0 < $1.0 } ?? (0, 0)
            }
            let peak = highest("log10_virus")
            let infected = columns["epithelium_infected"]!
            let last = rows.last { infected[$0] >= 1 }
            let healthy = (columns["epithelium"]!, columns["epithelium_resistant"]!)
            let total = healthy.0[0] + healthy.1[0]
            let least = rows.map { healthy.0[$0] + healthy.1[$0] }.min() ?? total
            return Answer.Episode(
                day: day, peak: peak.value, peak_after: times[peak.row] - day,
                cleared_after: last.map { $0 == rows.last ? nil : times[$0] - day } ?? 0, damage_pct: 100 * (1 - least / total),
                temperature: highest("temperature").value, CRP: highest("CRP").value)
        }

        /// Units as people write them.
        static let unitWords = [
            "cell": "cells", "cell_per_day": "cells a day", "dimensionless": "", "pg_per_mL": "pg/mL", "mg_per_L": "mg/L",
            "degree_C": "°C", "TCID50_mL": "TCID50/mL",
        ]
    }
#endif
