import Ranks

/// How the images of a batch, axis 0, are shared out over ranks: consecutive ones to each, one at least.
///
/// The cut depends on the size of the batch and the number of ranks alone. A tensor that is shared out has the whole
/// batch's shape, its storage holds the rank's own images: a primitive chooses its algorithm by the whole batch, as one
/// process does, and where a sum crosses the batch ranks exchange what one process would have added, to add it in the
/// same order.
package final class BatchSharing: Sendable {
  package let communicator: any Communicator
  /// Images of all ranks.
  package let batch: Int
  /// The images of this rank.
  package let own: Range<Int>

  /// `nil` where the batch has fewer images than there are ranks: every rank then has all of them.
  package init?(batch: Int, over communicator: any Communicator) {
    guard communicator.count > 1, batch >= communicator.count else { return nil }
    self.communicator = communicator
    self.batch = batch
    own = Self.images(of: communicator.rank, batch, communicator.count)
  }

  package func images(of rank: Int) -> Range<Int> { Self.images(of: rank, batch, communicator.count) }

  private static func images(of rank: Int, _ batch: Int, _ ranks: Int) -> Range<Int> {
    rank * batch / ranks..<(rank + 1) * batch / ranks
  }

  /// Everybody's elements, `width` for every image, in the order of the images.
  package func gather<Scalar>(
    _ own: UnsafeBufferPointer<Scalar>, width: Int, to all: UnsafeMutableBufferPointer<Scalar>
  ) {
    precondition(own.count == self.own.count * width && all.count == batch * width)
    communicator.gather(
      UnsafeRawBufferPointer(own),
      counts: (0..<communicator.count).map { images(of: $0).count * width * MemoryLayout<Scalar>.stride },
      to: UnsafeMutableRawBufferPointer(all))
  }
}

// MARK: - The images of a rank and those of all

extension BatchSharing {
  /// The own images of a tensor whose axis 0 is the batch, as a tensor of their own: of one that every rank has whole a
  /// copy of them.
  package func own(_ tensor: Tensor) -> Tensor {
    precondition(tensor.shape.first == batch, "shape \(tensor.shape) is not that of a batch of \(batch)")
    guard tensor.sharing == nil else {
      return Tensor(shape: [own.count] + tensor.shape.dropFirst(), dtype: tensor.dtype, storage: tensor.storage)
    }
    return Primitive.slice(tensor, axis: 0, own)
  }

  /// The tensor of all ranks of which `images` are the own.
  package func shared(_ images: Tensor) -> Tensor {
    precondition(images.sharing == nil && images.shape.first == own.count, "\(images.shape) for images \(own)")
    return Tensor(
      shape: [batch] + images.shape.dropFirst(), dtype: images.dtype, storage: images.storage, sharing: self)
  }

  /// The whole tensor, on every rank.
  package func whole(_ tensor: Tensor) -> Tensor {
    switch tensor.dtype {
    case .float32: whole(tensor, Float.self)
    case .float64: whole(tensor, Double.self)
    }
  }

  private func whole<Scalar: TensorScalar>(_ tensor: Tensor, _: Scalar.Type) -> Tensor {
    Tensor(shape: tensor.shape, of: Scalar.self) { all in
      own(tensor).withElements(of: Scalar.self) { gather($0, width: tensor.count / batch, to: all) }
    }
  }
}

extension Tensor {
  /// The same tensor, of which this rank holds its own images only; the tensor itself in a run of one rank, of a batch
  /// of fewer images than ranks, and where it is shared out already.
  package var withOwnImages: Tensor {
    guard sharing == nil, let communicator = Ranks.current, let batch = shape.first, count > 0,
      let sharing = BatchSharing(batch: batch, over: communicator)
    else { return self }
    return sharing.shared(sharing.own(self))
  }

  /// A batch of so many images of which this rank makes its own only: `make` gets their places in the batch, all of
  /// them in a run of one rank.
  package static func sharded(batch count: Int, _ make: (Range<Int>) throws -> Tensor) rethrows -> Tensor {
    guard let communicator = Ranks.current, let sharing = BatchSharing(batch: count, over: communicator) else {
      return try make(0..<count)
    }
    return sharing.shared(try make(sharing.own))
  }

  /// The places, in a batch of so many images, of those that this rank has; see `sharded(batch:_:)`.
  package static func ownImages(ofBatch count: Int) -> Range<Int> {
    Ranks.current.flatMap { BatchSharing(batch: count, over: $0)?.own } ?? 0..<count
  }

  /// The same tensor, all of which every rank holds. An exchange between all ranks where it was shared out.
  package var whole: Tensor { sharing?.whole(self) ?? self }

  /// What `compute` makes of own images, as a tensor of all ranks; `nil` where there is no such sharing. For what is
  /// computed image by image.
  @inline(__always)
  func ofOwnImages(_ compute: (Tensor) -> Tensor) -> Tensor? {
    guard let sharing else { return nil }
    return sharing.shared(compute(sharing.own(self)))
  }
}
