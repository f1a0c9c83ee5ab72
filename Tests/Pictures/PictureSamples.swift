import Files
import Foundation
import Pictures
import Tensors
import TestSupport
import Testing

/// `pictures.json`, and the inputs it was made from.
struct PictureSamples: Decodable {
  let resized: [Resized]
  let transformed: [Transformed]
  let grids: [Grid]
  let normalizations: [Normalization]
  let png: [PNGFile]

  struct Resized: Decodable {
    let width, height, channels, newWidth, newHeight: Int
    let seed: UInt32
    let sha256: String
    let bytes: String?
  }

  struct Transformed: Decodable {
    let kind: String
    let width, height, newWidth, newHeight: Int
    let seed: UInt32
    let arguments: [Int]
    let sha256: String
  }

  struct Grid: Decodable {
    let shape, gridShape: [Int]
    let seed: UInt32
    let low, high, padValue: Double
    let columns, padding: Int
    let normalized: Bool
    let dtype: DType
    let gridSHA256, sha256: String
  }

  struct Normalization: Decodable {
    let mean, std: [Double]
    let sha256: String
  }

  struct PNGFile: Decodable {
    let name: String
    let width, height: Int
    let bytes: String
  }

  static func load() throws -> PictureSamples {
    let data = try Data(contentsOf: Repository.sample("pictures.json", of: "Pictures"))
    return try JSONDecoder().decode(PictureSamples.self, from: data)
  }

  /// The upper 24 bits of each state of x ← 1664525·x + 1013904223.
  static func words(_ count: Int, seed: UInt32) -> [UInt32] {
    var state = seed
    return (0..<count).map { _ in
      state = 1_664_525 &* state &+ 1_013_904_223
      return state >> 8
    }
  }

  static func picture(width: Int, height: Int, channels: Int, seed: UInt32) -> Picture {
    let pixels = words(width * height * channels, seed: seed).map { UInt8($0 >> 16) }
    return Picture(width: width, height: height, channels: channels, pixels: pixels)
  }

  static func tensor(_ shape: [Int], seed: UInt32, low: Double, high: Double, dtype: DType) -> Tensor {
    let values = words(shape.reduce(1, *), seed: seed).map { Double($0) * 0x1p-24 * (high - low) + low }
    return Tensor(values, shape: shape).converted(to: dtype)
  }

  static func png(_ name: String) -> String {
    Repository.sample("png/\(name)", of: "Pictures").path(percentEncoded: false)
  }
}

func sha256(_ bytes: some ContiguousBytes) -> String {
  bytes.withUnsafeBytes { buffer in
    SHA256.hexadecimal(SHA256.hash(data: buffer))
  }
}

func sha256(_ tensor: Tensor) -> String { tensor.withBytes { sha256(Data($0)) } }

/// A folder that is gone when the test is.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path(percentEncoded: false))
}
