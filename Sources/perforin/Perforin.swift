import CommandLine

@main
enum Perforin {
    static func main() async {
        PerforinCommand.prepare()
        await PerforinCommand.run(arguments: Array(Swift.CommandLine.arguments.dropFirst()))
    }
}
