// swift-tools-version: 6.2
import PackageDescription

// The arrows between targets are the architecture (Documentation/Architecture.md);
// Tests/ArchitectureTests holds every import against this list.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let whenWeb = TargetDependencyCondition.when(traits: ["Web"])
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird", condition: whenWeb)
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird", condition: whenWeb)

let package = Package(
    name: "Perforin",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "perforin", targets: ["perforin"])
    ],
    traits: [
        // The local web app. Off unless asked for, so that engine, tests and demo build in a fraction of the time.
        "Web"
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // Base
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
        library("Kernels", ["CKernels"]),
        // Not called Numerics: that name belongs to swift-numerics, which Hummingbird brings along.
        library("Mathematics"),
        library("Quantities"),

        // Core
        library("Dynamics", ["Kernels"]),
        library("ModelIR", ["Quantities"]),
        library("Survival", ["Mathematics"]),

        // Formats
        library("AntimonyFormat", ["ModelIR"]),
        library("SBMLFormat", ["ModelIR"]),

        // Engine
        library("ModelCompiler", ["ModelIR", "Dynamics", "Kernels", "Quantities"]),
        library("Integrators", ["Dynamics", "Kernels", "Mathematics"]),
        library("Ensembles", ["Integrators", "Dynamics", "Kernels", "Mathematics"]),

        // Biology
        library("ImmuneModels", ["AntimonyFormat", "ModelIR", "Quantities", "Mathematics"], resources: [.copy("Resources")]),

        // Trials
        library(
            "VirtualTrials",
            [
                "ImmuneModels", "ModelIR", "ModelCompiler", "Ensembles", "Integrators", "Dynamics", "Kernels", "Survival",
                "Mathematics", "Quantities",
            ], resources: [.copy("Resources")]),

        library(
            "Explanation",
            ["VirtualTrials", "ImmuneModels", "ModelIR", "ModelCompiler", "Ensembles", "Integrators", "Dynamics", "Survival", "Mathematics"],
            resources: [.copy("Resources")]),

        // Use cases
        library(
            "ModelRuns",
            [
                "AntimonyFormat", "SBMLFormat", "ModelIR", "ModelCompiler", "Ensembles", "Integrators", "Dynamics",
                "Kernels", "Mathematics", "Quantities",
            ]),
        library(
            "Studies",
            [
                "Explanation", "VirtualTrials", "ImmuneModels", "ModelIR", "Dynamics", "Integrators", "Ensembles", "Kernels", "Survival", "Mathematics",
                "Quantities", yams,
            ], resources: [.copy("Resources")]),

        library("Gallery", ["Studies", "ModelRuns", "ImmuneModels", "ModelIR"]),

        library(
            "Benchmarks",
            [
                "ImmuneModels", "AntimonyFormat", "SBMLFormat", "ModelIR", "ModelCompiler", "Ensembles", "Integrators", "Dynamics",
                "Kernels", "Mathematics",
            ], resources: [.copy("Resources")]),

        // Edges
        library("RunStore", ["Studies", grdb]),
        library("Reports", ["Gallery", "Studies", "Explanation", "VirtualTrials", "ModelRuns", "Survival"], resources: [.copy("Resources")]),
        library(
            "WebServer", ["Studies", "Explanation", "VirtualTrials", "ModelRuns", "Reports", "ImmuneModels", "ModelIR", hummingbird],
            resources: [.copy("Resources")]),
        library("CommandLine", [.target(name: "WebServer", condition: whenWeb), "RunStore", "Gallery", "Studies", "Explanation", "VirtualTrials", "ModelRuns", "Reports", "Benchmarks", "Kernels", "Ensembles", "ImmuneModels", "ModelIR", "Quantities", "AntimonyFormat", "SBMLFormat", argumentParser], resources: [.copy("Resources")]),
        .executableTarget(name: "perforin", dependencies: ["CommandLine"], swiftSettings: strict),

        // Tests; `...VerificationTests` and `...ValidationTests` are left out of the quick loop.
        tests("ArchitectureTests", []),
        .target(
            name: "SystemFixtures", dependencies: ["Dynamics", "Kernels"], path: "Tests/SystemFixtures",
            swiftSettings: strict),
        .target(
            name: "AllocationCounter", path: "Tests/AllocationCounter"),
        tests("IntegratorsTests", ["Integrators", "SystemFixtures", "AllocationCounter", "Dynamics", "Kernels"]),
        tests("IntegratorsVerificationTests", ["Integrators", "SystemFixtures", "Dynamics", "Kernels"]),
        tests("EnsemblesTests", ["Ensembles", "Integrators", "SystemFixtures", "Dynamics", "Kernels"]),
        tests("KernelsTests", ["Kernels"], exclude: ["Fixtures"]),
        tests("QuantitiesTests", ["Quantities"]),
        tests("ModelIRTests", ["ModelIR", "Quantities"]),
        tests("ModelCompilerTests", ["ModelCompiler", "ModelIR", "Dynamics", "Kernels"]),
        tests("MathematicsTests", ["Mathematics"], exclude: ["Fixtures"]),
        tests("SurvivalTests", ["Survival", "Mathematics"], exclude: ["Fixtures"]),
        tests("AntimonyFormatTests", ["AntimonyFormat", "ModelIR"]),
        tests("AntimonyFormatVerificationTests", ["AntimonyFormat", "ModelIR"]),
        tests("ModelRunsTests", ["ModelRuns", "AntimonyFormat", "ModelIR"], resources: [.copy("Fixtures")]),
        tests("ModelRunsVerificationTests", ["ModelRuns", "AntimonyFormat", "ModelIR", "Quantities"], resources: [.copy("Fixtures")]),
        tests("ImmuneModelsTests", ["ImmuneModels", "AntimonyFormat", "ModelIR"]),
        tests("ImmuneModelsVerificationTests", ["ImmuneModels", "ModelRuns", "ModelIR", "SBMLFormat"], exclude: ["Fixtures"]),
        tests("VirtualTrialsTests", ["VirtualTrials", "ImmuneModels", "ModelIR", "Dynamics", "Ensembles"]),
        tests("ExplanationTests", ["Explanation", "VirtualTrials", "ImmuneModels", "ModelIR"]),
        tests("ExplanationVerificationTests", ["Explanation", "VirtualTrials", "ImmuneModels", "ModelIR"]),
        tests("StudiesTests", ["Studies", "Explanation", "ImmuneModels", "ModelIR"]),
        tests("StudiesVerificationTests", ["Studies", "ImmuneModels"]),
        tests("RunStoreTests", ["RunStore", "Studies", grdb]),
        tests("GalleryVerificationTests", ["Gallery", "ImmuneModels", "Studies"]),
        tests("ReportsTests", ["Reports"]),
        tests("SBMLFormatTests", ["SBMLFormat", "ModelIR"], resources: [.copy("Fixtures")]),
        tests("SBMLFormatVerificationTests", ["SBMLFormat", "ModelIR", "ModelCompiler", "Ensembles", "Integrators", "Dynamics", "Kernels"]),
        tests(
            "InputFuzzVerificationTests",
            [
                "ModelRuns", "ImmuneModels", "VirtualTrials", "Studies", "SBMLFormat", "AntimonyFormat", "ModelIR", "Quantities",
            ]),
        tests("BenchmarksTests", ["Benchmarks", "Kernels", "Integrators", "SBMLFormat", "ModelIR"]),
        tests("KernelsVerificationTests", ["ImmuneModels", "ModelCompiler", "Dynamics", "Kernels", "ModelIR"]),
        tests("WebServerTests", [.target(name: "WebServer", condition: whenWeb), "Studies", "Explanation", "ImmuneModels", hummingbirdTesting]),
        tests("CommandLineTests", ["CommandLine", "ModelRuns", "ModelIR", argumentParser]),
    ]
)
