import KernelContract

/// The primitives: plain computations on tensors that know nothing of gradients.
///
/// Autograd gives each of them one rule and the spelling that chapters use. Shapes are programmer's contracts here,
/// checked by preconditions that print what was given.
package enum Primitive {}

extension Primitive {
  /// A new tensor of `shape`, filled by `fill` with the destination's base address.
  @inline(__always)
  static func make<Scalar: TensorScalar>(
    _ shape: [Int], _: Scalar.Type, _ fill: (UnsafeMutablePointer<Scalar>) -> Void
  ) -> Tensor {
    Tensor(shape: shape, of: Scalar.self) { buffer in
      if let base = buffer.baseAddress, buffer.count > 0 { fill(base) }
    }
  }
}

extension Tensor {
  /// The first element's address. Valid while the tensor lives; `Scalar` must be its dtype. Of a tensor that is shared
  /// out there is none: `BatchSharing.own` and `whole` have one.
  @inline(__always)
  package func pointer<Scalar: TensorScalar>(to _: Scalar.Type) -> UnsafePointer<Scalar> {
    precondition(Scalar.dtype == dtype, "a \(dtype) tensor was read as \(Scalar.dtype)")
    precondition(sharing == nil, "a tensor \(shape) that is shared out was read as a whole")
    return UnsafePointer(storage.pointer.assumingMemoryBound(to: Scalar.self))
  }

  /// The same storage under another shape.
  package func withShape(_ shape: [Int]) -> Tensor {
    precondition(
      Self.elementCount(of: shape) == count, "shape \(self.shape) cannot be read as \(shape): the counts differ")
    if let sharing {
      guard shape.first == sharing.batch else { return whole.withShape(shape) }
      return sharing.shared(sharing.own(self).withShape([sharing.own.count] + shape.dropFirst()))
    }
    return Tensor(shape: shape, dtype: dtype, storage: storage)
  }
}
