import Files
import TensorFiles
import Tensors

/// Writes a golden set as `golden_store.py` does: for what others have recorded and somebody has blessed, for the
/// self-test and the tests, which plant faults in sets of their own.
///
/// The chapters' references are made by the PyTorch programs of goldens/reference; one that this package computed would
/// hold nothing.
package struct GoldenSetWriter {
  package let chapter: String
  package var seed = 0
  package var profile = "quick"
  package var runs: [DType: [String]] = [:]
  package var values: [DType: [(name: String, value: GoldenValue)]] = [:]
  package var log: [DType: [String]] = [:]
  package var digests: [DType: [String: String]] = [:]
  /// What the manifest says of the reference's origin beside seed and profile, and of who blessed it.
  package var provenance = JSONObject()
  package var blessed: JSONObject?

  package init(chapter: String) { self.chapter = chapter }

  /// Adds everything a recording holds, as if the reference had computed the same.
  package mutating func add(_ recording: Recording, blessed: Bool = true) {
    for entry in recording.entries {
      values[recording.precision, default: []].append((entry.name, entry.value))
      if blessed { digests[recording.precision, default: [:]][entry.name] = entry.value.digest }
    }
    if !recording.log.isEmpty {
      log[recording.precision] = recording.log.map(\.text)
      if blessed { digests[recording.precision, default: [:]]["log"] = recording.logDigest }
    }
  }

  package func write(to folder: String) throws {
    try FileSystem.createFolder(folder)
    var file = try TensorFile(path: folder + "/reference.safetensors.zst")
    var entries = JSONObject()
    for precision in DType.allCases {
      guard let named = values[precision] else { continue }
      var object = JSONObject()
      for (name, value) in named {
        try value.append(to: &file, key: "\(precision.rawValue)/\(name)")
        object[name] = .object(value.index)
      }
      entries[precision.rawValue] = .object(object)
    }
    let content = try file.safetensorsBytes()
    var text = ""
    for precision in DType.allCases {
      guard let lines = log[precision] else { continue }
      text += "# \(precision.rawValue)\n" + lines.map { $0 + "\n" }.joined()
    }
    var provenance = provenance
    provenance["profile"] = .string(profile)
    provenance["seed"] = .int(seed)
    var manifest: JSONObject = [
      "chapter": .string(chapter), "format": .int(1),
      "digests": object(digests) { named in
        .object(named.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) })
      },
      "runs": object(runs) { .array($0.map { .string($0) }) },
      "reference": .object([
        "content_sha256": .string(Digest.of(content)), "entries": .object(entries),
        "log_lines": object(log) { .int($0.count) }, "log_sha256": .string(Digest.of(Array(text.utf8))),
        "provenance": .object(provenance),
      ]),
    ]
    if let blessed { manifest["blessed"] = .object(blessed) }
    try AtomicFile.write(Zstd.compress(content, level: 3), to: file.path)
    try AtomicFile.write(text, to: folder + "/log.txt")
    try AtomicFile.write(JSONValue.object(manifest).pretty, to: GoldenSet.manifestPath(folder))
  }

  private func object<Value>(_ values: [DType: Value], _ json: (Value) -> JSONValue) -> JSONValue {
    .object(values.reduce(into: JSONObject()) { $0[$1.key.rawValue] = json($1.value) })
  }
}
