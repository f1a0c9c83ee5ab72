import KernelContract
import Testing

@Suite struct ElementwiseTests {
  private static let special: [Float] = [
    0, -0.0, 1, -1, 0.5, -0.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .greatestFiniteMagnitude, 3.25, -7.125, 1e-30,
  ]
  private static let unaries: [(UnaryOperation, @Sendable (Float) -> Float)] = [
    (.negate, { -$0 }), (.absolute, { $0.magnitude }), (.squareRoot, { $0.squareRoot() }),
    (.reciprocalOrZero, { $0 == 0 ? 0 : 1 / $0 }), (.add(0.1), { $0 + 0.1 }), (.multiply(0.1), { $0 * 0.1 }),
    (.leakyReLU(slope: 0.2), { $0 > 0 ? $0 : $0 * 0.2 }), (.relu, { $0 < 0 ? 0 : $0 }),
    (.clamp(lower: -0.75, upper: 2), { $0 < -0.75 ? -0.75 : ($0 > 2 ? 2 : $0) }),
  ]
  private static let binaries: [(BinaryOperation, @Sendable (Float, Float) -> Float)] = [
    (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }),
    (.maximum, { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }),
    (.minimum, { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }),
    (.step, { $0 > $1 ? 1 : ($0 == $1 ? 0.5 : 0) }), (.bySign, { $1 > 0 ? $0 : ($1 < 0 ? -$0 : 0) }),
    (.leakyReLUGradient(slope: 0.2), { $1 > 0 ? $0 : $0 * 0.2 }),
    (.clampGradient(lower: -0.75, upper: 2), { $1 >= -0.75 && $1 <= 2 ? $0 : 0 }),
  ]

  /// Every pair of special values, repeated to lengths that fill vectors and that do not.
  private static let pairs: [(Float, Float)] = special.flatMap { a in special.map { (a, $0) } }

  private func isSame(_ a: Float, _ b: Float) -> Bool { a.isNaN ? b.isNaN : a == b }

  @Test(arguments: CompiledSet.all)
  func `functions of one element are what their definition says, special values included`(_ set: CompiledSet) {
    for (operation, definition) in Self.unaries {
      for count in [1, 7, 15, 16, 17, 33] {
        let elements = (0..<count).map { Self.special[$0 % Self.special.count] }
        for results in [set.float32.apply(operation, elements), set.float32.applyInPlace(operation, elements)] {
          for (x, result) in zip(elements, results) {
            #expect(isSame(result, definition(x)), "\(operation) of \(x) gave \(result)")
          }
        }
      }
    }
  }

  @Test(arguments: CompiledSet.all)
  func `functions of two elements are what their definition says, special values included`(_ set: CompiledSet) {
    let a = Self.pairs.map(\.0)
    let b = Self.pairs.map(\.1)
    for (operation, definition) in Self.binaries {
      let results = set.float32.apply(operation, a, b)
      for index in results.indices {
        #expect(
          isSame(results[index], definition(a[index], b[index])),
          "\(operation) of \(a[index]) and \(b[index]) gave \(results[index])")
      }
    }
  }

  @Test func `sums have the same bits on every instruction set, at any length and alignment`() {
    let elements = (0..<20_011).map { Float($0 &* 7919 % 1009) / 504 - 1 }
    let others = (0..<20_011).map { Float($0 &* 104_729 % 997) / 498 - 1 }
    for count in [0, 1, 15, 16, 17, 4095, 4096, 4097, 20_000] {
      for start in [0, 1, 3, 11] {
        var expected: [UInt64]?
        for set in CompiledSet.all {
          let found = elements.withUnsafeBufferPointer { a in
            others.withUnsafeBufferPointer { b -> [UInt64] in
              guard let a = a.baseAddress, let b = b.baseAddress else { return [] }
              let kernels = set.float32
              return [
                kernels.sum(count: count, a + start), kernels.dotProduct(count: count, a + start, b + start),
              ].map(\.bitPattern)
            }
          }
          #expect(expected == nil || found == expected, "\(set), \(count) elements from \(start)")
          expected = expected ?? found
        }
      }
    }
  }

  /// In float32 a plain running sum of a million numbers near 1 is off in the fourth digit.
  @Test(arguments: CompiledSet.all)
  func `a sum of a million elements is right to a few units in the last place`(_ set: CompiledSet) {
    let elements = (0..<1_000_000).map { Float($0 &* 7919 % 1009) / 504 }
    let exact = elements.reduce(0.0) { $0 + Double($1) }
    let found = elements.withUnsafeBufferPointer { $0.baseAddress.map { set.float32.sum(count: 1_000_000, $0) } ?? 0 }
    #expect(abs(found - exact) <= 1e-7 * exact)
  }

  @Test func `an Adam step has the same bits on every instruction set`() {
    let constants = AdamConstants<Float>(
      learningRate: 2e-4, firstDecay: 0.5, secondDecay: 0.999, epsilon: 1e-8, step: 3)
    var expected: [Float]?
    for set in CompiledSet.all {
      let gradient = (0..<101).map { Float($0 &* 7919 % 1009) / 504 - 1 }
      var parameter = gradient.map { $0 * 3 }
      var first = gradient.map { $0 * 0.3 }
      var second = gradient.map { $0 * $0 }
      set.float32.adam(
        constants, count: 101, gradient: gradient, parameter: &parameter, firstMoment: &first, secondMoment: &second)
      let found = parameter + first + second
      #expect(expected == nil || found == expected)
      expected = expected ?? found
    }
  }
}
