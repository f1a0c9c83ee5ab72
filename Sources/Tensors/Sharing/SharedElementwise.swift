import KernelContract

/// Element by element on tensors that are shared out.
extension Primitive {
  /// f(a, b), broadcasting, of own images; `nil` where neither tensor is shared out.
  @inline(__always)
  static func sharedBinary(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) -> Tensor? {
    guard let sharing = a.sharing ?? b.sharing else { return nil }
    let rank = max(a.rank, b.rank)
    let (left, right) = (operand(a, rank: rank, sharing), operand(b, rank: rank, sharing))
    guard let left, let right else { return binary(operation, a.whole, b.whole) }
    return sharing.shared(binary(operation, left, right))
  }

  /// What own images of a result of so many axes meet of an operand; `nil` where it is not image by image.
  private static func operand(_ a: Tensor, rank: Int, _ sharing: BatchSharing) -> Tensor? {
    if a.rank == rank, a.shape[0] == sharing.batch { return sharing.own(a) }
    // The same for every image.
    let isRepeated = a.rank < rank || a.shape[0] == 1
    return isRepeated && a.sharing == nil ? a : nil
  }

  /// `a` repeated to `shape`, shared out as `sharing` says; `nil` where the result is not to be shared out.
  @inline(__always)
  static func sharedBroadcast(_ a: Tensor, to shape: [Int], _ sharing: BatchSharing?) -> Tensor? {
    guard let sharing = a.sharing ?? sharing else { return nil }
    guard shape.first == sharing.batch, let own = operand(a, rank: shape.count, sharing) else {
      return a.sharing == nil ? nil : broadcast(a.whole, to: shape)
    }
    return sharing.shared(broadcast(own, to: [sharing.own.count] + shape.dropFirst()))
  }
}
