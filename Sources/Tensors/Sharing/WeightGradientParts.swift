/// Which of a weight gradient's independent sums are whose.
extension WeightGradientPlan {
  /// The bands that a part adds up.
  func bands(of part: Int) -> Range<Int> { part * bands.count / parts..<(part + 1) * bands.count / parts }

  /// The parts of every rank; `nil` where a part adds up images of two ranks.
  func parts(of sharing: BatchSharing) -> [Range<Int>]? {
    var found: [Range<Int>] = []
    var next = 0
    for rank in 0..<sharing.communicator.count {
      let images = sharing.images(of: rank)
      let first = next
      while next < parts, self.images(of: next).upperBound <= images.upperBound {
        guard self.images(of: next).lowerBound >= images.lowerBound else { return nil }
        next += 1
      }
      guard next > first else { return nil }
      found.append(first..<next)
    }
    return next == parts ? found : nil
  }

  private func images(of part: Int) -> Range<Int> {
    let bands = bands(of: part)
    let (first, last) = (self.bands[bands.lowerBound], self.bands[bands.upperBound - 1])
    return first.firstImage..<last.firstImage + last.images
  }
}

/// The independent sums that this process makes, and where it finds their images.
struct WeightGradientShare {
  /// The parts of the whole sum that are this process's.
  let parts: Range<Int>
  /// The first image that it has.
  let firstImage: Int
  private let sharing: BatchSharing?

  init(_ plan: WeightGradientPlan, _ sharing: BatchSharing?) {
    self.sharing = sharing
    guard let sharing else {
      (parts, firstImage) = (0..<plan.parts, 0)
      return
    }
    guard let parts = plan.parts(of: sharing) else { preconditionFailure("parts that fall on no whole images") }
    self.parts = parts[sharing.communicator.rank]
    firstImage = sharing.own.lowerBound
  }

  /// Before the own sums there is room for the sum of the ranks before, where there are any.
  private var hasRoomBefore: Bool { (sharing?.communicator.rank ?? 0) > 0 }
  var ownSlot: Int { hasRoomBefore ? 1 : 0 }
  var slots: Int { ownSlot + parts.count }

  /// Sums that are there to be added: all of this process's, or the one that the ranks have made together.
  var slotsToAdd: Int { sharing == nil ? slots : 1 }

  /// Puts the sum of all ranks' parts, in their order, where the first sum lies; nothing to do for one process.
  func exchange<Kernels: TensorKernels>(
    _ sums: UnsafeMutablePointer<Kernels.Scalar>, count: Int, with _: Kernels.Type
  ) {
    guard let sharing else { return }
    sharing.communicator.runningSum(UnsafeMutableBufferPointer(start: sums, count: count)) { slice in
      Parallel.forChunks(of: slice.count, chunk: Blocking.WeightGradient.share) { range in
        let place = sums + slice.lowerBound + range.lowerBound
        for slot in 1..<max(1, slots) { Kernels.accumulate(count: range.count, place + slot * count, to: place) }
      }
    }
  }
}
