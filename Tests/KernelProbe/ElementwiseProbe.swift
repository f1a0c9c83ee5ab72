import KernelContract

// Functions of one and two elements.

extension KernelProbe {
  func unary(_ count: Int) {
    func one(_ name: StaticString, _ operation: UnaryOperation) {
      forKinds { kind in
        let a = filled(kind, 1, count)
        let out = unset(count)
        Kernels.unary(operation, count: count, a, to: out)
        report(name, kind.rawValue, 0, out, count)
        // unaligned and short; in place
        Kernels.unary(operation, count: 13, a + 3, to: out + 1)
        Kernels.unary(operation, count: count, a, to: a)
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
        Kernels.binary(operation, count: count, a, stride: 1, b, stride: 1, to: out)
        report(name, kind.rawValue, 0, out, count)
        Kernels.binary(operation, count: count, a, stride: 1, b + 5, stride: 0, to: out)
        report(name, kind.rawValue, 1, out, count)
        Kernels.binary(operation, count: count, a + 5, stride: 0, b, stride: 1, to: out)
        report(name, kind.rawValue, 2, out, count)
        Kernels.binary(operation, count: count, a + 7, stride: 0, b + 7, stride: 0, to: out)
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
        Kernels.unary(operation, count: block, a, to: out)
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
