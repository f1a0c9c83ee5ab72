import KernelContract
import Testing

/// Pooling and upsampling: every instruction set gives what the definition gives, to the bit, and writes nothing
/// beside it.
@Suite struct PictureKernelTests {
  private static let lengths = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 97]

  /// Numbers around 0, and pairs of −0 of which whole blocks of 2×2 consist where the columns are a multiple of 3.
  private func elements(_ count: Int, seed: Int = 0) -> [Float] {
    (0..<count).map { index -> Float in
      let number = (index &+ seed) &* 7919 % 1009
      return index / 2 % 3 == 1 ? -0.0 : Float(number) / 504 - 1
    }
  }

  /// What `body` leaves in memory that was 77 everywhere: elements that it must not touch show.
  private func written(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [UInt32] {
    var memory = [Float](repeating: 77, count: count + 16)
    memory.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base) } }
    return memory.map(\.bitPattern)
  }

  private func bits(_ values: [Float], padding: Int = 16) -> [UInt32] {
    (values + [Float](repeating: 77, count: padding)).map(\.bitPattern)
  }

  @Test(arguments: InstructionSet.all)
  func `the sum of 2×2 pixels takes them in reading order, and is scaled once`(_ set: InstructionSet) {
    for columns in Self.lengths {
      for (rows, surplus) in [(1, 0), (3, 1), (2, 5)] {
        let stride = 2 * columns + surplus
        let source = elements(2 * rows * stride)
        let expected = (0..<rows * columns).map { index in
          let at = 2 * (index / columns) * stride + 2 * (index % columns)
          return ((((0 + source[at]) + source[at + 1]) + source[at + stride]) + source[at + stride + 1]) * Float(0.3)
        }
        let found = written(rows * columns) { set.float32.pictures.poolPairs(rows, columns, source, stride, 0.3, $0) }
        #expect(found == bits(expected), "\(rows) rows of \(columns)")
      }
    }
  }

  @Test(arguments: InstructionSet.all)
  func `spreading writes each scaled element to its 2×2 pixels and nowhere else`(_ set: InstructionSet) {
    for columns in Self.lengths {
      for (rows, surplus) in [(1, 0), (3, 1), (2, 5)] {
        let stride = 2 * columns + surplus
        let source = elements(rows * columns)
        let expected = (0..<2 * rows * stride).map { index in
          let column = index % stride / 2
          return column < columns ? 0 + source[index / stride / 2 * columns + column] * Float(0.3) : 77
        }
        let found = written(2 * rows * stride) {
          set.float32.pictures.spreadPairs(rows, columns, source, 0.3, $0, stride)
        }
        #expect(found == bits(expected), "\(rows) rows of \(columns)")
      }
    }
  }

  @Test func `float64 has the same bits on every instruction set`() {
    let x = elements(300 * 37).map(Double.init)
    var expected: [[Double]]?
    for set in InstructionSet.all {
      let kernels = set.float64.pictures
      var (pooled, spread) = ([Double](repeating: 0, count: 150 * 18), [Double](repeating: 0, count: x.count))
      kernels.poolPairs(150, 18, x, 37, 0.25, &pooled)
      kernels.spreadPairs(150, 18, pooled, 0.25, &spread, 37)
      let found = [pooled, spread]
      #expect(expected == nil || found == expected)
      expected = expected ?? found
    }
  }
}
