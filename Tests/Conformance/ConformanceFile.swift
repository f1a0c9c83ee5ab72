import Files
import Foundation
import Tensors
import TensorFiles
import TestSupport

/// The committed reference: cases, and their tensors by name.
struct ConformanceFile: Sendable {
  let cases: [ConformanceCase]
  let file: TensorFile

  private struct Description: Decodable {
    let torch: String
    let cases: [ConformanceCase]
  }

  static let shared = Result { try ConformanceFile() }

  private init() throws {
    let path = Repository.sample("conformance.safetensors.zst", of: "Conformance").path
    file = try TensorFile(safetensors: Zstd.decompress(FileSystem.read(path), file: path), path: path)
    guard let description = file.metadata["conformance"] else {
      throw Arguments.Unsuitable(description: "\(path): the metadata has no entry \"conformance\"")
    }
    cases = try JSONDecoder().decode(Description.self, from: Data(description.utf8)).cases
  }

  func tensor(_ name: String) throws -> Tensor { try file.entry(name).tensor(file: file.path) }
}
