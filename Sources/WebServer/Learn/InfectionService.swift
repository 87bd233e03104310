#if Web
    import Foundation
    import ImmuneModels
    import ModelRuns

    /// A virus in a healthy person: what lessons about the immune system run.
    struct InfectionService: Sendable {
        let model: LessonModel

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
                try check("the age in years", age, 1...100)
                try check("the inoculum in TCID50 per mL", inoculum, 1e-3...1e4)
                try check("the length in days", days, 1...730)
                try check("the first day", first_day, 0...730)
                try check("the second day", second_day ?? 0, 0...730)
                try check("the day of vaccination", vaccine_day ?? 0, 0...730)
                try check("the vaccine in micrograms", vaccine_ug ?? 0, 0...500)
                try check("the steroid's effect", steroid, 0...1)
                // A time of exactly 0 is the start itself, at which no event happens.
                func moment(_ day: Double?) -> Double { day.map { max($0, 0.001) } ?? LessonModel.never }
                var values = [
                    "age": age, "inoculum": inoculum, "first_contact": moment(first_day), "second_contact": moment(second_day),
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
        }

        struct Answer: Encodable {
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
            var series: [LessonSeries]
            var episodes: [Episode]
            /// The most effector T cells against the virus, and memory T cells at the end.
            var effector_peak: Double
            var memory_end: Double
            var solve_ms: Double
        }

        func run(_ body: Data) throws -> String {
            let request = try JSONDecoder().decode(Request.self, from: body)
            let values = try request.values()
            let run = try model.run(values, days: request.days)
            let contacts = ([request.first_day] + [request.second_day].compactMap(\.self)).filter { $0 < request.days }.sorted()
            let episodes = contacts.enumerated().map { index, day in
                let end = index + 1 < contacts.count ? contacts[index + 1] : request.days
                return Self.episode(from: day, to: end, run)
            }
            return try JSONText.of(
                Answer(
                    days: run.days, series: run.series, episodes: episodes, effector_peak: run.columns["virus_effector"]!.max()!,
                    memory_end: run.columns["virus_memory8"]!.last!, solve_ms: run.milliseconds))
        }

        private static func episode(from day: Double, to end: Double, _ run: LessonModel.Run) -> Answer.Episode {
            let span = day.nextUp...max(day.nextUp, end)
            let rows = run.days.indices.filter { span.contains(run.days[$0]) }
            let peak = run.highest("log10_virus", span)
            let last = rows.last { run.columns["epithelium_infected"]![$0] >= 1 }
            let (healthy, resistant) = (run.columns["epithelium"]!, run.columns["epithelium_resistant"]!)
            let total = healthy[0] + resistant[0]
            let least = rows.map { healthy[$0] + resistant[$0] }.min() ?? total
            return Answer.Episode(
                day: day, peak: peak.value, peak_after: run.days[peak.row] - day,
                cleared_after: last.map { $0 == rows.last ? nil : run.days[$0] - day } ?? 0, damage_pct: 100 * (1 - least / total),
                temperature: run.highest("temperature", span).value, CRP: run.highest("CRP", span).value)
        }
    }
#endif
