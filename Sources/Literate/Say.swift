import Goldens
import TensorFiles

/// Prints a line and attaches it, in the woven page, to the line of code that says it.
package func say(_ text: String, line: UInt = #line, file: String = #fileID) {
  Terminal.shared.printLine(text)
  ChapterRun.current.append("text", at: SourceLocation(file: file, line: line), ["text": .string(text)])
}

/// Shows a picture (PNG or SVG) that the run has written into its output folder. `path` is relative to that folder.
package func show(_ path: String, caption: String = "", line: UInt = #line, file: String = #fileID) {
  let run = ChapterRun.current
  let relative = path.hasPrefix(run.folder + "/") ? String(path.dropFirst(run.folder.count + 1)) : path
  precondition(
    FileSystem.kind(of: run.folder + "/" + relative) == .file, "there is no picture \(relative) in \(run.folder)")
  run.append(
    "picture", at: SourceLocation(file: file, line: line), ["path": .string(relative), "caption": .string(caption)])
}
