/// What is wrong with a file, where in it, what was expected, what was found, and what to do about it.
///
/// Every reader and writer of this package throws this one type; `defect` tells the cases apart for tests and callers,
/// `description` is the line a user reads.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of defect, one for each thing a reader refuses.
  package enum Defect: String, Sendable, CaseIterable {
    // The file itself
    case cannotOpen, cannotRead, cannotWrite, notARegularFile, tooLarge, truncated, trailingBytes, symbolicLink
    // JSON
    case notJSON, notUTF8, duplicateKey, nestedTooDeeply, tooManyValues, missingKey, wrongType, unknownKey
    // Tensors
    case headerTooLarge, duplicateName, badName, unknownElementType, badShape, sizeOverflow, wrongByteCount, badOffsets
    case unsupported, noSuchTensor
    // Compression and containers
    case notCompressed, corrupt, badContainer, refusedInstruction, badValue
    // Golden sets
    case hashMismatch, wrongVersion, inconsistent
  }

  package let file: String
  package let defect: Defect
  /// Where in the file: an offset, a tensor, a JSON path.
  package let place: String
  package let expected: String
  package let found: String
  /// How to fix it, where more can be said than "get an intact copy".
  package let remedy: String?

  package init(
    _ file: String, _ defect: Defect, at place: String = "", expected: String, found: String, remedy: String? = nil
  ) {
    self.file = file
    self.defect = defect
    self.place = place
    self.expected = expected
    self.found = found
    self.remedy = remedy
  }

  /// One line, in which nothing that came out of the file can reach a terminal as anything but text.
  package var description: String {
    var text = file
    if !place.isEmpty { text += ", \(place)" }
    text += ": expected \(expected), found \(found)"
    if let remedy { text += "; \(remedy)" }
    return text.visible
  }
}
