import KernelContract

// One generic loop per arity. Each case of the switch instantiates it anew, so the operation stands inside the loop as
// plain arithmetic and the compiler vectorizes it over the outputs.

@inline(__always)
private func map<Scalar>(
  _ count: Int, _ a: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ function: (Scalar) -> Scalar
) {
  var index = 0
  while index < count {
    out[index] = function(a[index])
    index &+= 1
  }
}

/// `map` that may work in place: the compiler vectorizes either loop, but one loop for both only where the two do not
/// overlap.
@inline(__always)
private func mapInPlace<Scalar>(
  _ count: Int, _ a: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ function: (Scalar) -> Scalar
) {
  guard a == UnsafePointer(out) else { return map(count, a, out, function) }
  var index = 0
  while index < count {
    out[index] = function(out[index])
    index &+= 1
  }
}

@inline(__always)
private func map2<Scalar>(
  _ count: Int, _ a: UnsafePointer<Scalar>, _ aStride: Int, _ b: UnsafePointer<Scalar>, _ bStride: Int,
  _ out: UnsafeMutablePointer<Scalar>, _ function: (Scalar, Scalar) -> Scalar
) {
  var index = 0
  switch (aStride, bStride) {
  case (1, 1):
    while index < count {
      out[index] = function(a[index], b[index])
      index &+= 1
    }
  case (1, _):
    guard count > 0 else { return }
    let right = b[0]
    while index < count {
      out[index] = function(a[index], right)
      index &+= 1
    }
  case (_, 1):
    guard count > 0 else { return }
    let left = a[0]
    while index < count {
      out[index] = function(left, b[index])
      index &+= 1
    }
  default:
    guard count > 0 else { return }
    let value = function(a[0], b[0])
    while index < count {
      out[index] = value
      index &+= 1
    }
  }
}

// The piecewise linear activations, which other passes over memory apply too.

@inline(__always)
func relu<Scalar: KernelScalar>(_ x: Scalar) -> Scalar { x < 0 ? 0 : x }

@inline(__always)
func leakyReLU<Scalar: KernelScalar>(_ x: Scalar, _ slope: Scalar) -> Scalar { x > 0 ? x : x * slope }

/// The gradient of both: a where the activation's argument, or its output, is positive.
@inline(__always)
func gated<Scalar: KernelScalar>(_ a: Scalar, by x: Scalar, _ slope: Scalar) -> Scalar { x > 0 ? a : a * slope }

extension CompiledKernels {
  @inline(never)
  package static func unary(_ operation: UnaryOperation, count: Int, _ a: Source, to out: Destination) {
    switch operation {
    case .negate: map(count, a, out) { -$0 }
    case .absolute: map(count, a, out) { $0.magnitude }
    case .exponential: map(count, a, out) { Scalar.exponential($0) }
    case .logarithm: map(count, a, out) { Scalar.logarithm($0) }
    case .tanh: map(count, a, out) { Scalar.hyperbolicTangent($0) }
    case .sigmoid: map(count, a, out) { Scalar.sigmoid($0) }
    case .softplus: map(count, a, out) { Scalar.softplus($0) }
    case .squareRoot: map(count, a, out) { $0.squareRoot() }
    case .reciprocalOrZero: map(count, a, out) { $0 == 0 ? 0 : 1 / $0 }
    case .add(let constant):
      let constant = Scalar(constant)
      map(count, a, out) { $0 + constant }
    case .multiply(let constant):
      let constant = Scalar(constant)
      map(count, a, out) { $0 * constant }
    case .leakyReLU(let slope):
      let slope = Scalar(slope)
      mapInPlace(count, a, out) { leakyReLU($0, slope) }
    case .relu: mapInPlace(count, a, out) { relu($0) }
    case .clamp(let lower, let upper):
      let lower = Scalar(lower)
      let upper = Scalar(upper)
      map(count, a, out) { $0 < lower ? lower : ($0 > upper ? upper : $0) }
    }
  }

  @inline(never)
  package static func binary(
    _ operation: BinaryOperation, count: Int, _ a: Source, stride aStride: Int, _ b: Source, stride bStride: Int,
    to out: Destination
  ) {
    switch operation {
    case .add: map2(count, a, aStride, b, bStride, out) { $0 + $1 }
    case .subtract: map2(count, a, aStride, b, bStride, out) { $0 - $1 }
    case .multiply: map2(count, a, aStride, b, bStride, out) { $0 * $1 }
    case .divide: map2(count, a, aStride, b, bStride, out) { $0 / $1 }
    case .maximum: map2(count, a, aStride, b, bStride, out) { $0 > $1 || $0 != $0 ? $0 : $1 }
    case .minimum: map2(count, a, aStride, b, bStride, out) { $0 < $1 || $0 != $0 ? $0 : $1 }
    case .step: map2(count, a, aStride, b, bStride, out) { $0 > $1 ? 1 : ($0 == $1 ? 0.5 : 0) }
    case .bySign: map2(count, a, aStride, b, bStride, out) { $1 > 0 ? $0 : ($1 < 0 ? -$0 : 0) }
    case .leakyReLUGradient(let slope):
      let slope = Scalar(slope)
      map2(count, a, aStride, b, bStride, out) { gated($0, by: $1, slope) }
    case .clampGradient(let lower, let upper):
      let lower = Scalar(lower)
      let upper = Scalar(upper)
      map2(count, a, aStride, b, bStride, out) { $1 > lower && $1 < upper ? $0 : 0 }
    }
  }

  @inline(never)
  package static func accumulate(count: Int, _ a: Source, to out: Destination) {
    var index = 0
    while index < count {
      out[index] += a[index]
      index &+= 1
    }
  }
}
