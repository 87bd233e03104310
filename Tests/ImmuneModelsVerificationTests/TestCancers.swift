@testable import ImmuneModels

/// Small cancers that carry every antigen an agent can need, so that agents are tested by themselves.
enum TestCancers {
    private static let header = "---\nid,value,unit,distribution,spread,low,high,meaning,source,confidence,note,module\n"
    static let antigens = ["CD19", "CD20", "CD22", "BCMA", "GPRC5D", "CD30", "CD38", "SLAMF7", "CCR4", "HER2", "EGFR", "DLL3", "gp100", "GD2", "CLDN18", "MAGEA4", "MET"]

    private static func rows(_ densities: [String: Double]) -> String {
        (["diagnosisDiameter,40,mm,point,,,,diameter at diagnosis,,assumed,of a test,"] + antigens.map { "\($0)_density,\(densities[$0] ?? 20000),dimensionless,point,,,,molecules on a cell,,assumed,of a test," }).joined(separator: "\n")
    }

    private static func text(id: String, geometry: String, densities: [String: Double]) -> String {
        """
        id: \(id)
        name: \(id)
        geometry: \(geometry)
        antigens: \(antigens.joined(separator: "; "))
        \(geometry == "solid" ? "antigen groups: neo; taa" : "# no antigen groups")
        diagnosis observable: diameter_tumour
        diagnosis threshold: diagnosisDiameter
        criteria: \(geometry == "solid" ? "RECIST" : "Lugano")
        \(geometry == "solid" ? "lesion" : "node") diameter observable: diameter_tumour

        """ + header + rows(densities)
    }

    /// The built-in library with `test_blood` and `test_solid`, whose cells carry `densities` molecules (20,000 where it says nothing).
    static func library(_ densities: [String: Double] = [:]) throws -> ModelLibrary {
        var library = Simulation.library
        try library.addCancer(text(id: "test_blood", geometry: "blood", densities: densities), file: "test_blood.txt")
        try library.addCancer(text(id: "test_solid", geometry: "solid", densities: densities), file: "test_solid.txt")
        return library
    }
}
