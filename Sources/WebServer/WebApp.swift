#if Web
    public import Hummingbird
    import Foundation
    import HTTPTypes

    /// The local web app: static pages, a JSON API and jobs with server-sent progress.
    public struct WebApp: Sendable {
        public var configuration: WebConfiguration
        let services: WebServices
        let jobs: JobCenter
        let gate: RunGate
        let files: StaticFiles

        public init(_ configuration: WebConfiguration) throws {
            self.configuration = configuration
            services = try WebServices(plottingBundle: configuration.plottingBundle)
            gate = RunGate(width: configuration.concurrentRuns, places: configuration.waitingRuns, limit: configuration.promptRunLimit)
            jobs = JobCenter(configuration) { WebServices.message(for: $0) }
            guard let folder = Bundle.module.url(forResource: "Resources", withExtension: nil) else {
                throw WebFailure(.internalServerError, "the pages of the web app are missing beside the program")
            }
            var files = try StaticFiles(folder: folder)
            files.add("/vega-bundle.js", configuration.plottingBundle, type: StaticFiles.type(of: "js"))
            files.add("/api/openapi.json", OpenAPI.document, type: StaticFiles.type(of: "json"))
            self.files = files
        }

        /// The application, ready to run as a service or under test.
        public func application(onStart: @escaping @Sendable (Int) -> Void = { _ in }) -> some ApplicationProtocol {
            Application(
                router: router(),
                configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
                onServerRunning: { channel in onStart(channel.localAddress?.port ?? configuration.port) })
        }

        func router() -> Router<BasicRequestContext> {
            let router = Router()
            router.add(middleware: RequestGuard(configuration: configuration))
            addRuns(to: router)
            addJobs(to: router)
            for path in ["/", "**"] { router.get(RouterPath(path)) { request, _ in try page(request.uri.path) } }
            return router
        }

        /// A file of the app; the pages carry the token of this session.
        private func page(_ path: String) throws -> Response {
            guard let file = files.file(path) else { throw WebFailure(.notFound, "no page at '\(path)'") }
            var content = file.content
            if path == "/" || path == "/index.html" {
                let page = String(decoding: content, as: UTF8.self)
                content = Data(page.replacingOccurrences(of: "{{token}}", with: configuration.token).utf8)
            }
            return Response(
                status: .ok, headers: [.contentType: file.type, .cacheControl: "no-cache"],
                body: .init(byteBuffer: ByteBuffer(bytes: content)))
        }

        /// Requests that answer at once.
        private func addRuns(to router: Router<BasicRequestContext>) {
            router.get("/api/catalogue") { _, _ in Self.json(try services.catalogue()) }
            router.get("/api/modules") { _, _ in Self.json(try ModuleService(library: services.library).list()) }
            router.get("/api/modules/:id") { _, context in
                Self.json(try ModuleService(library: services.library).contents(of: try context.parameters.require("id")))
            }
            for (path, run) in services.runs {
                router.post(RouterPath(path)) { request, _ in
                    // A client that goes away, such as a page whose slider moved on, takes its run along.
                    let text = try await request.body.consumeWithCancellationOnInboundClose { stream in
                        let body = try await Self.body(of: stream, limit: configuration.bodyLimit)
                        return try await gate.run { try await run(body) }
                    }
                    return Self.json(text)
                }
            }
        }

        /// Long work: start, watch, fetch, cancel.
        private func addJobs(to router: Router<BasicRequestContext>) {
            for (path, work) in services.jobs {
                router.post(RouterPath(path)) { request, _ in
                    let body = try await Self.body(of: request.body, limit: configuration.bodyLimit)
                    let job = try work(body)
                    do {
                        let id = try await jobs.start(job)
                        return Self.json("{\"job\":\"\(id)\"}", status: .accepted)
                    } catch {
                        throw WebFailure(.serviceUnavailable, "too many runs are waiting; try again in a minute")
                    }
                }
            }
            router.get("/api/jobs/:id/result") { _, context in
                guard let result = await jobs.result(try context.parameters.require("id")) else {
                    throw WebFailure(.notFound, "no result under this job")
                }
                return Self.json(result)
            }
            router.get("/api/jobs/:id/events") { _, context in
                let id = try context.parameters.require("id")
                guard await jobs.status(id) != nil else { throw WebFailure(.notFound, "no such job") }
                return Response(
                    status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                    body: .init { writer in
                        var last = ""
                        while let status = await jobs.status(id) {
                            let text = Self.text(of: status)
                            if text != last {
                                try await writer.write(ByteBuffer(string: "data: \(text)\n\n"))
                                last = text
                            } else {
                                try await writer.write(ByteBuffer(string: ": still here\n\n"))
                            }
                            if status.isOver { break }
                            try await Task.sleep(for: .milliseconds(200))
                        }
                        try await writer.finish(nil)
                    })
            }
            router.delete("/api/jobs/:id") { _, context in
                await jobs.cancel(try context.parameters.require("id"))
                return Response(status: .noContent)
            }
        }

        private static func body(of stream: RequestBody, limit: Int) async throws -> Data {
            do {
                return Data(buffer: try await stream.collect(upTo: limit))
            } catch {
                throw WebFailure(.contentTooLarge, "the request is larger than \(limit / 1_000_000) MB")
            }
        }

        private static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
            Response(
                status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }

        /// A job's status as JSON text on one line.
        static func text(of status: JobCenter.Status) -> String {
            var object: [String: Any] = ["phase": status.phase.rawValue, "done": status.done, "total": status.total]
            if let message = status.message { object["message"] = message }
            var text = (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]))
                .map { String(decoding: $0, as: UTF8.self) } ?? "{}"
            if let partial = status.partial { text = text.dropLast() + ",\"partial\":\(partial)}" }
            return text
        }
    }

    extension Data {
        fileprivate init(buffer: ByteBuffer) { self = Data(buffer.readableBytesView) }
    }
#endif
