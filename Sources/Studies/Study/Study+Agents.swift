import ImmuneModels
import ModelIR

extension Study {
    /// The library with the agents that the study declares.
    ///
    /// - Throws: `InvalidModel` with the place in the agent's text of everything that is wrong, an id that is taken included.
    func extended(_ library: ModelLibrary) throws(InvalidModel) -> ModelLibrary {
        var library = library
        var problems: [Diagnostic] = []
        for agent in agents {
            do throws(InvalidModel) { try library.addAgent(agent.text, file: agent.file ?? "\(file), agent of line \(agent.place?.line ?? 0)") } catch {
                problems += error.diagnostics
            }
        }
        if !problems.isEmpty { throw InvalidModel(problems) }
        return library
    }

    /// Everything that the study is made of, for its hash: the file and the tables and agents beside it.
    var wholeText: String { ([text] + arms.compactMap { $0.doses?.text } + agents.filter { $0.file != nil }.map(\.text)).joined() }

    /// Files beside the study, by name.
    var filesBeside: [(name: String, text: String)] {
        arms.compactMap { $0.doses.map { ($0.name, $0.text) } } + agents.compactMap { agent in agent.file.map { ($0, agent.text) } }
    }
}
