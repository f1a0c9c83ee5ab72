import Testing
import TorchRandom

@Suite struct SeedTests {
  /// The first two numbers of `torch.rand` after `torch.manual_seed`, as bits, and `torch.initial_seed()`; from PyTorch
  /// 2.15.
  @Test(
    arguments: [
      ("-1", 18_446_744_073_709_551_615, [1_065_249_187, 1_058_160_930]),
      ("18446744073709551615", 18_446_744_073_709_551_615, [1_065_249_187, 1_058_160_930]),
      ("18446744073709551609", 18_446_744_073_709_551_609, [1_048_687_992, 1_059_940_221]),
      ("-9223372036854775808", 9_223_372_036_854_775_808, [1_056_839_000, 1_061_464_623]),
      ("9223372036854775808", 9_223_372_036_854_775_808, [1_056_839_000, 1_061_464_623]),
      ("4294967301", 4_294_967_301, [1_062_505_315, 1_040_261_944]),
      ("-5", 18_446_744_073_709_551_611, [1_064_192_486, 1_059_661_113]),
    ] as [(String, UInt64, [UInt32])])
  func `seeds are those of torch.manual_seed, negative ones too`(text: String, seed: UInt64, bits: [UInt32]) throws {
    #expect(TorchSeed.value(of: text) == seed)
    #expect(TorchGenerator(seed: try #require(TorchSeed.value(of: text))).uniform([2]).bits32 == bits)
  }

  @Test(arguments: ["18446744073709551616", "-9223372036854775809", "", "-", "1.5", "1e3", "x", " 1"])
  func `what torch.manual_seed does not take is no seed`(text: String) { #expect(TorchSeed.value(of: text) == nil) }
}
