/// A mistake that can be planted in a run on purpose (`--fault NAME` of the chapters): those of the museum, which real
/// programs have shipped, and four of the engine's own, which `book bisect` has to find. `FaultCatalog` says what each
/// is.
///
/// They are planted at hidden seams, so that the lesson stays what a reader should write. One at a time, before
/// anything is computed.
package enum Fault: String, CaseIterable, Sendable {
  // The museum
  case betaPerPixel = "beta-per-pixel"
  case normOverChannels = "norm-over-channels"
  case undifferentiatedPenalty = "undifferentiated-penalty"
  case swappedLosses = "swapped-losses"
  case swappedFade = "swapped-fade"
  case slowFade = "slow-fade"
  case biasedDeviation = "biased-deviation"
  case doubleSigmoid = "double-sigmoid"
  case unequalSizes = "unequal-sizes"
  case cleanSampling = "clean-sampling"
  case forgottenAlpha = "forgotten-alpha"
  case forgottenStep = "forgotten-step"
  case forgottenMoments = "forgotten-moments"
  case forgottenRandomState = "forgotten-random-state"
  case seedWithoutEffect = "seed-without-effect"
  case scoreOfEverything = "score-of-everything"
  case sampleDeviationOfParts = "sample-deviation-of-parts"
  case silentEvaluation = "silent-evaluation"
  // The engine's
  case epsilon
  case sumOrder = "sum-order"
  case flippedBit = "flipped-bit"
  case drawOrder = "draw-order"

  /// Those that strike once, at the place that `--fault NAME:PLACE` says, counted from 1.
  package static let once: [Fault] = [.epsilon, .sumOrder, .flippedBit, .drawOrder]

  nonisolated(unsafe) private static var plantedFault: Fault?
  /// Opportunities left until a fault that strikes once does.
  nonisolated(unsafe) private static var countdown = 0
  /// Told where a fault that strikes once has struck: the entry of the trace, if there is one.
  nonisolated(unsafe) private static var announce: (Int?) -> Void = { _ in }

  /// Plants the fault, `place` for those that strike once.
  package static func plant(_ fault: Fault, place: Int = 1, announcing announce: @escaping (Int?) -> Void = { _ in }) {
    plantedFault = fault
    countdown = place
    self.announce = announce
  }

  /// Takes the fault out.
  package static func uproot() { plantedFault = nil }

  /// Whether this is the mistake that the run is to make.
  @inline(__always)
  package var isPlanted: Bool { Self.plantedFault == self }

  /// `right`, or in its place what the mistake makes of it. Where both have the same bits there is nothing to find, and
  /// the place is not counted.
  @inline(__always)
  package func planted(over right: Tensor, _ wrong: () -> Tensor) -> Tensor {
    guard isPlanted else { return right }
    return strike(right, wrong) { $0 }
  }

  /// The same for results of several tensors, of which `part` tells whether it changes anything.
  @inline(__always)
  package func planted<Result>(over right: Result, comparing part: (Result) -> Tensor, _ wrong: () -> Result) -> Result
  {
    guard isPlanted else { return right }
    return strike(right, wrong, part)
  }

  @inline(never)
  private func strike<Result>(_ right: Result, _ wrong: () -> Result, _ part: (Result) -> Tensor) -> Result {
    guard Self.countdown > 0 else { return right }
    let mistaken = wrong()
    guard !part(right).hasBits(of: part(mistaken)) else { return right }
    Self.countdown -= 1
    guard Self.countdown == 0 else { return right }
    Self.announce(Trace.current?.entries)
    return mistaken
  }
}

extension Tensor {
  /// Whether both hold the same bytes.
  func hasBits(of other: Tensor) -> Bool {
    withBytes { own in other.withBytes { own.elementsEqual($0) } }
  }

  /// The elements from the last to the first.
  package var backToFront: Tensor {
    func reversed<Scalar: TensorScalar>(_: Scalar.Type) -> Tensor {
      Tensor(shape: shape, of: Scalar.self) { out in
        withElements(of: Scalar.self) { source in
          for index in source.indices { out[index] = source[source.count - 1 - index] }
        }
      }
    }
    return dtype == .float32 ? reversed(Float.self) : reversed(Double.self)
  }

  /// The same with the lowest bit of the element in the middle turned.
  package var withFlippedBit: Tensor {
    let copy = Tensor(shape: shape, dtype: dtype, storage: Storage(byteCount: count * dtype.byteCount))
    guard count > 0 else { return copy }
    withBytes {
      copy.storage.pointer.copyMemory(
        from: $0.baseAddress ?? UnsafeRawPointer(copy.storage.pointer), byteCount: $0.count)
    }
    let place = count / 2 * dtype.byteCount
    copy.storage.pointer.storeBytes(
      of: copy.storage.pointer.load(fromByteOffset: place, as: UInt8.self) ^ 1, toByteOffset: place, as: UInt8.self)
    return copy
  }
}
