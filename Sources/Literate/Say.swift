import Goldens

/// Prints a line and attaches it, in the woven page, to the line of code that says it.
package func say(_ text: String, line: UInt = #line, file: String = #fileID) {
  Terminal.shared.printLine(text)
  ChapterRun.current.append("text", at: SourceLocation(file: file, line: line), ["text": .string(text)])
}
