import Foundation

/// Where the app listens and what it allows. The defaults are safe: this machine only.
public struct WebConfiguration: Sendable {
    public var host: String
    public var port: Int
    /// Names by which browsers may reach the server; requests for any other host are refused.
    public var allowedHosts: Set<String>
    /// Needed by every request that starts work; the pages carry it.
    public var token: String
    /// Largest request body, in bytes.
    public var bodyLimit: Int
    /// Runs that are answered at once and may compute at the same time; further ones wait their turn.
    public var concurrentRuns: Int
    /// Such runs that may wait; further ones are refused with 503.
    public var waitingRuns: Int
    /// Longest of these runs, in seconds.
    public var promptRunLimit: Double
    /// Longest run of one job, in seconds.
    public var runTimeLimit: Double
    /// Jobs that run at the same time; further ones wait.
    public var concurrentJobs: Int
    /// Jobs that may wait; further ones are refused with 503.
    public var waitingJobs: Int
    /// A job that nobody has asked about for so long is stopped, in seconds.
    public var abandonedAfter: Double
    /// The plotting library, as JavaScript text.
    public var plottingBundle: String

    public init(
        host: String = "127.0.0.1", port: Int = 8642, token: String = WebConfiguration.randomToken(), bodyLimit: Int = 20_000_000,
        concurrentRuns: Int = max(2, ProcessInfo.processInfo.activeProcessorCount), waitingRuns: Int = 200, promptRunLimit: Double = 30,
        runTimeLimit: Double = 600, concurrentJobs: Int = 2, waitingJobs: Int = 64, abandonedAfter: Double = 20,
        plottingBundle: String
    ) {
        self.host = host
        self.port = port
        let names = host == "127.0.0.1" || host == "::1" || host == "localhost" ? ["127.0.0.1", "localhost", "[::1]"] : [host]
        allowedHosts = Set(names.flatMap { [$0, "\($0):\(port)"] })
        self.token = token
        self.bodyLimit = bodyLimit
        self.concurrentRuns = concurrentRuns
        self.waitingRuns = waitingRuns
        self.promptRunLimit = promptRunLimit
        self.runTimeLimit = runTimeLimit
        self.concurrentJobs = concurrentJobs
        self.waitingJobs = waitingJobs
        self.abandonedAfter = abandonedAfter
        self.plottingBundle = plottingBundle
    }

    /// 128 random bits from the system, in hexadecimal.
    public static func randomToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
