import KernelContract
import Testing

/// Winograd's transforms against the sums they replace. The numbers are small integers and halves, so every sum is exact.
@Suite struct WinogradTests {
  /// One transform of a single square, row by row.
  private func transformed<Scalar: KernelScalar>(
    _ transform: WinogradTransform, taps: Int, _ square: [Scalar], _ kernels: ProductKernels<Scalar>
  ) -> [Scalar] {
    let n = transform.inputs(taps: taps)
    let m = transform.outputs(taps: taps)
    var out = [Scalar](repeating: .nan, count: m * m)
    let planes = WinogradPlanes(transform, taps: taps, width: 1, outRow: m, outColumn: 1)
    let elements = (0..<n * n).map { Int32($0) }
    [Int32(0)].withUnsafeBufferPointer { lines in
      elements.withUnsafeBufferPointer { elements in
        square.withUnsafeBufferPointer { source in
          out.withUnsafeMutableBufferPointer { out in
            if let elements = elements.baseAddress, let source = source.baseAddress, let out = out.baseAddress {
              kernels.winograd(planes, lines, elements, source, out)
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

  @Test(arguments: InstructionSet.all, [2, 3])
  func `two by two outputs of a filter are the sums over its taps`(_ set: InstructionSet, _ taps: Int) {
    let n = taps + 1
    for seed in 0..<50 {
      let data = integers(n * n, seed: seed)
      let filter = integers(taps * taps, seed: seed + 100)
      let kernels = set.float64.products
      let points = zip(
        transformed(.data, taps: taps, data, kernels), transformed(.filter, taps: taps, filter, kernels)
      ).map(*)
      var expected: [Double] = []
      for y in 0..<2 {
        for x in 0..<2 {
          var sum = 0.0
          for i in 0..<taps { for j in 0..<taps { sum += data[(y + i) * n + x + j] * filter[i * taps + j] } }
          expected.append(sum)
        }
      }
      #expect(transformed(.inverse, taps: taps, points, kernels) == expected)
    }
  }

  @Test(arguments: InstructionSet.all, [2, 3])
  func `the transposed transforms are transposed`(_ set: InstructionSet, _ taps: Int) {
    let n = taps + 1
    let kernels = set.float64.products
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for seed in 0..<50 {
      let points = integers(n * n, seed: seed)
      let outputs = integers(4, seed: seed + 200)
      let filter = integers(taps * taps, seed: seed + 100)
      #expect(
        dot(transformed(.inverse, taps: taps, points, kernels), outputs)
          == dot(points, transformed(.transposedInverse, taps: taps, outputs, kernels)))
      #expect(
        dot(transformed(.filter, taps: taps, filter, kernels), points)
          == dot(filter, transformed(.transposedFilter, taps: taps, points, kernels)))
    }
  }

  @Test(arguments: InstructionSet.all, WinogradTransform.allCases)
  func `squares side by side and on many lines are transformed as one by one, and nothing else is written`(
    _ set: InstructionSet, _ transform: WinogradTransform
  ) {
    let kernels = set.float32.products
    for taps in [2, 3] {
      let n = transform.inputs(taps: taps)
      let m = transform.outputs(taps: taps)
      for width in [0, 1, 3, 4, 7, 8, 13, 16, 23, 32, 47] {
        let source = (0..<(4 * n * n * (width + 1))).map { Float($0 * 37 % 101) - 50 }
        let elements = (0..<n * n).map { Int32($0 * (width + 1)) }
        let lines: [Int32] = [0, 2, 1].map { Int32($0 * n * n * (width + 1)) }
        let pitch = width + 2
        var out = [Float](repeating: -1, count: lines.count * m * m * pitch)
        let planes = WinogradPlanes(
          transform, taps: taps, width: width, outLine: m * m * pitch, outRow: m * pitch, outColumn: pitch)
        lines.withUnsafeBufferPointer { lines in
          elements.withUnsafeBufferPointer { elements in
            source.withUnsafeBufferPointer { source in
              out.withUnsafeMutableBufferPointer { out in
                if let elements = elements.baseAddress, let source = source.baseAddress, let out = out.baseAddress {
                  kernels.winograd(planes, lines, elements, source, out)
                }
              }
            }
          }
        }
        for (index, line) in lines.enumerated() {
          for x in 0..<width {
            let square = elements.map { source[Int(line + $0) + x] }
            let expected = transformed(transform, taps: taps, square, kernels)
            let found = (0..<m * m).map { out[(index * m * m + $0) * pitch + x] }
            #expect(found == expected, "\(taps) taps, width \(width), line \(index), square \(x)")
          }
          for plane in 0..<m * m {
            let end = (index * m * m + plane) * pitch + width
            #expect(out[end..<end + 2] == [-1, -1])
          }
        }
      }
    }
  }

  /// Rows as they lie and rows packed to panels are the same chains of products.
  @Test(arguments: InstructionSet.all)
  func `a product of rows as they lie has the bits of one of packed panels`(_ set: InstructionSet) {
    for tile in [set.float32.products.wide, set.float32.products.narrow] {
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
                    tile.multiplyRows(2, depth, left, stride, right, out, tile.columns, 16)
                  }
                }
                expected.withUnsafeMutableBufferPointer {
                  if let out = $0.baseAddress {
                    tile.multiply(2, depth, packed, right, offsets, out, tile.columns, false, 16)
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
