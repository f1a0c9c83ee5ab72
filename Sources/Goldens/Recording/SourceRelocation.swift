import Files

/// Where a line of code stands now that was run when the prose around it was another one.
///
/// A recording and a journal say which line made a value as the files were when the program was built. Where only prose
/// has changed since, the n-th line of code is still the n-th line of code.
package struct SourceRelocation: Sendable {
  private struct Move: Sendable {
    let old: LiterateLines
    let new: LiterateLines
  }

  /// By the file's path in the stamp, those whose prose has changed.
  private let moves: [String: Move]
  private let paths: SourcePaths
  private let names: Set<String>

  /// `stamp` is of the program that ran, `checkout` the sources as they are.
  package init(since stamp: BuildStamp, in checkout: Checkout, chapter: String?) {
    let prose = checkout.changes(since: stamp, chapter: chapter).prose
    moves = prose.reduce(into: [:]) { moves, path in
      guard let old = stamp.literate[path], let new = checkout.lines(of: path, in: stamp, chapter: chapter) else {
        return
      }
      moves[path] = Move(old: old, new: new)
    }
    paths = SourcePaths(paths: stamp.files.keys.sorted())
    names = Set(moves.keys.compactMap { $0.split(separator: "/").last.map(String.init) })
  }

  package var isEmpty: Bool { moves.isEmpty }

  /// The location as it is now.
  ///
  /// - Throws: `CatalogError` where it cannot be said: a number must not be shown beside another line than its own.
  package func now(_ source: SourceLocation) throws -> SourceLocation {
    guard let name = source.file.split(separator: "/").last, names.contains(String(name)) else { return source }
    guard let path = paths.path(of: source) else {
      throw CatalogError(
        "\(source): several files are called so, and the prose of one has changed; run the chapter again")
    }
    guard let move = moves[path] else { return source }
    guard let index = move.old.codeIndex(ofLine: Int(clamping: source.line)) else {
      throw CatalogError("\(source): no code stood on this line when it was run; run the chapter again")
    }
    return SourceLocation(file: source.file, line: UInt(move.new.line(ofCodeIndex: index)))
  }
}

extension Recording {
  /// The recording with every line where it stands now. Throws `CatalogError` where that cannot be said.
  package func relocated(_ relocation: SourceRelocation) throws -> Recording {
    if relocation.isEmpty { return self }
    return Recording(
      chapter: chapter, precision: precision,
      entries: try entries.map {
        RecordedEntry(
          name: $0.name, value: $0.value, tolerance: $0.tolerance, source: try relocation.now($0.source))
      },
      log: try log.map {
        RecordedLine(text: $0.text, tolerance: $0.tolerance, source: try relocation.now($0.source))
      })
  }
}
