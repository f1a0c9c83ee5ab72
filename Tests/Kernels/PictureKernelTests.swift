import KernelContract
import Testing

/// Pooling, upsampling and pixel norm: every instruction set gives what the definition gives, to the bit, and writes
/// nothing beside it.
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

  @Test(arguments: CompiledSet.all)
  func `the sum of 2×2 pixels takes them in reading order, and is scaled once`(_ set: CompiledSet) {
    for columns in Self.lengths {
      for (rows, surplus) in [(1, 0), (3, 1), (2, 5)] {
        let stride = 2 * columns + surplus
        let source = elements(2 * rows * stride)
        let expected = (0..<rows * columns).map { index in
          let at = 2 * (index / columns) * stride + 2 * (index % columns)
          return ((((0 + source[at]) + source[at + 1]) + source[at + stride]) + source[at + stride + 1]) * Float(0.3)
        }
        let found = written(rows * columns) {
          set.float32.poolPairs(rows: rows, columns: columns, source, stride: stride, scale: 0.3, to: $0)
        }
        #expect(found == bits(expected), "\(rows) rows of \(columns)")
      }
    }
  }

  @Test(arguments: CompiledSet.all)
  func `spreading writes each scaled element to its 2×2 pixels and nowhere else`(_ set: CompiledSet) {
    for columns in Self.lengths {
      for (rows, surplus) in [(1, 0), (3, 1), (2, 5)] {
        let stride = 2 * columns + surplus
        let source = elements(rows * columns)
        let expected = (0..<2 * rows * stride).map { index in
          let column = index % stride / 2
          return column < columns ? 0 + source[index / stride / 2 * columns + column] * Float(0.3) : 77
        }
        let found = written(2 * rows * stride) {
          set.float32.spreadPairs(rows: rows, columns: columns, source, scale: 0.3, to: $0, stride: stride)
        }
        #expect(found == bits(expected), "\(rows) rows of \(columns)")
      }
    }
  }

  /// Σ term(c) as the contract has it: in ascending order, in blocks of 256.
  private func sum(_ channels: Int, _ term: (Int) -> Float) -> Float {
    var total: Float = 0
    for first in stride(from: 0, to: channels, by: 256) {
      var block: Float = 0
      for channel in first..<min(first + 256, channels) { block += term(channel) }
      total += block
    }
    return total
  }

  @Test(arguments: CompiledSet.all)
  func `pixel norm and its gradient add the channels in ascending order in blocks of 256`(_ set: CompiledSet) {
    for (channels, pixels, surplus) in [(1, 1, 0), (3, 7, 2), (128, 16, 0), (256, 33, 0), (257, 5, 1), (600, 97, 3)] {
      let stride = pixels + surplus
      let x = elements(channels * stride)
      let cotangent = elements(channels * stride, seed: 5)
      let roots = (0..<pixels).map { pixel in
        (sum(channels) { x[$0 * stride + pixel] * x[$0 * stride + pixel] } / Float(channels) + 1e-8).squareRoot()
      }
      let slopes = (0..<pixels).map { pixel in
        sum(channels) { channel in
          let at = channel * stride + pixel
          return -(cotangent[at] * (x[at] / roots[pixel])) / roots[pixel]
        } * 0.5 / roots[pixel] / Float(channels)
      }
      func expected(_ value: (_ at: Int, _ pixel: Int) -> Float) -> [Float] {
        (0..<channels * stride).map { $0 % stride < pixels ? value($0, $0 % stride) : 77 }
      }
      let output = expected { x[$0] / roots[$1] }
      let gradient = expected { cotangent[$0] / roots[$1] + slopes[$1] * (x[$0] * 2) }

      let kernels = set.float32
      var foundOutput: [UInt32] = []
      let foundRoots = written(pixels) { root in
        foundOutput = written(channels * stride) {
          kernels.pixelNorm(
            channels: channels, channelStride: stride, pixels: pixels, x, epsilon: 1e-8, root: root, to: $0)
        }
      }
      #expect(foundRoots == bits(roots), "\(channels) channels, \(pixels) pixels")
      #expect(foundOutput == bits(output), "\(channels) channels, \(pixels) pixels")
      var foundGradient: [UInt32] = []
      let foundSlopes = written(pixels) { slope in
        foundGradient = written(channels * stride) {
          kernels.pixelNormGradient(
            channels: channels, channelStride: stride, pixels: pixels, cotangent: cotangent, x, root: roots,
            slope: slope, to: $0)
        }
      }
      #expect(foundSlopes == bits(slopes), "\(channels) channels, \(pixels) pixels")
      #expect(foundGradient == bits(gradient), "\(channels) channels, \(pixels) pixels")
    }
  }

  @Test func `float64 has the same bits on every instruction set`() {
    let (channels, pixels) = (300, 37)
    let x = elements(channels * pixels).map(Double.init)
    let cotangent = elements(channels * pixels, seed: 5).map(Double.init)
    var expected: [[Double]]?
    for set in CompiledSet.all {
      let kernels = set.float64
      var (root, output) = ([Double](repeating: 0, count: pixels), [Double](repeating: 0, count: x.count))
      kernels.pixelNorm(
        channels: channels, channelStride: pixels, pixels: pixels, x, epsilon: 1e-8, root: &root, to: &output)
      var (slope, gradient) = (root, output)
      kernels.pixelNormGradient(
        channels: channels, channelStride: pixels, pixels: pixels, cotangent: cotangent, x, root: root, slope: &slope,
        to: &gradient)
      var (pooled, spread) = ([Double](repeating: 0, count: 150 * 18), [Double](repeating: 0, count: x.count))
      kernels.poolPairs(rows: 150, columns: 18, x, stride: pixels, scale: 0.25, to: &pooled)
      kernels.spreadPairs(rows: 150, columns: 18, pooled, scale: 0.25, to: &spread, stride: pixels)
      let found = [root, output, slope, gradient, pooled, spread]
      #expect(expected == nil || found == expected)
      expected = expected ?? found
    }
  }
}
