import Files
import Foundation
import Goldens
import Literate
import Synchronization

/// Changes of a block of code from its page: first as a difference to look at, then, if nobody has changed the file
/// meanwhile, in the file.
package final class BlockEditing: Sendable {
  /// Some lines of a file of a chapter.
  package struct Block: Codable, Sendable {
    package let chapter: String
    /// Within the chapter's folder.
    package let path: String
    package let first: Int
    package let last: Int
    package let text: String
    /// SHA-256 of the whole file as it was read.
    package let digest: String

    package init(chapter: String, path: String, first: Int, last: Int, text: String, digest: String) {
      (self.chapter, self.path, self.first, self.last) = (chapter, path, first, last)
      (self.text, self.digest) = (text, digest)
    }
  }

  package struct DifferenceLine: Encodable, Sendable, Equatable {
    /// "same", "removed" or "added".
    package let kind: String
    let text: String
  }

  package struct Proposal: Encodable, Sendable {
    package let difference: [DifferenceLine]
    /// What writing it asks for: that the difference has been shown.
    package let ticket: String
  }

  private struct Proposed {
    let path: String
    let digest: String
    let bytes: [UInt8]
  }

  private let settings: ServeSettings
  private let proposals = Mutex<[(ticket: String, proposed: Proposed)]>([])
  private static let limit = 16
  private static let sizeLimit = 1 << 20

  package init(settings: ServeSettings) { self.settings = settings }

  /// Reads lines `first` to `last` of one of the chapter's sources.
  ///
  /// Throws `ServingError` where there are none.
  package func block(_ chapter: String, _ path: String, _ first: Int, _ last: Int) throws -> Block {
    let (bytes, lines) = try read(chapter, path)
    guard first >= 1, first <= last, last <= lines.count else {
      throw ServingError("\(path) has \(lines.count) lines, not \(first) to \(last)")
    }
    return Block(
      chapter: chapter, path: path, first: first, last: last, text: lines[first - 1...last - 1].joined(separator: "\n"),
      digest: Self.digest(bytes))
  }

  /// What would change. Throws `ServingError` where the file is another than the one that was read.
  package func propose(_ block: Block) throws -> Proposal {
    let (bytes, lines) = try read(block.chapter, block.path)
    guard Self.digest(bytes) == block.digest else { throw Self.changedMeanwhile(block.path) }
    guard block.first >= 1, block.first <= block.last, block.last <= lines.count else {
      throw ServingError("\(block.path) has \(lines.count) lines, not \(block.first) to \(block.last)")
    }
    guard block.text.utf8.count < Self.sizeLimit else { throw ServingError("the text is too long") }
    let old = Array(lines[block.first - 1...block.last - 1])
    let new = block.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.hasSuffix("\r") ? line.dropLast() : line)
    }
    let all = lines[..<(block.first - 1)] + new + lines[block.last...]
    // The last line's end is a line of its own here.
    let proposed = Array(all.joined(separator: "\n").utf8)
    let ticket = Self.digest(Array((Secret().text + block.path).utf8))
    let file = try source(block.chapter, block.path)
    proposals.withLock { proposals in
      proposals.append((ticket, Proposed(path: file, digest: block.digest, bytes: proposed)))
      if proposals.count > Self.limit { proposals.removeFirst() }
    }
    return Proposal(difference: Self.difference(old, new), ticket: ticket)
  }

  /// Writes what was proposed. Throws `ServingError` for an unknown ticket, and where the file has changed meanwhile.
  package func write(_ ticket: String) throws {
    let proposed = proposals.withLock { proposals -> Proposed? in
      guard let index = proposals.firstIndex(where: { $0.ticket == ticket }) else { return nil }
      return proposals.remove(at: index).proposed
    }
    guard let proposed else { throw ServingError("that change was not shown, or has been written already") }
    let bytes = try FileSystem.read(proposed.path, limit: Self.sizeLimit)
    guard Self.digest(bytes) == proposed.digest else { throw Self.changedMeanwhile(proposed.path) }
    try AtomicFile.write(proposed.bytes, to: proposed.path)
  }

  private static func changedMeanwhile(_ path: String) -> ServingError {
    ServingError("\(path) has been changed meanwhile; nothing was written: open the block again")
  }

  private static func digest(_ bytes: [UInt8]) -> String { SHA256.hexadecimal(SHA256.hash(data: bytes)) }

  /// The path of a source of the chapter: only files that the chapter's page is woven from.
  private func source(_ chapter: String, _ path: String) throws -> String {
    guard try settings.catalog().chapters.contains(chapter) else { throw ServingError("there is no such chapter") }
    let folder = "\(settings.repository)/chapters/\(chapter)"
    let known = try BuildStamp.hashes(inFolder: folder).keys.filter { $0.hasSuffix(".swift") }
    guard known.contains(path), !FileSystem.isLink("\(folder)/\(path)"),
      SafePath.file(path.split(separator: "/").map(String.init), in: folder) != nil
    else { throw ServingError("the chapter has no source \(path.prefix(100))") }
    return "\(folder)/\(path)"
  }

  private func read(_ chapter: String, _ path: String) throws -> (bytes: [UInt8], lines: [String]) {
    let bytes = try FileSystem.read(try source(chapter, path), limit: Self.sizeLimit)
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(13) else {
      throw ServingError("\(path) is no plain text with line ends as they are in this book")
    }
    return (bytes, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  /// The lines of both, in one order.
  static func difference(_ old: [String], _ new: [String]) -> [DifferenceLine] {
    let changes = new.difference(from: old)
    let removed = Set(changes.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
    let added = Set(changes.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
    var lines: [DifferenceLine] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        lines.append(DifferenceLine(kind: "removed", text: old[left]))
        left += 1
      } else if right < new.count, added.contains(right) {
        lines.append(DifferenceLine(kind: "added", text: new[right]))
        right += 1
      } else {
        lines.append(DifferenceLine(kind: "same", text: right < new.count ? new[right] : ""))
        (left, right) = (left + 1, right + 1)
      }
    }
    return lines
  }
}
