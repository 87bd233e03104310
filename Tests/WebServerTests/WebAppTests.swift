#if Web
    import Explanation
    import Foundation
    import HTTPTypes
    import Hummingbird
    import HummingbirdTesting
    import ImmuneModels
    import Studies
    import Synchronization
    import Testing

    @testable import WebServer

    @Suite(.serialized) struct WebAppTests {
        static let token = "0123456789abcdef"

        static func withApp(bodyLimit: Int = 1_000_000, _ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
            let configuration = WebConfiguration(port: 8642, token: token, bodyLimit: bodyLimit, plottingBundle: "window.vegaEmbed=()=>{}")
            let app = Application(router: try WebApp(configuration).router())
            try await app.test(.router) { client in try await body(client) }
        }

        static func headers(host: String = "127.0.0.1:8642", token: String? = token, origin: String? = nil) -> HTTPFields {
            var fields: HTTPFields = [:]
            fields[HTTPField.Name("Host")!] = host
            if let token { fields[HTTPField.Name("X-Perforin-Token")!] = token }
            if let origin { fields[.origin] = origin }
            return fields
        }

        static func text(_ response: TestResponse) -> String { String(buffer: response.body) }

        static let patient = """
            {"cancer":"nsclc","therapy":"pembrolizumab 200 mg q3w","sex":"female","diameter_mm":37,"age":64,"weight_kg":70,"ecog":1,"pdl1_pct":80,"tmb":10,"days":180,"twins":8,"seed":1}
            """

        @Test func `a page carries the token of the session and a content policy`() async throws {
            try await Self.withApp { client in
                let response = try await client.execute(uri: "/", method: .get, headers: Self.headers())
                #expect(response.status == .ok)
                #expect(Self.text(response).contains(Self.token))
                #expect(Self.text(response).contains("not medical advice"))
                #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
            }
        }

        @Test func `work is refused without the token`() async throws {
            try await Self.withApp { client in
                for token in [nil, "wrong"] {
                    let response = try await client.execute(
                        uri: "/api/simulate", method: .post, headers: Self.headers(token: token), body: ByteBuffer(string: Self.patient))
                    #expect(response.status == .forbidden)
                }
            }
        }

        @Test func `requests from other pages are refused`() async throws {
            try await Self.withApp { client in
                let response = try await client.execute(
                    uri: "/api/simulate", method: .post, headers: Self.headers(origin: "https://evil.example"),
                    body: ByteBuffer(string: Self.patient))
                #expect(response.status == .forbidden)
            }
        }

        @Test("no path leads out of the app's own files", arguments: ["/../Package.swift", "/%2e%2e/Package.swift", "/js/../../../etc/passwd", "//etc/passwd"])
        func traversal(path: String) async throws {
            try await Self.withApp { client in
                let response = try await client.execute(uri: path, method: .get, headers: Self.headers())
                #expect(response.status == .notFound || response.status == .badRequest)
            }
        }

        @Test func `a body over the limit is refused`() async throws {
            try await Self.withApp(bodyLimit: 1000) { client in
                let response = try await client.execute(
                    uri: "/api/models/run", method: .post, headers: Self.headers(),
                    body: ByteBuffer(string: String(repeating: "x", count: 2000)))
                #expect(response.status == .contentTooLarge)
            }
        }

        @Test func `an Antimony model runs and decays as it should`() async throws {
            try await Self.withApp { client in
                let body = #"{"text":"species A; A = 10; A' = -0.5*A;","duration":4,"steps":4}"#
                let response = try await client.execute(
                    uri: "/api/models/run", method: .post, headers: Self.headers(), body: ByteBuffer(string: body))
                #expect(response.status == .ok, "\(Self.text(response))")
                let object = try JSONSerialization.jsonObject(with: Data(Self.text(response).utf8)) as? [String: Any]
                let series = object?["series"] as? [[String: Any]]
                let values = try #require(series?.first?["values"] as? [Double])
                #expect(abs(values[4] - 10 * exp(-2)) < 1e-4)
            }
        }

        @Test func `a malformed model is answered with its place`() async throws {
            try await Self.withApp { client in
                let body = #"{"text":"species A; A' = -0.5*(A;","duration":4,"steps":4}"#
                let response = try await client.execute(
                    uri: "/api/models/run", method: .post, headers: Self.headers(), body: ByteBuffer(string: body))
                #expect(response.status == .unprocessableContent)
                #expect(Self.text(response).contains("model:1:"))
            }
        }

        @Test func `a patient's twins are treated, with bands and outcomes`() async throws {
            try await Self.withApp { client in
                let response = try await client.execute(
                    uri: "/api/simulate", method: .post, headers: Self.headers(), body: ByteBuffer(string: Self.patient))
                #expect(response.status == .ok, "\(Self.text(response))")
                #expect(Self.text(response).contains("effectorCD8_tumour"))
                #expect(Self.text(response).contains("of 8 twins"))
            }
        }

        @Test func `two therapies run side by side in the same twins`() async throws {
            try await Self.withApp { client in
                let body = Self.patient.replacingOccurrences(of: #""therapy":"pembrolizumab 200 mg q3w""#, with: #""therapies":["none","pembrolizumab"]"#)
                let response = try await client.execute(
                    uri: "/api/simulate", method: .post, headers: Self.headers(), body: ByteBuffer(string: body))
                #expect(response.status == .ok, "\(Self.text(response))")
                let object = try JSONSerialization.jsonObject(with: Data(Self.text(response).utf8)) as? [String: Any]
                let arms = try #require(object?["arms"] as? [[String: Any]])
                #expect(arms.map { $0["name"] as? String } == ["none", "pembrolizumab"])
                #expect(arms.allSatisfy { $0["twins"] as? Int == 8 })
            }
        }

        static func infection(_ changes: [String: Any] = [:]) throws -> ByteBuffer {
            var request: [String: Any] = [
                "age": 35, "inoculum": 0.1, "first_day": 0, "days": 30, "t_cells": true, "antibody": true, "interferon": true, "steroid": 0,
            ]
            request.merge(changes) { $1 }
            return ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: request))
        }

        static func episodes(_ client: any TestClientProtocol, _ changes: [String: Any] = [:]) async throws -> [[String: Double]] {
            let response = try await client.execute(
                uri: "/api/infection", method: .post, headers: headers(), body: try infection(changes))
            #expect(response.status == .ok, "\(text(response))")
            let object = try JSONSerialization.jsonObject(with: Data(text(response).utf8)) as? [String: Any]
            return try #require(object?["episodes"] as? [[String: Double]])
        }

        @Test func `an infection is cleared in days, not without T cells and antibody, and milder the second time or after vaccination`() async throws {
            try await Self.withApp { client in
                let first = try await Self.episodes(client)[0]
                #expect((6.5...10).contains(first["cleared_after"] ?? 0))
                let unprotected = try await Self.episodes(client, ["t_cells": false, "antibody": false, "days": 60])[0]
                #expect(unprotected["cleared_after"] == nil)
                let twice = try await Self.episodes(client, ["second_day": 180, "days": 220])
                #expect(twice.count == 2)
                #expect(twice[1]["peak"]! < twice[0]["peak"]! - 1)
                let vaccinated = try await Self.episodes(client, ["first_day": 42, "vaccine_day": 0, "vaccine_ug": 50, "days": 72])[0]
                #expect(vaccinated["peak"]! < first["peak"]! - 1)
            }
        }

        @Test func `an infection out of range is refused by name`() async throws {
            try await Self.withApp { client in
                let response = try await client.execute(
                    uri: "/api/infection", method: .post, headers: Self.headers(), body: try Self.infection(["days": 5000]))
                #expect(response.status == .badRequest)
                #expect(Self.text(response).contains("days"))
            }
        }

        static let smoker = #"{"cancer":"nsclc","facts":{"pdl1":"80","line":"1","age":"64"},"therapies":["pembrolizumab","carboplatin + pemetrexed"],"twins":8,"months":12}"#

        @Test func `rules name what a patient may have, and what not with the reason and its source`() async throws {
            try await Self.withApp { client in
                let body = #"{"cancer":"nsclc","facts":{"autoimmune":"severe","pdl1":"80","line":"1"}}"#
                let response = try await client.execute(uri: "/api/eligibility", method: .post, headers: Self.headers(), body: ByteBuffer(string: body))
                #expect(response.status == .ok, "\(Self.text(response))")
                let object = try #require(try JSONSerialization.jsonObject(with: Data(Self.text(response).utf8)) as? [String: Any])
                let options = try #require(object["options"] as? [[String: Any]])
                let pembrolizumab = try #require(options.first { $0["name"] as? String == "pembrolizumab" })
                #expect(pembrolizumab["verdict"] as? String == "excluded")
                #expect((pembrolizumab["reasons"] as? [String])?.contains { $0.contains("[") } == true)
                #expect((object["facts"] as? [String])?.contains("pdl1") == true)
            }
        }

        @Test func `therapies are compared on the same twins, and their outcomes allow a weighing of one's own`() async throws {
            try await Self.withApp { client in
                let response = try await client.execute(uri: "/api/compare", method: .post, headers: Self.headers(), body: ByteBuffer(string: Self.smoker))
                #expect(response.status == .ok, "\(Self.text(response))")
                let object = try #require(try JSONSerialization.jsonObject(with: Data(Self.text(response).utf8)) as? [String: Any])
                let therapies = try #require(object["therapies"] as? [[String: Any]])
                #expect(therapies.count == 2)
                let twins = therapies.map { ($0["outcomes"] as? [[String: Any]] ?? []).compactMap { $0["twin"] as? Int } }
                #expect(twins[0] == twins[1] && twins[0].count == 8)
            }
        }

        @Test("a comparison that can't be is refused by name", arguments: [
            (#""pembrolizumab""#, #""trastuzumab""#, "trastuzumab"), (#""pdl1":"80""#, #""pdl1":"800""#, "pdl1"), (#""pdl1":"80""#, #""pdl1":"0""#, "pembrolizumab"),
            (#""twins":8"#, #""twins":8000"#, "twins"), (#""age":"64""#, #""autoimmune":"sever""#, "autoimmune"), ("nsclc", "nslc", "nslc"),
        ])
        func comparisonRefusals(from: String, to: String, word: String) async throws {
            try await Self.withApp { client in
                for uri in ["/api/compare", "/api/jobs/compare"] {
                    let response = try await client.execute(
                        uri: uri, method: .post, headers: Self.headers(), body: ByteBuffer(string: Self.smoker.replacingOccurrences(of: from, with: to)))
                    #expect(response.status == .badRequest || response.status == .unprocessableContent, "\(response.status)")
                    #expect(Self.text(response).contains(word), "\(Self.text(response))")
                }
            }
        }

        @Test func `an explanation is a job with stages, and its parts sum to the whole`() async throws {
            let service = CompareService(library: try ModelLibrary.builtIn())
            let body = Self.smoker.replacingOccurrences(of: #""twins":8"#, with: #""twins":8,"why":true"#)
            let seen = Mutex<[Int]>([])
            let text = try await service.job(Data(body.utf8))() { done, total, stage in
                #expect(total > 0 && stage?.contains("stage") == true)
                seen.withLock { $0.append(done) }
            }
            let steps = seen.withLock { $0 }
            #expect(steps.count >= 3 && steps == steps.sorted(), "progress only grows: \(steps)")
            let result = try JSONDecoder().decode(TherapyComparisonResult.self, from: Data(text.utf8))
            #expect(result.why.count == Measure.allCases.count)
            for why in result.why {
                #expect(abs(why.sum - why.whole.value) < 1e-9)
                #expect(why.statements.allSatisfy { !$0.run.isEmpty && $0.effect.error.isFinite })
            }
        }

        @Test func `every module comes with equations, and parameters with their confidence`() async throws {
            try await Self.withApp { client in
                let list = try await client.execute(uri: "/api/modules", method: .get, headers: Self.headers())
                let modules = try #require(try JSONSerialization.jsonObject(with: Data(Self.text(list).utf8)) as? [[String: Any]])
                #expect(modules.count >= 38)
                for id in modules.compactMap({ $0["id"] as? String }) {
                    let response = try await client.execute(uri: "/api/modules/\(id)", method: .get, headers: Self.headers())
                    #expect(response.status == .ok)
                }
                let virus = try await client.execute(uri: "/api/modules/25-infection", method: .get, headers: Self.headers())
                #expect(Self.text(virus).contains("Baccam 2006"))
                #expect(try await client.execute(uri: "/api/modules/none", method: .get, headers: Self.headers()).status == .notFound)
            }
        }

        @Test("what is out of range or unknown is named", arguments: [
            (#""age":64"#, #""age":640"#, "age"), ("nsclc", "nslc", "nslc"), ("pembrolizumab", "pembrolizumap", "pembrolizumab"),
        ])
        func refusals(from: String, to: String, word: String) async throws {
            try await Self.withApp { client in
                let body = Self.patient.replacingOccurrences(of: from, with: to)
                let response = try await client.execute(
                    uri: "/api/simulate", method: .post, headers: Self.headers(), body: ByteBuffer(string: body))
                #expect(response.status == .badRequest || response.status == .unprocessableContent)
                #expect(Self.text(response).contains(word))
            }
        }

        @Test func `the API's description names every address that the server has`() throws {
            let services = try WebServices()
            for path in Array(services.runs.keys) + Array(services.jobs.keys) { #expect(OpenAPI.document.contains("\"\(path)\"")) }
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(OpenAPI.document.utf8)) }
        }
    }

    @Suite struct JobCenterTests {
        static func center(_ change: (inout WebConfiguration) -> Void = { _ in }) -> JobCenter {
            var configuration = WebConfiguration(plottingBundle: "")
            change(&configuration)
            return JobCenter(configuration) { String(describing: $0) }
        }

        static func wait(_ jobs: JobCenter, _ id: String, until isOver: (JobCenter.Status) -> Bool) async throws -> JobCenter.Status {
            for _ in 0..<500 {
                let status = try #require(await jobs.status(id))
                if isOver(status) { return status }
                try await Task.sleep(for: .milliseconds(10))
            }
            return try #require(await jobs.status(id))
        }

        @Test func `a job reports, ends and keeps its result`() async throws {
            let jobs = Self.center()
            let id = try await jobs.start { report in
                report(1, 2, nil)
                return "42"
            }
            let status = try await Self.wait(jobs, id) { $0.phase == .done }
            #expect(status.phase == .done)
            #expect(await jobs.result(id) == "42")
        }

        @Test func `a cancelled job stops`() async throws {
            let jobs = Self.center()
            let id = try await jobs.start { _ in
                try await Task.sleep(for: .seconds(60))
                return ""
            }
            await jobs.cancel(id)
            #expect(await jobs.status(id)?.phase == .cancelled)
        }

        @Test func `a job over its time is stopped and says so`() async throws {
            let jobs = Self.center { $0.runTimeLimit = 0.05 }
            let id = try await jobs.start { _ in
                try await Task.sleep(for: .seconds(60))
                return ""
            }
            let status = try await Self.wait(jobs, id) { $0.phase == .failed }
            #expect(status.message?.contains("limit") == true)
        }

        @Test func `too many waiting jobs are refused`() async throws {
            let jobs = Self.center {
                $0.concurrentJobs = 1
                $0.waitingJobs = 1
                $0.runTimeLimit = 3600
            }
            let slow: JobCenter.Work = { _ in
                try await Task.sleep(for: .seconds(3600))
                return ""
            }
            _ = try await jobs.start(slow)
            _ = try await jobs.start(slow)
            await #expect(throws: JobCenter.Busy.self) { try await jobs.start(slow) }
        }
    }
#endif
