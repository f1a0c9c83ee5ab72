import Files
import Foundation
import Tensors
import TestSupport

/// `datasets.json`.
struct DatasetSamples: Decodable {
  let recordsSHA256: String
  /// The SHA-256 of each embedded part's records, as Pillow decodes them.
  let embedded: [String: String]
  let labelCounts: [Int]
  let batches: [Batch]
  let loaders: [Loader]

  struct Batch: Decodable {
    let size: Int
    let indices, shape: [Int]
    let sha256, doubleSHA256: String
    let firstBits: [UInt32]
    let mean: Double
  }

  struct Loader: Decodable {
    let seed: UInt64
    let count, batchSize: Int
    let steps: [Step]

    struct Step: Decodable {
      let epoch, number: Int
      let indices: [Int]
      let noise: [UInt32]
    }
  }

  static func load() throws -> DatasetSamples {
    let data = try Data(contentsOf: Repository.sample("datasets.json", of: "Datasets"))
    return try JSONDecoder().decode(DatasetSamples.self, from: data)
  }
}

func sha256(_ tensor: Tensor) -> String {
  tensor.withBytes { bytes in
    SHA256.hexadecimal(SHA256.hash(data: bytes))
  }
}

/// A folder that is gone when the test is.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path(percentEncoded: false))
}
