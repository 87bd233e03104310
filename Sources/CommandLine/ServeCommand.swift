import ArgumentParser
import Foundation
import Reports

#if Web
    import WebServer
#endif

/// `perforin serve`: the local web app.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Explore patients and models in the browser, on this machine.",
        discussion: """
            Treat the twins of a patient and watch cells and tumours, or run any SBML or Antimony model. Nothing leaves this
            machine; the server answers to 127.0.0.1 unless told otherwise.
            \(PerforinCommand.notMedicalAdvice)

            EXAMPLES:
              perforin serve
              perforin serve --port 9000
            """)

    @Option(help: "Port; 0 lets the system choose.")
    var port: Int = 8642

    @Option(help: "Address to bind to; anything but 127.0.0.1 opens the app to others on the network.")
    var host: String = "127.0.0.1"

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be between 0 and 65535, got \(port).") }
    }

    func run() async throws {
        #if Web
            let bundle: String
            do { bundle = try PlottingTools().bundle() } catch { throw CommandOutcome(.badInput, "error: \(error)") }
            let app = try WebApp(WebConfiguration(host: host, port: port, plottingBundle: bundle))
            let host = host
            try await app.application { port in
                FileHandle.standardError.write(Data("Perforin is at http://\(host):\(port)/  (Ctrl-C ends it). \(PerforinCommand.notMedicalAdvice)\n".utf8))
            }.run()
        #else
            throw CommandOutcome(.badInput, "error: this program was built without the web app; start it with `./perforin serve`, which builds it")
        #endif
    }
}
