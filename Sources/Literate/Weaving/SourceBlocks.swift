/// Consecutive `//:` lines: Markdown with `$…$` mathematics.
package struct ProseBlock: Sendable, Equatable {
  /// Lines of the source, counted from 1.
  package let lines: ClosedRange<Int>
  package let markdown: String
}

/// One line of code that the page shows.
package struct CodeLine: Sendable, Equatable {
  package let number: Int
  package let text: String

  package init(number: Int, text: String) { (self.number, self.text) = (number, text) }
}

/// Lines of code up to the next indented prose, which begins the next segment.
package struct CodeSegment: Sendable, Equatable {
  /// What stands above the lines, indented like them.
  package var note: ProseBlock?
  /// The note as it stands in the source, for formats that keep it as a comment.
  package var noteLines: [CodeLine] = []
  package var lines: [CodeLine] = []
  /// Lines that run but are not shown.
  package var hidden: Set<Int> = []

  /// Whether code stands on the line, shown or not.
  package func holds(_ number: Int) -> Bool {
    hidden.contains(number) || lines.contains { $0.number == number && !$0.text.isEmpty }
  }
}

/// Code between two pieces of prose.
package struct CodeBlock: Sendable, Equatable {
  package let segments: [CodeSegment]

  /// The lines shown, notes included as the comments they are.
  package var source: String {
    segments.flatMap { $0.noteLines + $0.lines }.map(\.text).joined(separator: "\n")
  }

  package var shownLines: [CodeLine] { segments.flatMap(\.lines) }
}

package enum SourceBlock: Sendable, Equatable {
  case prose(ProseBlock)
  case code(CodeBlock)
  /// A prose line `{{weave NAME}}`: here the file, or the files of the folder, are woven in.
  case inclusion(name: String, line: Int)
  /// A prose line `{{fold TITLE}}`: what follows is folded away under its title, up to the end, which has none.
  case fold(title: String?)
}
