import GoldenTensors
import XCTest

/// The same expectation within XCTest.
final class XCTestTests: XCTestCase {
  func testAGoldenBesideThisFileHolds() { expectGolden([0.5, 2], named: "pair", atol: 1e-12, rtol: 0) }
}
