import Files
import Foundation
import TensorFiles

/// What reviewers have said of entries: lines of JSON, one a comment, in a file that they can commit or send.
package struct ReviewComments: Sendable {
  package struct Comment: Sendable, Equatable {
    package let entry: String
    package let date: String
    package let text: String
  }

  package let path: String
  package private(set) var comments: [Comment] = []

  private static let byteLimit = 16 << 20

  /// Reads the file where it is there. Throws `FileError` where a line is no comment: what somebody wrote must not be
  /// lost by writing over it.
  package init(path: String) throws {
    self.path = path
    guard FileSystem.kind(of: path) != nil else { return }
    comments = try Self.read(FileSystem.read(path, limit: Self.byteLimit), path: path)
  }

  /// What a file holds. Throws `FileError` where it is not that.
  package static func read(_ bytes: [UInt8], path: String) throws -> [Comment] {
    try bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
      let cursor = try JSONCursor(parsing: Array(line), file: "\(path):\(index + 1)")
      return Comment(
        entry: try cursor.member("entry").string(), date: try cursor.member("date").string(),
        text: try cursor.member("text").string())
    }
  }

  /// What has been said of an item, the oldest first.
  package func on(_ item: ReviewItem) -> [Comment] { comments.filter { $0.entry == item.id } }

  /// Adds a comment and writes the file, whole or not at all.
  package mutating func add(_ text: String, on item: ReviewItem, at date: Date = Date()) throws {
    comments.append(Comment(entry: item.id, date: Provenance.timestamp(date), text: text))
    let lines = comments.map { comment in
      let object: JSONObject = [
        "entry": .string(comment.entry), "date": .string(comment.date), "text": .string(comment.text),
      ]
      return JSONValue.object(object).compact + "\n"
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    try FileSystem.createFolder(folder)
    try AtomicFile.write(lines.joined(), to: path)
  }
}
