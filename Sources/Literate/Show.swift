import Files
import Goldens
import Pictures
import TensorFiles

/// Draws a plot into the output folder as `name`.svg and attaches it, in the woven page, to the line of code that shows
/// it.
///
/// The book's index shows one picture of every chapter: the one with `isCover`, or the last of its page where none has
/// it. Throws `FileError` where the file cannot be written.
package func show(
  _ plot: some Plot, as name: String, caption: String = "", isCover: Bool = false, line: UInt = #line,
  file: String = #fileID
) throws {
  try AtomicFile.write(plot.svg, to: "\(ChapterRun.current.folder)/\(name).svg")
  show(
    "\(name).svg", caption: caption.isEmpty ? plot.title : caption, description: "\(plot.title). \(plot.description)",
    isCover: isCover, line: line, file: file)
}

/// Writes a picture into the output folder as `name`.png and shows it. `description` says in words what is to be seen.
///
/// Throws `FileError` where the file cannot be written.
package func show(
  _ picture: Picture, as name: String, caption: String, description: String, isCover: Bool = false, line: UInt = #line,
  file: String = #fileID
) throws {
  try PNG.write(picture, to: "\(ChapterRun.current.folder)/\(name).png")
  show("\(name).png", caption: caption, description: description, isCover: isCover, line: line, file: file)
}

/// Writes pictures of one size into the output folder as an animated PNG, `name`.png, that repeats for ever, and shows
/// it. On the woven page a slider goes through them; a reader of paper sees the last.
///
/// `frames` names each of them, "iteration 300"; without it they are counted.
///
/// Throws `FileError` where the file cannot be written.
package func show(
  animation pictures: [Picture], millisecondsEach: Int, as name: String, caption: String, description: String,
  frames: [String] = [], isCover: Bool = false, line: UInt = #line, file: String = #fileID
) throws {
  precondition(frames.isEmpty || frames.count == pictures.count, "\(frames.count) names for \(pictures.count) frames")
  let bytes = try AnimatedPNG.encode(pictures, millisecondsEach: millisecondsEach)
  try AtomicFile.write(bytes, to: "\(ChapterRun.current.folder)/\(name).png")
  show(
    "\(name).png", caption: caption, description: description, frames: frames, isCover: isCover, line: line, file: file)
}

/// Shows a picture (PNG or SVG) that the run has written into its output folder. `path` is relative to that folder;
/// `description` says in words what is to be seen, the caption does where there is none.
package func show(
  _ path: String, caption: String, description: String = "", frames: [String] = [], isCover: Bool = false,
  line: UInt = #line, file: String = #fileID
) {
  let run = ChapterRun.current
  let relative = path.hasPrefix(run.folder + "/") ? String(path.dropFirst(run.folder.count + 1)) : path
  precondition(
    FileSystem.kind(of: run.folder + "/" + relative) == .file, "there is no picture \(relative) in \(run.folder)")
  var members: JSONObject = [
    "path": .string(relative), "caption": .string(caption),
    "description": .string(description.isEmpty ? caption : description),
  ]
  // A later run that did not end well may have drawn over it.
  if let bytes = try? FileSystem.read(run.folder + "/" + relative) {
    members["sha256"] = .string(SHA256.hexadecimal(SHA256.hash(data: bytes)))
  }
  if !frames.isEmpty { members["frames"] = .array(frames.map { .string($0) }) }
  if isCover { members["cover"] = .bool(true) }
  run.append("picture", at: SourceLocation(file: file, line: line), members)
}

/// Attaches a table: a row of headings and rows of cells. It is printed with its columns aligned.
package func show(
  table headings: [String], _ rows: [[String]], caption: String = "", line: UInt = #line, file: String = #fileID
) {
  for row in rows {
    precondition(row.count == headings.count, "a row of \(row.count) cells under \(headings.count) headings: \(row)")
  }
  let widths = headings.indices.map { column in ([headings] + rows).map { $0[column].count }.max() ?? 0 }
  for row in [headings] + rows {
    let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
    Terminal.shared.printLine(cells.joined(separator: "  ").trimmingBlanksAtEnd)
  }
  func json(_ row: [String]) -> JSONValue { .array(row.map { .string($0) }) }
  ChapterRun.current.append(
    "table", at: SourceLocation(file: file, line: line),
    ["headings": json(headings), "rows": .array(rows.map(json)), "caption": .string(caption)])
}

extension String {
  fileprivate var trimmingBlanksAtEnd: String {
    var text = Substring(self)
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
