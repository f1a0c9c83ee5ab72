import Tensors
import Testing

@Suite struct ParallelMapTests {
  private struct Failure: Error, Equatable { let index: Int }

  @Test func `results come in the order of their indices`() throws {
    #expect(try Parallel.map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(try Parallel.map(0) { $0 } == [])
  }

  @Test func `the first error in order is thrown`() {
    #expect(throws: Failure(index: 3)) {
      try Parallel.map(20) { index in
        if index % 4 == 3 { throw Failure(index: index) }
      }
    }
  }
}
