/// Where in the sources something was recorded: `#fileID` and `#line` of the call.
package struct SourceLocation: Sendable, Equatable, CustomStringConvertible {
  package let file: String
  package let line: UInt

  package init(file: String, line: UInt) {
    self.file = file
    self.line = line
  }

  package var description: String { "\(file):\(line)" }
}
