import Foundation

/// The description of the tables in the form of CDISC's Define-XML 2.1: data sets, variables, types, keys.
///
/// Codelists, origins and computational methods are left out, so that a validator of submissions would ask for more.
struct DefineFile {
    let study: Study
    let tables: [AnalysisTable]

    var text: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1" xmlns:xlink="http://www.w3.org/1999/xlink" FileType="Snapshot" FileOID="\(escape(study.id)).define" ODMVersion="1.3.2" Originator="Perforin \(PerforinVersion.current)" def:Context="Other">
        <Study OID="\(escape(study.id))">
        <GlobalVariables><StudyName>\(escape(study.id))</StudyName><StudyDescription>\(escape(study.title)). All subjects are simulated.</StudyDescription><ProtocolName>\(escape(study.id))</ProtocolName></GlobalVariables>
        <MetaDataVersion OID="MDV.1" Name="Analysis data of \(escape(study.id))" def:DefineVersion="2.1.0">
        \(tables.map(group).joined(separator: "\n"))
        \(tables.flatMap(items).joined(separator: "\n"))
        \(tables.map { "<def:leaf ID=\"LF.\($0.name)\" xlink:href=\"\($0.fileName)\"><def:title>\($0.fileName)</def:title></def:leaf>" }.joined(separator: "\n"))
        </MetaDataVersion>
        </Study>
        </ODM>

        """
    }

    private func group(_ table: AnalysisTable) -> String {
        let references = table.variables.enumerated().map { index, variable in
            let key = table.keys.firstIndex(of: variable.name).map { " KeySequence=\"\($0 + 1)\"" } ?? ""
            return "<ItemRef ItemOID=\"IT.\(table.name).\(variable.name)\" OrderNumber=\"\(index + 1)\" Mandatory=\"No\"\(key)/>"
        }
        return """
            <ItemGroupDef OID="IG.\(table.name)" Name="\(table.name)" Repeating="\(table.name == "ADSL" ? "No" : "Yes")" IsReferenceData="No" Purpose="Analysis" def:Structure="\(table.keys.joined(separator: ", "))" def:ArchiveLocationID="LF.\(table.name)">
            <Description><TranslatedText xml:lang="en">\(escape(table.label))</TranslatedText></Description>
            \(references.joined(separator: "\n"))
            <def:Class Name="\(table.structure)"/>
            </ItemGroupDef>
            """
    }

    private func items(_ table: AnalysisTable) -> [String] {
        table.variables.enumerated().map { index, variable in
            let longest = table.rows.lazy.map { $0[index].utf8.count }.max() ?? 1
            let length = variable.kind == .text ? " Length=\"\(max(1, longest))\"" : variable.kind == .integer ? " Length=\"8\"" : ""
            return "<ItemDef OID=\"IT.\(table.name).\(variable.name)\" Name=\"\(variable.name)\" DataType=\"\(variable.kind.rawValue)\"\(length)><Description><TranslatedText xml:lang=\"en\">\(escape(variable.label))</TranslatedText></Description></ItemDef>"
        }
    }

    private func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: "\"", with: "&quot;")
    }
}

extension TrialResult {
    /// Writes the tables and their description; returns what was written, by name.
    public func writeTables(to folder: URL) throws -> [String: Data] {
        if !tablesOnDisk.isEmpty {
            return try Dictionary(
                uniqueKeysWithValues: tablesOnDisk.map { ($0, try Data(contentsOf: folder.appendingPathComponent($0), options: .mappedIfSafe)) })
        }
        let tables = TrialTables(self).all
        var files: [String: Data] = ["define.xml": Data(DefineFile(study: study, tables: tables).text.utf8)]
        for table in tables { files[table.fileName] = Data(table.csv.utf8) }
        for (name, data) in files { try AtomicFile.write(data, to: folder.appendingPathComponent(name)) }
        return files
    }
}
