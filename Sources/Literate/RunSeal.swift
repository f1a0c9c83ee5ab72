import Files
import TensorFiles

/// The last line of a journal: a digest of everything before it and of the recording's index, which in turn holds the
/// digest of the recorded tensors. A journal that was edited, cut, or put beside another recording does not fit its
/// seal.
///
/// It guards against accidents and against tidying up by hand, not against a forger, who can compute it as well.
package enum RunSeal {
  private static let kind = "seal"

  /// The line, with its line break. `index` is the recording's index file.
  package static func line(journal: [UInt8], index: [UInt8]) -> String {
    JSONValue.object(["kind": .string(kind), "sha256": .string(digest(journal, index))]).compact + "\n"
  }

  /// Whether `line` seals `journal`, the bytes before it, together with `index`.
  static func fits(_ line: [UInt8], journal: [UInt8], index: [UInt8]) -> Bool {
    line == Array(Self.line(journal: journal, index: index).utf8)
  }

  private static func digest(_ journal: [UInt8], _ index: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(data: journal)
    hash.update(data: index)
    return SHA256.hexadecimal(hash.finalize())
  }
}
