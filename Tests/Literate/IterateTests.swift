import Testing

@testable import Literate

@Suite struct IterateTests {
  @Test func everyIterationIsRunOnceInOrderAndItsValueKept() throws {
    #expect(try iterate("test", 4) { $0 * $0 } == [0, 1, 4, 9])
    #expect(try iterate("test", from: 2, 4) { $0 } == [2, 3])
  }

  @Test func nothingIsRunWhereNothingIsLeft() throws {
    #expect(try iterate("test", 0) { $0 } == [])
    #expect(try iterate("test", from: 4, 4) { $0 } == [])
    #expect(try iterate("test", from: 5, 4) { $0 } == [])
  }

  @Test func anErrorEndsTheLoop() {
    struct Broken: Error {}
    var count = 0
    #expect(throws: Broken.self) {
      try iterate("test", 4) { number in
        count += 1
        if number == 1 { throw Broken() }
      }
    }
    #expect(count == 2)
  }
}
