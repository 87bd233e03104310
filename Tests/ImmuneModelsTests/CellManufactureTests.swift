import Foundation
import Testing

@testable import ImmuneModels

@Suite struct CellManufactureTests {
    private static func plant() throws -> CellManufacture { CellManufacture(try BundledFiles.values("20-manufacture")) }

    @Test("the product follows from what was collected", arguments: [100.0, 400, 1200])
    func arithmetic(count: Double) throws {
        let plant = try Self.plant()
        let product = try plant.product(from: .init(countPerMicrolitre: count, memoryShare: 0.5))
        let start = count * 1e6 * plant.processedVolume * plant.collectionEfficiency * plant.activated * plant.transduced * plant.viable
        #expect(product.dose <= start * exp2(product.doublings) * (1 + 1e-12))
        #expect(product.dose == plant.targetDose)
        #expect(abs(product.memoryFraction / (0.5 * exp(-plant.memoryLossPerDoubling * product.doublings)) - 1) < 1e-12)
        #expect((18.0...36).contains(product.veinToVeinTime), "\(product.veinToVeinTime) days, three to five weeks are usual")
    }

    @Test func `fewer and older T cells never give more, younger or faster cells`() throws {
        let plant = try Self.plant()
        var last: CellManufacture.Product?
        for (count, share) in [(1500.0, 0.7), (500, 0.5), (150, 0.3), (40, 0.15), (5, 0.12)] {
            let product = try plant.product(from: .init(countPerMicrolitre: count, memoryShare: share))
            if let last {
                #expect(product.dose <= last.dose)
                #expect(product.memoryFraction < last.memoryFraction)
                #expect(product.veinToVeinTime >= last.veinToVeinTime)
            }
            last = product
        }
        #expect(last!.dose < plant.targetDose)
    }

    @Test func `without enough T cells there is no product`() throws {
        let plant = try Self.plant()
        #expect(throws: CellManufacture.Failure.self) { try plant.product(from: .init(countPerMicrolitre: 0.5, memoryShare: 0.1)) }
        #expect(throws: CellManufacture.Failure.tooFewCells(reached: 0)) { try plant.product(from: .init(countPerMicrolitre: 0, memoryShare: 0.1)) }
    }
}
