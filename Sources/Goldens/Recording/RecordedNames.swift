import TensorFiles

/// What recordings from anywhere may be called, and what may stand in them: they name folders, and terminals print
/// them.
package enum RecordedNames {
  /// The most bytes of an entry's name or a source file's path.
  private static let byteLimit = 1024
  private static let recordingByteLimit = 200

  /// Why a recording cannot be called that; `nil` where it can.
  ///
  /// Letters, digits and " _.,+=@()[]-", beginning with a letter, a digit or "_": a name that is one folder everywhere,
  /// hidden nowhere.
  package static func problem(withRecording name: String) -> String? {
    let allowed = Set(" _.,+=@()[]-".utf8)
    let isWord = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == UInt8(ascii: "_")
    }
    guard let first = name.utf8.first, name.utf8.count <= recordingByteLimit, isWord(first),
      name.utf8.allSatisfy({ isWord($0) || allowed.contains($0) })
    else {
      return
        "at most \(recordingByteLimit) letters, digits and \" _.,+=@()[]-\", beginning with a letter, a digit or \"_\""
    }
    return nil
  }

  /// Why an entry cannot be called that; `nil` where it can. Slashes are fine: entries are keys of one file.
  package static func problem(withEntry name: String) -> String? {
    if let problem = RecordedEntry.problem(withName: name) { return problem }
    if name == "__metadata__" { return "the name \"__metadata__\" is safetensors' own" }
    return problem(withText: name) ?? (name.utf8.count > byteLimit ? "the name has more than \(byteLimit) bytes" : nil)
  }

  static func problem(withFile path: String) -> String? {
    problem(withText: path) ?? (path.utf8.count > byteLimit ? "the path has more than \(byteLimit) bytes" : nil)
  }

  /// Why a line cannot be in a log; `nil` where it can.
  static func problem(withLine line: String) -> String? {
    // `log.txt` of a golden set has headings of that form.
    if ["# float32", "# float64"].contains(line) { return "\"\(line)\" is a heading of the golden log" }
    return problem(withText: line)
  }

  /// Line breaks would make two lines of one, and other control characters would move the reader's cursor. A tab is
  /// harmless.
  private static func problem(withText text: String) -> String? {
    let bad = text.unicodeScalars.first { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar != "\t"
      // Direction overrides and the like, which make a name look like another.
      case .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    return bad.map { "it holds the control character U+\(String($0.value, radix: 16, uppercase: true))" }
  }
}
