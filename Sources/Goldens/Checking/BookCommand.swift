/// How a reader types a command of the book: messages name commands that can be pasted.
package enum BookCommand {
  /// The command line of `book` with `arguments`, "`.build/release/book run 03`", in backquotes.
  package static func quoted(_ arguments: String) -> String { "`\(line(arguments))`" }

  /// The same without the quotes.
  package static func line(_ arguments: String) -> String { "\(program) \(arguments)" }

  /// The program as it was started, or, within a chapter, beside it.
  static var program: String {
    let started = CommandLine.arguments.first ?? "book"
    guard let cut = started.lastIndex(of: "/") else { return "book" }
    return started[...cut] + "book"
  }
}
