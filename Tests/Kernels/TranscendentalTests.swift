import Foundation
import KernelContract
import Testing

/// One of our functions, what it ought to be, and how far off it may be.
struct Transcendental: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let operation: UnaryOperation
  /// ULPs between a result and the exact value.
  let bound: Double
  let inDouble: @Sendable (Double) -> Double
  #if arch(x86_64)
    let inFloat80: @Sendable (Float80) -> Float80
  #endif

  #if arch(x86_64)
    static let all: [Transcendental] = [
      Transcendental("exp", .exponential, 2, { exp($0) }, { expl($0) }),
      Transcendental("log", .logarithm, 2, { log($0) }, { logl($0) }),
      Transcendental("tanh", .tanh, 2, { tanh($0) }, { tanhl($0) }),
      Transcendental(
        "sigmoid", .sigmoid, 2, { sigmoid($0) }, { $0 < 0 ? expl($0) / (1 + expl($0)) : 1 / (1 + expl(-$0)) }),
      Transcendental("softplus", .softplus, 4, { softplus($0) }, { max($0, 0) + log1pl(expl(-abs($0))) }),
    ]

    init(
      _ name: String, _ operation: UnaryOperation, _ bound: Double, _ inDouble: @escaping @Sendable (Double) -> Double,
      _ inFloat80: @escaping @Sendable (Float80) -> Float80
    ) {
      testDescription = name
      self.operation = operation
      self.bound = bound
      self.inDouble = inDouble
      self.inFloat80 = inFloat80
    }
  #else
    static let all: [Transcendental] = [
      Transcendental("exp", .exponential, 2, { exp($0) }), Transcendental("log", .logarithm, 2, { log($0) }),
      Transcendental("tanh", .tanh, 2, { tanh($0) }), Transcendental("sigmoid", .sigmoid, 2, { sigmoid($0) }),
      Transcendental("softplus", .softplus, 4, { softplus($0) }),
    ]

    init(
      _ name: String, _ operation: UnaryOperation, _ bound: Double, _ inDouble: @escaping @Sendable (Double) -> Double
    ) {
      testDescription = name
      self.operation = operation
      self.bound = bound
      self.inDouble = inDouble
    }
  #endif

  private static func sigmoid(_ x: Double) -> Double { x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)) }
  private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}

@Suite struct TranscendentalTests {
  /// Against the C library's Double, which is right to far more digits than a Float has. Every 4099th of all 2³²
  /// floats.
  @Test(arguments: CompiledSet.all, Transcendental.all)
  func `float32 results are within their bound over the whole range`(_ set: CompiledSet, _ function: Transcendental) {
    let elements = stride(from: UInt32(0), to: .max - 4099, by: 4099).map { Float(bitPattern: $0) }
    let results = set.float32.apply(function.operation, elements)
    var worst = 0.0
    var worstAt: Float = 0
    for (x, result) in zip(elements, results) {
      let exact = function.inDouble(Double(x))
      let error = Self.ulps(result, from: exact)
      if error > worst { (worst, worstAt) = (error, x) }
    }
    #expect(worst <= function.bound, "\(worst) ULP at \(worstAt)")
  }

  #if arch(x86_64)
    /// Against 80-bit arithmetic: values of every exponent, dense where the functions bend.
    @Test(arguments: CompiledSet.all, Transcendental.all)
    func `float64 results are within their bound over the whole range`(
      _ set: CompiledSet, _ function: Transcendental
    ) {
      var elements = stride(from: UInt64(0), to: .max - 1 << 45, by: 1 << 45 | 0x1234_5677).map(
        Double.init(bitPattern:))
      elements += (0..<400_000).map { (Double($0) - 200_000) * 0.004_001 }
      elements += (0..<200_000).map { (Double($0) - 100_000) * 0.000_013 }
      elements += (0..<2_000).map { 1 + (Double($0) - 1_000) * 0x1p-52 }
      let results = set.float64.apply(function.operation, elements)
      var worst = 0.0
      var worstAt = 0.0
      for (x, result) in zip(elements, results) {
        let error = Self.ulps(result, from: function.inFloat80(Float80(x)))
        if error > worst { (worst, worstAt) = (error, x) }
      }
      #expect(worst <= function.bound, "\(worst) ULP at \(worstAt)")
    }
  #endif

  @Test(arguments: CompiledSet.all)
  func `infinities, zeros, NaN and the ends of the range give their limits`(_ set: CompiledSet) {
    func results(_ operation: UnaryOperation, _ elements: [Double]) -> [Double] {
      set.float64.apply(operation, elements)
    }
    func float32Results(_ operation: UnaryOperation, _ elements: [Float]) -> [Float] {
      set.float32.apply(operation, elements)
    }
    let infinity = Double.infinity
    #expect(results(.exponential, [-infinity, 0, infinity, 710, -746]) == [0, 1, infinity, infinity, 0])
    #expect(results(.logarithm, [0, -0.0, 1, infinity]) == [-infinity, -infinity, 0, infinity])
    #expect(results(.tanh, [-infinity, 0, infinity]) == [-1, 0, 1])
    #expect(results(.sigmoid, [-infinity, 0, infinity]) == [0, 0.5, 1])
    #expect(results(.softplus, [-infinity, infinity]) == [0, infinity])
    #expect(float32Results(.exponential, [-.infinity, 89, -104]) == [0, .infinity, 0])
    #expect(float32Results(.softplus, [.infinity, -.infinity]) == [.infinity, 0])
    for operation in [UnaryOperation.exponential, .logarithm, .tanh, .sigmoid, .softplus] {
      #expect(results(operation, [.nan])[0].isNaN)
      #expect(float32Results(operation, [.nan])[0].isNaN)
    }
    let logarithms = results(.logarithm, [-1, -infinity])
    #expect(logarithms[0].isNaN && logarithms[1].isNaN)
    #expect(results(.exponential, [-745])[0] == Double.leastNonzeroMagnitude)
    #expect(results(.logarithm, [.leastNonzeroMagnitude])[0] == log(Double.leastNonzeroMagnitude))
  }

  @Test(arguments: Transcendental.all)
  func `every instruction set gives the same bits`(_ function: Transcendental) {
    let floats = stride(from: UInt32(7), to: .max - 65_537, by: 65_537).map { Float(bitPattern: $0) }
    let doubles = stride(from: UInt64(7), to: .max - 1 << 48, by: 1 << 48 | 0x7654_321).map(Double.init(bitPattern:))
    let expected32 = CompiledSet.all[0].float32.apply(function.operation, floats).map {
      $0.isNaN ? 0 : $0.bitPattern
    }
    let expected64 = CompiledSet.all[0].float64.apply(function.operation, doubles).map {
      $0.isNaN ? 0 : $0.bitPattern
    }
    for set in CompiledSet.all.dropFirst() {
      #expect(set.float32.apply(function.operation, floats).map { $0.isNaN ? 0 : $0.bitPattern } == expected32)
      #expect(set.float64.apply(function.operation, doubles).map { $0.isNaN ? 0 : $0.bitPattern } == expected64)
    }
  }

  /// |result − exact| in units of the last place of a result of that size; infinite where one is NaN or infinite and
  /// the other is not.
  private static func ulps(_ result: Float, from exact: Double) -> Double {
    if exact.isNaN || result.isNaN { return exact.isNaN && result.isNaN ? 0 : .infinity }
    let rounded = Float(exact)
    if rounded.isInfinite || result.isInfinite { return rounded == result ? 0 : .infinity }
    return abs(Double(result) - exact) / Double(rounded.ulp)
  }

  #if arch(x86_64)
    private static func ulps(_ result: Double, from exact: Float80) -> Double {
      if exact.isNaN || result.isNaN { return exact.isNaN && result.isNaN ? 0 : .infinity }
      let rounded = Double(exact)
      if rounded.isInfinite || result.isInfinite { return rounded == result ? 0 : .infinity }
      return Double(abs(Float80(result) - exact) / Float80(rounded.ulp))
    }
  #endif
}
