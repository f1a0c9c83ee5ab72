import ArgumentParser
import TorchRandom

/// Reads the argument of `--seed`, for options declared with `parsing: .unconditional`: "-1" is a seed, not an option.
package func seedArgument(_ text: String) throws -> UInt64 {
  guard let seed = TorchSeed.value(of: text) else {
    throw ValidationError(
      "expected a whole number from -9223372036854775808 to 18446744073709551615, found \"\(text)\"")
  }
  return seed
}
