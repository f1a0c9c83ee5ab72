import Tensors

extension Tensor {
  /// The same tensor, whose images (axis 0) are shared out over the ranks of the run: what is computed of it each rank
  /// computes for its own images. The tensor itself in a run of one rank.
  package var sharded: Tensor {
    let shared = withOwnImages
    if shared === self { return self }
    return .recorded(shared, from: [self]) { [$0.cotangent] }
  }

  /// The same tensor, held as `other` is: whole, or shared out. A gradient is held like what it belongs to.
  func held(like other: Tensor) -> Tensor {
    switch (sharing, other.sharing) {
    case (nil, nil), (.some, .some): self
    case (nil, .some(let sharing)): .recorded(sharing.shared(sharing.own(self)), from: [self]) { [$0.cotangent] }
    case (.some, nil): .recorded(whole, from: [self]) { [$0.cotangent] }
    }
  }
}
