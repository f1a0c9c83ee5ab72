import KernelContract

// Moving short rows. The rows of a picture are 4 to 128 elements long: a call of memmove costs as much as the move
// itself. Ends that fill no whole vector are covered by a vector that overlaps the one before.

@inline(__always)
func copyVector<Vector: SIMD>(
  _ source: UnsafePointer<Vector.Scalar>, _ out: UnsafeMutablePointer<Vector.Scalar>, _: Vector.Type
) {
  UnsafeMutableRawPointer(out).storeBytes(
    of: UnsafeRawPointer(source).loadUnaligned(as: Vector.self), as: Vector.self)
}

@inline(__always)
func copyRow<Scalar: KernelScalar>(
  _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ count: Int
) {
  if count >= 16 {
    var index = 0
    while index &+ 16 <= count {
      copyVector(source + index, out + index, SIMD16<Scalar>.self)
      index &+= 16
    }
    if index < count { copyVector(source + (count &- 16), out + (count &- 16), SIMD16<Scalar>.self) }
  } else if count >= 8 {
    copyVector(source, out, SIMD8<Scalar>.self)
    if count > 8 { copyVector(source + (count &- 8), out + (count &- 8), SIMD8<Scalar>.self) }
  } else if count >= 4 {
    copyVector(source, out, SIMD4<Scalar>.self)
    if count > 4 { copyVector(source + (count &- 4), out + (count &- 4), SIMD4<Scalar>.self) }
  } else {
    for index in 0..<count { out[index] = source[index] }
  }
}

@inline(__always)
func zeroRow<Scalar: KernelScalar>(_ out: UnsafeMutablePointer<Scalar>, _ count: Int) {
  if count >= 8 {
    let raw = UnsafeMutableRawPointer(out)
    let size = MemoryLayout<Scalar>.stride
    var index = 0
    while index &+ 8 <= count {
      raw.storeBytes(of: SIMD8<Scalar>(), toByteOffset: index &* size, as: SIMD8<Scalar>.self)
      index &+= 8
    }
    raw.storeBytes(of: SIMD8<Scalar>(), toByteOffset: (count &- 8) &* size, as: SIMD8<Scalar>.self)
  } else {
    for index in 0..<count { out[index] = 0 }
  }
}

/// Calls `eight` or `four` with the first of so many neighbors until `count` are covered, `one` where there are fewer
/// than four.
@inline(__always)
func coverRow(_ count: Int, _ eight: (Int) -> Void, _ four: (Int) -> Void, _ one: (Int) -> Void) {
  if count >= 8 {
    var index = 0
    while index &+ 8 <= count {
      eight(index)
      index &+= 8
    }
    if index < count { eight(count &- 8) }
  } else if count >= 4 {
    four(0)
    if count > 4 { four(count &- 4) }
  } else {
    for index in 0..<count { one(index) }
  }
}

/// even[i] = source[2i], odd[i] = source[2i + 1] for i < pairs.
@inline(__always)
func unzipRow<Scalar: KernelScalar>(
  _ pairs: Int, _ source: UnsafePointer<Scalar>, _ even: UnsafeMutablePointer<Scalar>,
  _ odd: UnsafeMutablePointer<Scalar>
) {
  func eight(_ at: Int) {
    let both = UnsafeRawPointer(source + 2 &* at).loadUnaligned(as: SIMD16<Scalar>.self)
    UnsafeMutableRawPointer(even + at).storeBytes(of: both.evenHalf, as: SIMD8<Scalar>.self)
    UnsafeMutableRawPointer(odd + at).storeBytes(of: both.oddHalf, as: SIMD8<Scalar>.self)
  }
  func four(_ at: Int) {
    let both = UnsafeRawPointer(source + 2 &* at).loadUnaligned(as: SIMD8<Scalar>.self)
    UnsafeMutableRawPointer(even + at).storeBytes(of: both.evenHalf, as: SIMD4<Scalar>.self)
    UnsafeMutableRawPointer(odd + at).storeBytes(of: both.oddHalf, as: SIMD4<Scalar>.self)
  }
  coverRow(pairs, eight, four) {
    even[$0] = source[2 &* $0]
    odd[$0] = source[2 &* $0 &+ 1]
  }
}

/// out[2i] = even[i], out[2i + 1] = odd[i] for i < pairs.
@inline(__always)
func zipRow<Scalar: KernelScalar>(
  _ pairs: Int, _ even: UnsafePointer<Scalar>, _ odd: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  func eight(_ at: Int) {
    var both = SIMD16<Scalar>()
    both.evenHalf = UnsafeRawPointer(even + at).loadUnaligned(as: SIMD8<Scalar>.self)
    both.oddHalf = UnsafeRawPointer(odd + at).loadUnaligned(as: SIMD8<Scalar>.self)
    UnsafeMutableRawPointer(out + 2 &* at).storeBytes(of: both, as: SIMD16<Scalar>.self)
  }
  func four(_ at: Int) {
    var both = SIMD8<Scalar>()
    both.evenHalf = UnsafeRawPointer(even + at).loadUnaligned(as: SIMD4<Scalar>.self)
    both.oddHalf = UnsafeRawPointer(odd + at).loadUnaligned(as: SIMD4<Scalar>.self)
    UnsafeMutableRawPointer(out + 2 &* at).storeBytes(of: both, as: SIMD8<Scalar>.self)
  }
  coverRow(pairs, eight, four) {
    out[2 &* $0] = even[$0]
    out[2 &* $0 &+ 1] = odd[$0]
  }
}
