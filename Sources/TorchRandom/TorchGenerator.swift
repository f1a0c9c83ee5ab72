import Tensors

/// A stream of random numbers, bit for bit the one of `torch.Generator` on the CPU: seed s here is
/// `torch.manual_seed(s)` there.
///
/// Everything that draws takes its generator as an argument; there is no global one. The draws a chapter makes
/// (`uniform`, `normal`) are made in float32 and widened where float64 is asked for, so that both precisions see the
/// same numbers.
///
/// Nothing is skipped, buffered or drawn in parallel. Not safe to share between threads, and deliberately not
/// `Sendable`.
///
/// Source: PyTorch 2.15 on x86-64 with AVX2. Where 1.13 differs, a comment says so.
package final class TorchGenerator {
  var engine: MersenneTwister
  /// The second value of the last serial Box–Muller pair, unscaled; `SerialNormal.swift` tells its story.
  var cachedNormal: Double?
  /// The seed as given, all 64 bits of it.
  package private(set) var initialSeed: UInt64

  /// A generator at the start of the stream of `seed`.
  ///
  /// Only the low 32 bits reach the engine: seeds 5 and 2³² + 5 are one stream. A negative seed of PyTorch's is
  /// `UInt64(bitPattern:)` of it here.
  package init(seed: UInt64) {
    // The planted mistake: PyTorch's default seed, whatever was asked for.
    let seed = Fault.seedWithoutEffect.isPlanted ? 67_280_421_310_721 : seed
    engine = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
    initialSeed = seed
  }

  /// Everything the stream depends on. Setting it to an earlier value replays the stream from there.
  package var state: GeneratorState {
    GeneratorState(
      initialSeed: initialSeed, words: engine.words, position: engine.position, cachedNormal: cachedNormal)
  }

  /// A generator that goes on where `state` was taken.
  ///
  /// - Throws: `GeneratorStateError` when the state cannot have come from a generator, as after damage to a checkpoint.
  package init(state: GeneratorState) throws {
    try state.validate()
    engine = MersenneTwister(words: state.words, position: state.position)
    cachedNormal = state.cachedNormal
    initialSeed = state.initialSeed
  }

  /// Goes back (or forward) to where `state` was taken; the generator is unchanged when this throws.
  ///
  /// - Throws: `GeneratorStateError` when the state cannot have come from a generator.
  package func restore(_ state: GeneratorState) throws {
    let restored = try TorchGenerator(state: state)
    engine = restored.engine
    cachedNormal = restored.cachedNormal
    initialSeed = restored.initialSeed
  }
}
