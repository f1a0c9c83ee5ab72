import Files
import TensorFiles
import Tensors

/// The recordings below a folder: one that was written there, one in each folder below, or the artifacts of many runs
/// side by side.
package struct RecordingFolder: Sendable {
  package let path: String
  /// By name, then float64 first.
  package let recordings: [OutsideRecording]
  /// Whether the folder itself is the one recording: then nothing is said of others.
  package let isOne: Bool

  private static let depthLimit = 6
  private static let folderLimit = 20_000

  /// Reads and verifies them all. Throws `FileError` for one that is damaged and for links, `CatalogError` where there
  /// is none, or one twice.
  package init(_ path: String) throws {
    self.path = path
    var places: [(folder: String, precision: DType)] = []
    var visited = 0
    try Self.collect(path, depth: 0, into: &places, visited: &visited)
    guard !places.isEmpty else {
      throw CatalogError(
        "\(path) holds no recording (recorded-float32.json or recorded-float64.json, there or below); "
          + "docs/recording.md says how one is made")
    }
    isOne = places.allSatisfy { $0.folder == path }
    recordings = try places.map { try OutsideRecording(readingFrom: $0.folder, $0.precision) }.sorted {
      ($0.recording.chapter, $1.recording.precision.rawValue) < ($1.recording.chapter, $0.recording.precision.rawValue)
    }
    for (one, next) in zip(recordings, recordings.dropFirst()) {
      let (a, b) = (one.recording, next.recording)
      if a.chapter == b.chapter && a.precision == b.precision {
        throw CatalogError(
          "\(a.chapter) \(a.precision.rawValue) was recorded twice, in \(one.folder) and in \(next.folder)")
      }
    }
    if isOne, Set(recordings.map(\.recording.chapter)).count > 1 {
      throw CatalogError("\(path) holds recordings of two names, \(names.joined(separator: " and "))")
    }
  }

  /// The names that were recorded, each once.
  package var names: [String] {
    recordings.map(\.recording.chapter).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private static func collect(
    _ folder: String, depth: Int, into places: inout [(folder: String, precision: DType)], visited: inout Int
  ) throws {
    visited += 1
    guard depth <= depthLimit, visited <= folderLimit else {
      throw FileError(
        folder, .nestedTooDeeply, expected: "recordings in at most \(depthLimit) levels and \(folderLimit) folders",
        found: "more")
    }
    var found: Set<DType> = []
    // Hidden ones are those of tools, and of writers that were killed.
    for name in try FileSystem.list(folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if FileSystem.isLink(path) { throw FileSystem.linkRefused(path) }
      if FileSystem.kind(of: path) == .folder {
        try collect(path, depth: depth + 1, into: &places, visited: &visited)
      } else if let precision = try Self.precision(of: name, path) {
        if found.insert(precision).inserted { places.append((folder, precision)) }
      }
    }
  }

  /// The precision of a recording's file, tensors or index, so that half a recording is found and refused; `nil` for
  /// other files.
  private static func precision(of name: String, _ path: String) throws -> DType? {
    guard name.hasPrefix("recorded-"), let dot = name.lastIndex(of: "."),
      [".json", ".safetensors"].contains(name[dot...])
    else { return nil }
    let word = String(name[name.index(name.startIndex, offsetBy: 9)..<dot])
    guard let precision = DType(rawValue: word) else {
      throw FileError(
        path, .badName, expected: "recorded-float32 or recorded-float64", found: "recorded-\(word.prefix(40))")
    }
    return precision
  }
}
