import Files
import Foundation
import Tensors
import TestSupport

/// The samples as decoded JSON.
enum Vectors {
  struct Stream: Decodable {
    let rand_f32_8, rand_f64_4, randn_f32_n8_serial, randn_f32_n16_first8, randn_f32_n16_last8: [String]
    let randn_f32_n20, randn_f64_n4_serial, randn_f64_n16_first4: [String]
    let randint_0_1000_8, random_int64_4: [Int64]
    let randperm_10, randperm_50000_first8: [Int]
    let randperm_50000_sha: String
    let normal_1_002_n32_first8, uniform_pm01_8: [String]
    let conv2d_256_1_4_w8, conv2d_256_1_4_bias, convT_128_24_4_w8, convT_128_24_4_b4: [String]
    let conv2d_256_1_4_sha: String
    let linear_128_1_w8, linear_128_1_b, xavier_64_256_4_4_first8: [String]
    let xavier_64_256_4_4_sha, randn_220_sha, rand_220_sha: String
    let loader50000_base_seed: Int64
    let loader50000_first_batch_first8: [Int]
    let loader50000_then_rand4: [String]

    enum CodingKeys: String, CodingKey, CaseIterable {
      case rand_f32_8, rand_f64_4, randn_f32_n8_serial, randn_f32_n16_first8, randn_f32_n16_last8, randn_f32_n20
      case randn_f64_n4_serial, randn_f64_n16_first4, randint_0_1000_8, random_int64_4, randperm_10
      case randperm_50000_sha, randperm_50000_first8
      case normal_1_002_n32_first8 = "normal_1_0.02_n32_first8"
      case uniform_pm01_8 = "uniform_pm0.1_8"
      case conv2d_256_1_4_w8, conv2d_256_1_4_bias, conv2d_256_1_4_sha, convT_128_24_4_w8, convT_128_24_4_b4
      case linear_128_1_w8, linear_128_1_b, xavier_64_256_4_4_first8, xavier_64_256_4_4_sha
      case randn_220_sha = "randn_2^20_sha"
      case rand_220_sha = "rand_2^20_sha"
      case loader50000_base_seed, loader50000_first_batch_first8, loader50000_then_rand4
    }
  }

  /// One tensor of a document: its size, its first four values, its hash. Or, for a base seed, only a number.
  enum Recorded: Decodable {
    case tensor(Summary)
    case number(Int64)

    struct Summary: Decodable {
      let n: Int
      let first4: [Value]
      let sha256_16: String
    }

    enum Value: Decodable, Equatable {
      case float(String)
      case index(Int)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          self = .float(text)
        } else {
          self = .index(try container.decode(Int.self))
        }
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int64.self) {
        self = .number(number)
      } else {
        self = .tensor(try container.decode(Summary.self))
      }
    }
  }

  struct Documents: Decodable {
    let dcgan_seed0, progan_seed0: [String: Recorded]
  }

  struct EdgeCases: Decodable {
    let sizes: [Size]
    let mixed: [[UInt64]]
    let upperBound: [UInt32]
    let integers: [Integers]

    struct Size: Decodable {
      let seed: UInt64
      let count: Int
      let randn, normal, rand, uniform: [UInt32]
      let randnAfter, normalAfter, randAfter, uniformAfter: UInt32
      let randn64, normal64, uniform64: [UInt64]
      let randn64After, normal64After, uniform64After: UInt32
      let permutation: [Int]
      let permutationAfter: UInt32
    }

    struct Integers: Decodable {
      let low, high: Int64
      let values: [Int64]
      let after: UInt32
    }
  }

  static func streams() throws -> [String: Stream] {
    struct File: Decodable { let seeds: [String: Stream] }
    return try decode(File.self, "torch-random-vectors.json").seeds
  }

  /// The keys of one seed's entry, to prove that `Stream` leaves none of them out.
  static func keysOfStreams() throws -> [String: Set<String>] {
    let json = try JSONSerialization.jsonObject(with: data("torch-random-vectors.json"))
    let seeds = (json as? [String: Any])?["seeds"] as? [String: [String: Any]]
    return (seeds ?? [:]).mapValues { Set($0.keys) }
  }

  static func documents() throws -> Documents { try decode(Documents.self, "documents-tensors.json") }
  static func edgeCases() throws -> EdgeCases { try decode(EdgeCases.self, "edge-cases.json") }

  private static func data(_ name: String) throws -> Data {
    try Data(contentsOf: Repository.sample(name, of: "TorchRandom"))
  }

  private static func decode<Value: Decodable>(_: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: data(name))
  }
}

/// The first 16 hexadecimal digits of the SHA-256 of a tensor's bytes.
func hashPrefix(_ tensor: Tensor) -> String { tensor.withBytes { hashPrefix($0) } }

/// The same of indices, as little-endian int64.
func hashPrefix(_ indices: [Int]) -> String { indices.withUnsafeBytes { hashPrefix($0) } }

private func hashPrefix(_ bytes: UnsafeRawBufferPointer) -> String {
  String(SHA256.hexadecimal(SHA256.hash(data: bytes)).prefix(16))
}

/// Values of Python's `float.hex()`. Float and Double have the same text, so this serves both.
func parsed(_ hex: [String]) -> [Double] { hex.map { Double($0) ?? .nan } }

extension Tensor {
  func first(_ count: Int) -> [Double] { Array(values.prefix(count)) }
  var bits32: [UInt32] { withElements(of: Float.self) { $0.map(\.bitPattern) } }
  var bits64: [UInt64] { withElements(of: Double.self) { $0.map(\.bitPattern) } }
}
