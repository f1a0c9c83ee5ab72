/// An error of the compiler, where it belongs.
struct CompilerMessage: Sendable, Encodable, Equatable {
  /// Within the repository: "chapters/02-algorithm-1/5-Bell.swift".
  let file: String
  let line: Int
  let column: Int
  let text: String

  /// The errors in what a build has printed, each once, in order.
  static func errors(in output: String, repository: String) -> [CompilerMessage] {
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
