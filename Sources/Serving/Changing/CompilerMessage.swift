/// An error of the compiler, where it belongs.
package struct CompilerMessage: Sendable, Encodable, Equatable {
  /// Within the repository: "chapters/02-algorithm-1/5-Bell.swift".
  package let file: String
  package let line: Int
  package let column: Int
  package let text: String

  package init(file: String, line: Int, column: Int, text: String) {
    (self.file, self.line, self.column, self.text) = (file, line, column, text)
  }

  /// The errors in what a build has printed, each once, in order.
  package static func errors(in output: String, repository: String) -> [CompilerMessage] {
    var found: [CompilerMessage] = []
    let root = repository.hasSuffix("/") ? repository : repository + "/"
    for line in output.split(whereSeparator: \.isNewline) {
      guard let match = line.wholeMatch(of: /(\/[^:]+):([0-9]{1,9}):([0-9]{1,9}): error: (.*)/),
        let number = Int(match.2), let column = Int(match.3)
      else { continue }
      let path = String(match.1)
      let message = CompilerMessage(
        file: path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path, line: number, column: column,
        text: String(match.4))
      if !found.contains(message) { found.append(message) }
    }
    return found
  }
}
