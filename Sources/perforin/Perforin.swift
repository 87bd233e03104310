import CommandLine

@main
enum Perforin {
    static func main() async { await PerforinCommand.run(arguments: Array(Swift.CommandLine.arguments.dropFirst())) }
}
