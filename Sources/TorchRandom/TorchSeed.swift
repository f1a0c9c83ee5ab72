/// What `torch.manual_seed` takes.
package enum TorchSeed {
  /// The seed of a decimal number from −2⁶³ to 2⁶⁴ − 1; `nil` for anything else. A negative one counts back from 2⁶⁴,
  /// as in PyTorch: −1 and 2⁶⁴ − 1 are one seed.
  package static func value(of text: String) -> UInt64? {
    if let seed = UInt64(text) { return seed }
    return Int64(text).map { UInt64(bitPattern: $0) }
  }
}
