#if Web
    import Foundation
    import HTTPTypes
    import Hummingbird

    /// Refuses requests that can't come from the app's own pages on this machine, and turns failures into JSON.
    ///
    /// The Host check stops DNS rebinding, the Origin check and the token stop other pages from starting work.
    struct RequestGuard: RouterMiddleware {
        var configuration: WebConfiguration

        func handle(
            _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
        ) async throws -> Response {
            var response: Response
            do {
                try check(request)
                response = try await next(request, context)
            } catch let failure as WebFailure {
                response = failure.response
            } catch let error as HTTPError {
                response = WebFailure(error.status, error.body ?? "the request could not be understood").response
            } catch {
                response = WebFailure(.unprocessableContent, WebServices.message(for: error)).response
            }
            response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
            response.headers[.xContentTypeOptions] = "nosniff"
            if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
            if let name = HTTPField.Name("X-Frame-Options") { response.headers[name] = "DENY" }
            return response
        }

        /// Only what this server sends; `unsafe-eval` is what Vega needs to compile its expressions.
        static let contentSecurityPolicy = """
            default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
            connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'
            """

        private func check(_ request: Request) throws {
            let host = request.head.authority ?? ""
            guard isAllowed(host) else {
                throw WebFailure(.misdirectedRequest, "this server does not answer to the host name '\(host.prefix(100))'")
            }
            if let origin = request.headers[.origin] {
                let name = origin.split(separator: "//", maxSplits: 1).last.map(String.init) ?? origin
                guard isAllowed(name) else { throw WebFailure(.forbidden, "requests from other pages are refused") }
            }
            guard request.method != .get, request.method != .head else { return }
            let token = HTTPField.Name("X-Perforin-Token").flatMap { request.headers[$0] } ?? ""
            guard Self.constantTimeEqual(token, configuration.token) else {
                throw WebFailure(.forbidden, "the request lacks the token of this session; reload the page")
            }
        }

        /// The port may differ from the configured one when the system chose it.
        private func isAllowed(_ name: String) -> Bool {
            if configuration.allowedHosts.contains(name) { return true }
            guard configuration.port == 0, let colon = name.lastIndex(of: ":") else { return false }
            return configuration.allowedHosts.contains(String(name[..<colon]))
        }

        private static func constantTimeEqual(_ a: String, _ b: String) -> Bool {
            guard a.utf8.count == b.utf8.count else { return false }
            return zip(a.utf8, b.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }

    /// A refusal with its HTTP status and words for the user.
    struct WebFailure: Error {
        var status: HTTPResponse.Status
        var message: String

        init(_ status: HTTPResponse.Status, _ message: String) {
            self.status = status
            self.message = message
        }

        var response: Response {
            let data = (try? JSONSerialization.data(withJSONObject: ["error": message])) ?? Data("{}".utf8)
            return Response(
                status: status, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(bytes: data)))
        }
    }
#endif
