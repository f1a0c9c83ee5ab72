import Files
import TensorFiles
import Tensors

/// The manifest of a golden set: what the reference holds and where it comes from, the digests of our own bits, and how
/// the chapter is run.
///
/// The JSON it was read from is kept, so that writing it back changes nothing but the digests and who blessed them.
package struct Manifest: Sendable {
  package let path: String
  package let chapter: String
  package private(set) var json: JSONObject
  /// Digest of our own bits, by precision and entry name; the log's is under "log".
  package private(set) var digests: [DType: [String: String]]
  /// The options a check passes to the chapter beside profile, seed and dtype, by precision.
  package let runs: [DType: [String]]
  package let contentHash: String
  package let logHash: String
  /// The indices of the reference's entries, in the order of their names.
  let entries: [DType: [(name: String, index: JSONCursor)]]
  package let logLineCounts: [DType: Int]
  package let seed: Int
  package let profile: String
  /// All that the manifest says of where the reference comes from.
  package let origin: JSONValue

  package init(contentsOf path: String) throws {
    let top = try JSONCursor(contentsOf: path)
    try top.onlyKeys(["blessed", "chapter", "digests", "format", "reference", "runs"])
    let format = try top.member("format")
    guard try format.int() == 1 else { throw format.error(.wrongVersion, expected: "1", found: format.value.compact) }
    self.path = path
    json = try top.object()
    chapter = try top.member("chapter").string()
    digests =
      try top.optionalMember("digests")?.byPrecision { cursor in
        var digests: [String: String] = [:]
        for (name, digest) in try cursor.members() { digests[name] = try digest.sha256() }
        return digests
      } ?? [:]
    runs = try top.optionalMember("runs")?.byPrecision { try $0.items().map { try $0.string() } } ?? [:]
    let reference = try top.member("reference")
    contentHash = try reference.member("content_sha256").sha256()
    logHash = try reference.member("log_sha256").sha256()
    entries = try reference.member("entries").byPrecision { try $0.members().map { ($0.key, $0.cursor) } }
    logLineCounts = try reference.member("log_lines").byPrecision { try $0.int() }
    let provenance = try reference.member("provenance")
    seed = try provenance.member("seed").int()
    profile = try provenance.member("profile").string()
    origin = provenance.value
  }

  /// The precisions that the reference holds anything for, float64 first: where an error in a formula cannot hide
  /// behind rounding.
  package var precisions: [DType] {
    [.float64, .float32].filter { entries[$0]?.isEmpty == false || (logLineCounts[$0] ?? 0) > 0 }
  }

  /// Replaces the digests and says who blessed them, with what, and when.
  package mutating func bless(_ digests: [DType: [String: String]], provenance: JSONObject) {
    self.digests = digests.filter { !$0.value.isEmpty }
    var object = JSONObject()
    for (precision, named) in self.digests {
      var inner = JSONObject()
      for (name, digest) in named { inner[name] = .string(digest) }
      object[precision.rawValue] = .object(inner)
    }
    json["digests"] = .object(object)
    json["blessed"] = .object(provenance)
  }

  package func write() throws { try AtomicFile.write(JSONValue.object(json).pretty, to: path) }
}

extension JSONCursor {
  /// An object whose keys are precisions.
  fileprivate func byPrecision<Value>(_ read: (JSONCursor) throws -> Value) throws -> [DType: Value] {
    var result: [DType: Value] = [:]
    for (key, cursor) in try members() {
      guard let precision = DType(rawValue: key) else {
        throw error(.unknownKey, expected: "float32 or float64", found: "\"\(key.prefix(80))\"")
      }
      result[precision] = try read(cursor)
    }
    return result
  }
}
