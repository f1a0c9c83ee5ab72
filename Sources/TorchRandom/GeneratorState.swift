/// A snapshot of a `TorchGenerator`: restoring it continues the stream with the same bits, also in the middle of a pair
/// of serial normals.
package struct GeneratorState: Codable, Sendable, Equatable {
  package var initialSeed: UInt64
  /// The 624 words of the engine.
  package var words: [UInt32]
  /// How many of the words have been given out, 0 through 624.
  package var position: Int
  /// The waiting second value of a serial pair, if there is one.
  package var cachedNormal: Double?

  package init(initialSeed: UInt64, words: [UInt32], position: Int, cachedNormal: Double?) {
    self.initialSeed = initialSeed
    self.words = words
    self.position = position
    self.cachedNormal = cachedNormal
  }

  /// Throws unless a generator could be in this state.
  package func validate() throws {
    guard words.count == MersenneTwister.wordCount else { throw GeneratorStateError.wordCount(found: words.count) }
    guard (0...MersenneTwister.wordCount).contains(position) else {
      throw GeneratorStateError.position(found: position)
    }
    // The low 31 bits of the first word are not part of the state; if nothing else is set, every draw would be 0.
    guard words[0] & 0x8000_0000 != 0 || words.dropFirst().contains(where: { $0 != 0 }) else {
      throw GeneratorStateError.allZero
    }
    if let cachedNormal, !cachedNormal.isFinite { throw GeneratorStateError.cachedNormal(found: cachedNormal) }
  }
}

/// Why a saved generator state was refused.
package enum GeneratorStateError: Error, Equatable, CustomStringConvertible {
  case wordCount(found: Int)
  case position(found: Int)
  case allZero
  case cachedNormal(found: Double)

  package var description: String {
    switch self {
    case .wordCount(let found): "generator state: expected 624 words of MT19937 state, found \(found)"
    case .position(let found): "generator state: expected a position from 0 through 624, found \(found)"
    case .allZero: "generator state: expected a word that is not zero, found only zeros: such an engine never moves"
    case .cachedNormal(let found): "generator state: expected a finite cached normal, found \(found)"
    }
  }
}
