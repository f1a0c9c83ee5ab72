import Files
import Foundation
import Goldens
import Synchronization
import TensorFiles
import Tensors

/// The goldens of one file of tests: a golden set beside it, as `book` reads and writes them.
package struct GoldenFiles: Sendable {
  /// The set's folder, "Tests/ModelTests/Goldens/LossTests".
  let folder: String
  /// The set's name, that of the file of tests.
  let name: String
  private let module: String

  /// Where what is expected is also recorded, for `book check --recording` and its reports.
  static let recordingsVariable = "GOLDEN_RECORDINGS"
  /// All goldens of a set are in one section, whatever their own element types.
  private static let precision = DType.float64

  init(of place: TestPlace) { self.init(filePath: place.filePath, module: place.module) }

  package init(filePath: String, module: String) {
    let file = URL(filePath: filePath)
    // A file may be called what no recording may.
    let stem = file.deletingPathExtension().lastPathComponent
    name = RecordedNames.problem(withRecording: stem) == nil ? stem : "_" + stem.filter { $0.isASCII && $0.isLetter }
    folder = file.deletingLastPathComponent().appending(path: "Goldens/\(name)").path
    self.module = module
  }

  // MARK: - One test at a time

  private static let recorded = Mutex<[String: [RecordedEntry]]>([:])
  private static let lock = NSRecursiveLock()

  /// Tests run side by side, and all goldens of a file are in one set.
  func locked<Result>(_ body: () throws -> Result) rethrows -> Result { try Self.lock.withLock(body) }

  // MARK: - The set

  private func existing() throws -> GoldenSet? {
    guard FileSystem.kind(of: GoldenSet.manifestPath(folder)) != nil else { return nil }
    let set = try GoldenSet(readingFrom: folder)
    guard set.manifest.chapter == name else {
      throw GoldenError("\(set.manifest.path): it is the manifest of \(set.manifest.chapter), expected \(name)")
    }
    return set
  }

  /// What the golden says of the entry, `nil` where there is no set yet.
  func verdict(on entry: RecordedEntry) throws -> EntryResult? {
    guard let goldens = try existing() else { return nil }
    let recording = Recording(chapter: name, precision: Self.precision, entries: [entry], log: [])
    return Checker(goldens: goldens).check(recording).entries.first { $0.name == entry.name }
  }

  /// Puts the entry into the set, whatever was there of its name.
  func write(_ entry: RecordedEntry) throws {
    var writer = GoldenSetWriter(chapter: name)
    writer.profile = RecordingCheck.profile
    if let old = try existing() {
      writer.digests = old.manifest.digests
      writer.log = old.log
      for (precision, named) in old.reference { writer.values[precision] = named.map { ($0.key, $0.value) } }
    }
    writer.values[Self.precision, default: []].removeAll { $0.name == entry.name }
    writer.values[Self.precision, default: []].append((entry.name, entry.value))
    writer.values[Self.precision]?.sort { $0.name < $1.name }
    writer.digests[Self.precision, default: [:]][entry.name] = entry.value.digest
    writer.provenance = ["tool": .string("GoldenTensors \(Version.current)")]
    try GoldenSetFolder.replace(folder) { try writer.write(to: $0) }
  }

  // MARK: - The recording

  /// Notes the entry in the recording of this file's tests, where one is asked for.
  func record(_ entry: RecordedEntry, environment: [String: String]) throws {
    guard let root = environment[Self.recordingsVariable], !root.isEmpty else { return }
    let path = "\(root)/\(module)/\(name)"
    let entries = Self.recorded.withLock { recorded in
      var entries = recorded[path] ?? []
      entries.removeAll { $0.name == entry.name }
      entries.append(entry)
      entries.sort { $0.name < $1.name }
      recorded[path] = entries
      return entries
    }
    // Whole after every expectation: a test may be the last one, or crash.
    try Recording(chapter: name, precision: Self.precision, entries: entries, log: []).write(to: path)
  }
}
