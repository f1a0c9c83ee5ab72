import Literate
import Testing

@Suite struct IterateTests {
  @Test func `every iteration is run once in order and its value kept`() throws {
    #expect(try iterate("test", 4) { $0 * $0 } == [0, 1, 4, 9])
    #expect(try iterate("test", from: 2, 4) { $0 } == [2, 3])
  }

  @Test func `nothing is run where nothing is left`() throws {
    #expect(try iterate("test", 0) { $0 } == [])
    #expect(try iterate("test", from: 4, 4) { $0 } == [])
    #expect(try iterate("test", from: 5, 4) { $0 } == [])
  }

  @Test func `an error ends the loop`() {
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
