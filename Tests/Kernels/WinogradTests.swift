import KernelContract
import Testing

/// Winograd's transforms against the sums they replace. The numbers are small integers and halves, so every sum is
/// exact.
@Suite struct WinogradTests {
  /// The algorithms along both axes of a square.
  struct Pair: CustomStringConvertible {
    let rows: MinimalFiltering
    let columns: MinimalFiltering
    var description: String { "\(rows) × \(columns)" }

    static let all = MinimalFiltering.allCases.flatMap { rows in
      MinimalFiltering.allCases.filter { $0.taps == rows.taps }.map { Pair(rows: rows, columns: $0) }
    }

    func inputs(_ transform: WinogradTransform) -> Int { transform.inputs(rows) * transform.inputs(columns) }
    func outputs(_ transform: WinogradTransform) -> Int { transform.outputs(rows) * transform.outputs(columns) }
  }

  /// One transform of a single square, row by row.
  private func transformed<Scalar: KernelScalar>(
    _ transform: WinogradTransform, _ pair: Pair, _ square: [Scalar], _ kernels: any KernelSet<Scalar>.Type
  ) -> [Scalar] {
    var out = [Scalar](repeating: .nan, count: pair.outputs(transform))
    let planes = WinogradPlanes(
      transform, rows: pair.rows, columns: pair.columns, width: 1, outRow: transform.outputs(pair.columns), outColumn: 1
    )
    let elements = (0..<pair.inputs(transform)).map { Int32($0) }
    [WinogradLine(source: 0, out: 0)].withUnsafeBufferPointer { lines in
      elements.withUnsafeBufferPointer { elements in
        square.withUnsafeBufferPointer { source in
          out.withUnsafeMutableBufferPointer { out in
            if let elements = elements.baseAddress, let source = source.baseAddress, let out = out.baseAddress {
              kernels.winograd(planes, lines: lines, elements: elements, source, to: out)
            }
          }
        }
      }
    }
    return out
  }

  /// `count` integers from −8 to 8, others for every seed.
  private func integers(_ count: Int, seed: Int) -> [Double] {
    (0..<count).map { Double(($0 + 7) * (seed * 53 + 29) * ($0 + seed + 3) % 17 - 8) }
  }

  @Test(arguments: CompiledSet.all, Pair.all)
  func `the outputs of a filter are the sums over its taps`(_ set: CompiledSet, _ pair: Pair) {
    let (rows, columns, taps) = (pair.rows, pair.columns, pair.rows.taps)
    for seed in 0..<50 {
      let data = integers(rows.points * columns.points, seed: seed)
      let filter = integers(taps * taps, seed: seed + 100)
      let kernels = set.float64
      let points = zip(transformed(.data, pair, data, kernels), transformed(.filter, pair, filter, kernels)).map(*)
      var expected: [Double] = []
      for y in 0..<rows.outputs {
        for x in 0..<columns.outputs {
          var sum = 0.0
          for i in 0..<taps {
            for j in 0..<taps { sum += data[(y + i) * columns.points + x + j] * filter[i * taps + j] }
          }
          expected.append(sum)
        }
      }
      #expect(transformed(.inverse, pair, points, kernels) == expected)
    }
  }

  @Test(arguments: CompiledSet.all, Pair.all)
  func `the transposed transforms are transposed`(_ set: CompiledSet, _ pair: Pair) {
    let kernels = set.float64
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for seed in 0..<50 {
      let points = integers(pair.inputs(.inverse), seed: seed)
      let outputs = integers(pair.outputs(.inverse), seed: seed + 200)
      let filter = integers(pair.inputs(.filter), seed: seed + 100)
      #expect(
        dot(transformed(.inverse, pair, points, kernels), outputs)
          == dot(points, transformed(.transposedInverse, pair, outputs, kernels)))
      #expect(
        dot(transformed(.filter, pair, filter, kernels), points)
          == dot(filter, transformed(.transposedFilter, pair, points, kernels)))
    }
  }

  /// Tiles of two and of three outputs share the filter's points.
  @Test(arguments: CompiledSet.all)
  func `the points of two outputs are the first of those of three`(_ set: CompiledSet) {
    let filter = integers(4, seed: 1)
    let kernels = set.float64
    let three = transformed(.filter, Pair(rows: .f32, columns: .f32), filter, kernels)
    let first: [Double] = (0..<9).map { three[$0 / 3 * 4 + $0 % 3] }
    #expect(transformed(.filter, Pair(rows: .f22, columns: .f22), filter, kernels) == first)
  }

  @Test(arguments: CompiledSet.all, WinogradTransform.allCases)
  func `squares side by side and on many lines are transformed as one by one, and nothing else is written`(
    _ set: CompiledSet, _ transform: WinogradTransform
  ) {
    let kernels = set.float32
    for pair in Pair.all {
      let (inputs, outputs) = (pair.inputs(transform), pair.outputs(transform))
      for width in [0, 1, 3, 4, 7, 8, 13, 16, 23, 32, 47] {
        let source = (0..<(4 * inputs * (width + 1))).map { Float($0 * 37 % 101) - 50 }
        let elements = (0..<inputs).map { Int32($0 * (width + 1)) }
        let pitch = width + 2
        // Out of order on both sides.
        let lines = zip([0, 2, 1], [1, 0, 2]).map {
          WinogradLine(source: $0 * inputs * (width + 1), out: $1 * outputs * pitch)
        }
        var out = [Float](repeating: -1, count: lines.count * outputs * pitch)
        let planes = WinogradPlanes(
          transform, rows: pair.rows, columns: pair.columns, width: width,
          outRow: transform.outputs(pair.columns) * pitch, outColumn: pitch)
        lines.withUnsafeBufferPointer { lines in
          elements.withUnsafeBufferPointer { elements in
            source.withUnsafeBufferPointer { source in
              out.withUnsafeMutableBufferPointer { out in
                if let elements = elements.baseAddress, let source = source.baseAddress, let out = out.baseAddress {
                  kernels.winograd(planes, lines: lines, elements: elements, source, to: out)
                }
              }
            }
          }
        }
        for line in lines {
          let (from, to) = (Int(line.source), Int(line.out))
          for x in 0..<width {
            let square: [Float] = elements.map { source[from + Int($0) + x] }
            let expected = transformed(transform, pair, square, kernels)
            let found: [Float] = (0..<outputs).map { out[to + $0 * pitch + x] }
            #expect(found == expected, "\(pair), width \(width), square \(x)")
          }
          for plane in 0..<outputs {
            let end = to + plane * pitch + width
            #expect(out[end] == -1 && out[end + 1] == -1)
          }
        }
      }
    }
  }

  /// Rows as they lie and rows packed to panels are the same chains of products.
  @Test(arguments: CompiledSet.all)
  func `a product of rows as they lie has the bits of one of packed panels`(_ set: CompiledSet) {
    let kernels = set.float32
    for tile in [kernels.extents(of: .wide), kernels.extents(of: .narrow)] {
      for depth in [1, 31, 32, 33, 100] {
        let rows = 2 * tile.rows
        let stride = depth + 3
        let left = (0..<rows * stride).map { Float($0 * 29 % 97) / 97 - 0.5 }
        let right = (0..<depth * tile.columns).map { Float($0 * 31 % 89) / 89 - 0.5 }
        var packed = [Float](repeating: 0, count: rows * depth)
        for row in 0..<rows {
          for k in 0..<depth {
            packed[(row / tile.rows * depth + k) * tile.rows + row % tile.rows] = left[row * stride + k]
          }
        }
        let offsets = (0..<depth).map { Int32($0 * tile.columns) }
        var plain = [Float](repeating: .nan, count: rows * tile.columns)
        var expected = plain
        left.withUnsafeBufferPointer { left in
          packed.withUnsafeBufferPointer { packed in
            right.withUnsafeBufferPointer { right in
              offsets.withUnsafeBufferPointer { offsets in
                guard let left = left.baseAddress, let packed = packed.baseAddress, let right = right.baseAddress,
                  let offsets = offsets.baseAddress
                else { return }
                plain.withUnsafeMutableBufferPointer {
                  if let out = $0.baseAddress {
                    kernels.multiplyRows(
                      tile.shape, panels: 2, depth: depth, left, stride: stride, right, to: out, stride: tile.columns,
                      chain: 16)
                  }
                }
                expected.withUnsafeMutableBufferPointer {
                  if let out = $0.baseAddress {
                    kernels.multiply(
                      tile.shape, panels: 2, depth: depth, packed, right, offsets: offsets, to: out,
                      stride: tile.columns, adding: false, chain: 16)
                  }
                }
              }
            }
          }
        }
        #expect(plain.map(\.bitPattern) == expected.map(\.bitPattern), "depth \(depth)")
      }
    }
  }
}
