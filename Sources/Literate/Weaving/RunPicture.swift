import Files
import Foundation
import Goldens
import Pictures

/// A picture that a run left, read and looked at.
package struct RunPicture: Sendable, Equatable {
  package enum Format: String, Sendable { case png, svg }

  /// Within the run's folder.
  package let path: String
  package let format: Format
  package let bytes: [UInt8]
  /// In pixels or units; `nil` where an SVG does not say.
  package let width: Int?
  package let height: Int?
  /// Its pictures, where it is an animation.
  package let animation: AnimationFrames?
  /// What each of them is called; empty where they are counted.
  package let frames: [String]
  /// Whether the book's index shows it.
  package let isCover: Bool

  /// Reads the picture that was shown from `folder`. `event` is where its output comes from, for errors.
  ///
  /// Throws `WeavingError` for a path that leaves the folder, and for a file that is absent, damaged or no PNG or SVG.
  package init(_ shown: RunJournal.Event.ShownPicture, folder: String, shownBy event: (file: String, line: Int)) throws
  {
    let path = shown.path
    func error(_ problem: String, remedy: String? = nil) -> WeavingError {
      WeavingError(event.file, line: event.line, "the picture \"\(path.prefix(200))\" \(problem)", remedy: remedy)
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\\" && $0.value != 0x7F }
    guard isPlain, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
      throw error("does not lie in the run's folder")
    }
    guard let format = Format(rawValue: path.split(separator: ".").last?.lowercased() ?? "") else {
      throw error("is neither .png nor .svg")
    }
    let full = "\(folder)/\(path)"
    guard FileSystem.kind(of: full) == .file else {
      throw error("is not in \(folder)", remedy: "run the chapter again")
    }
    self.path = path
    self.format = format
    frames = shown.frames
    isCover = shown.isCover
    bytes = try FileSystem.read(full, limit: 64 << 20)
    switch format {
    case .png:
      guard bytes.count >= 33, bytes.starts(with: PNGChunk.signature) else {
        throw error("is no PNG file")
      }
      width = PNGChunk.number(bytes[16..<20])
      height = PNGChunk.number(bytes[20..<24])
      do { animation = try AnimationFrames(of: bytes, path: full) } catch let damage {
        throw error("is damaged: \(damage)")
      }
      if let animation, !frames.isEmpty, frames.count != animation.pictures.count {
        throw WeavingError(event.file, line: event.line, "\(frames.count) names for \(animation.pictures.count) frames")
      }
    case .svg:
      animation = nil
      guard let text = String(validating: bytes, as: UTF8.self), text.contains("<svg"),
        !text.lowercased().contains("<script")
      else { throw error("is no SVG picture, or holds a script") }
      let box = text.firstMatch(of: /viewBox="[-0-9.]+[ ,]+[-0-9.]+[ ,]+([0-9.]+)[ ,]+([0-9.]+)"/)
      width = box.flatMap { Double($0.1) }.map { Int($0.rounded()) }
      height = box.flatMap { Double($0.2) }.map { Int($0.rounded()) }
    }
  }

  package var base64: String { Data(bytes).base64EncodedString() }

  package var dataURI: String { "data:image/\(format == .svg ? "svg+xml" : "png");base64,\(base64)" }

  /// The picture where nothing moves: of an animation the last one.
  package func still() throws -> (dataURI: String, isPixels: Bool) {
    let bytes = try animation?.pictures.last.map(PNG.encode) ?? bytes
    let isPixels = format == .png && (width ?? 0) <= 320
    return ("data:image/\(format == .svg ? "svg+xml" : "png");base64,\(Data(bytes).base64EncodedString())", isPixels)
  }
}
