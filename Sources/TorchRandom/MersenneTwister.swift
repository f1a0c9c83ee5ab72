/// The MT19937 engine: 624 words of state, 32 bits of output a draw, period 2¹⁹⁹³⁷ − 1.
///
/// Equal, word for word, to C++ `std::mt19937`, to numpy's `RandomState(seed)` and to the engine inside PyTorch's CPU
/// generator. Source: Matsumoto and Nishimura 1998, `mt19937ar.c` (`init_genrand`, `genrand_int32`).
package struct MersenneTwister: Sendable, Equatable {
  package static let wordCount = 624
  private static let shift = 397

  /// The state before tempering.
  package private(set) var words: [UInt32]
  /// How many of the words have been given out; at 624 the next draw makes 624 new ones.
  package private(set) var position: Int

  /// The state that follows from a seed: s₀ = seed, sⱼ = 1812433253·(sⱼ₋₁ ⊕ (sⱼ₋₁ ≫ 30)) + j, modulo 2³².
  package init(seed: UInt32) {
    words = [seed]
    words.reserveCapacity(Self.wordCount)
    var previous = seed
    for index in 1..<UInt32(Self.wordCount) {
      previous = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ index
      words.append(previous)
    }
    position = Self.wordCount
  }

  /// An engine in the middle of its stream; the caller has validated both values.
  init(words: [UInt32], position: Int) {
    precondition(words.count == Self.wordCount && (0...Self.wordCount).contains(position), "not an MT19937 state")
    self.words = words
    self.position = position
  }

  /// The next 32 bits.
  package mutating func nextUInt32() -> UInt32 {
    if position == Self.wordCount { refill() }
    let word = words[position]
    position += 1
    return Self.temper(word)
  }

  /// The next 64 bits. The word drawn **first** is the high one, as in PyTorch (and unlike most other libraries).
  package mutating func nextUInt64() -> UInt64 {
    let high = nextUInt32()
    let low = nextUInt32()
    return UInt64(high) << 32 | UInt64(low)
  }

  /// Calls `body` with the next `count` draws in order: what `nextUInt32` would give, without its cost per call.
  mutating func draw(_ count: Int, _ body: (_ index: Int, _ word: UInt32) -> Void) {
    var index = 0
    while index < count {
      if position == Self.wordCount { refill() }
      let available = min(count - index, Self.wordCount - position)
      words.withUnsafeBufferPointer { words in
        for offset in 0..<available { body(index &+ offset, Self.temper(words[position &+ offset])) }
      }
      position += available
      index += available
    }
  }

  private static func temper(_ word: UInt32) -> UInt32 {
    var y = word
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    return y ^ (y >> 18)
  }

  private mutating func refill() {
    words.withUnsafeMutableBufferPointer { s in
      func twist(_ index: Int, _ next: Int, _ far: Int) {
        let mixed = (s[index] & 0x8000_0000) | (s[next] & 0x7fff_ffff)
        s[index] = s[far] ^ (mixed >> 1) ^ (s[next] & 1 == 0 ? 0 : 0x9908_b0df)
      }
      let wrap = Self.wordCount - Self.shift
      for index in 0..<wrap { twist(index, index + 1, index + Self.shift) }
      for index in wrap..<(Self.wordCount - 1) { twist(index, index + 1, index - wrap) }
      twist(Self.wordCount - 1, 0, Self.shift - 1)
    }
    position = 0
  }
}
