import KernelContract

// Functions of one and two elements.

extension KernelProbe {
  func unary(_ count: Int) {
    func one(_ name: StaticString, _ operation: UnaryOperation) {
      forKinds { kind in
        let a = filled(kind, 1, count)
        let out = unset(count)
        set.unary(operation, count, a, out)
        report(name, kind.rawValue, 0, out, count)
        // unaligned and short; in place
        set.unary(operation, 13, a + 3, out + 1)
        set.unary(operation, count, a, a)
        report(name, kind.rawValue, 1, out, 20)
        report(name, kind.rawValue, 2, a, count)
        a.deallocate()
        out.deallocate()
      }
    }
    one("negate", .negate)
    one("absolute", .absolute)
    one("exponential", .exponential)
    one("logarithm", .logarithm)
    one("tanh", .tanh)
    one("sigmoid", .sigmoid)
    one("softplus", .softplus)
    one("squareRoot", .squareRoot)
    one("reciprocalOrZero", .reciprocalOrZero)
    one("add", .add(0.1))
    one("multiply", .multiply(0.3))
    one("leakyReLU", .leakyReLU(slope: 0.2))
    one("relu", .relu)
    one("clamp", .clamp(lower: -0.3, upper: 0.7))
  }

  func binary(_ count: Int) {
    func one(_ name: StaticString, _ operation: BinaryOperation) {
      forKinds { kind in
        let a = filled(kind, 2, count)
        let b = filled(kind, 3, count)
        let out = unset(count)
        set.binary(operation, count, a, 1, b, 1, out)
        report(name, kind.rawValue, 0, out, count)
        set.binary(operation, count, a, 1, b + 5, 0, out)
        report(name, kind.rawValue, 1, out, count)
        set.binary(operation, count, a + 5, 0, b, 1, out)
        report(name, kind.rawValue, 2, out, count)
        set.binary(operation, count, a + 7, 0, b + 7, 0, out)
        report(name, kind.rawValue, 3, out, count)
        a.deallocate()
        b.deallocate()
        out.deallocate()
      }
    }
    one("binary.add", .add)
    one("binary.subtract", .subtract)
    one("binary.multiply", .multiply)
    one("binary.divide", .divide)
    one("binary.maximum", .maximum)
    one("binary.minimum", .minimum)
    one("binary.step", .step)
    one("binary.bySign", .bySign)
    one("binary.leakyReLUGradient", .leakyReLUGradient(slope: 0.2))
    one("binary.clampGradient", .clampGradient(lower: -0.3, upper: 0.7))
  }

  /// Many arguments for the functions that are polynomials here, in blocks.
  func transcendental() {
    let block = 1 << 12
    func one(_ name: StaticString, _ operation: UnaryOperation) {
      let out = unset(block)
      for index in 0..<16 {
        let a = filled(index & 3 == 3 ? .wide : .ordinary, 100 + index, block)
        // Ordinary numbers are below 2 in magnitude; some are scaled by powers of two.
        if index & 3 == 1 { for i in 0..<block { a[i] = a[i] * 16 } }
        if index & 3 == 2 { for i in 0..<block { a[i] = a[i] * 256 } }
        set.unary(operation, block, a, out)
        report(name, index, 9, out, block)
        a.deallocate()
      }
      out.deallocate()
    }
    one("exponential", .exponential)
    one("logarithm", .logarithm)
    one("tanh", .tanh)
    one("sigmoid", .sigmoid)
    one("softplus", .softplus)
  }
}
