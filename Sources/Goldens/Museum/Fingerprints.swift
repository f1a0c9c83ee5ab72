import Files
import TensorFiles
import Tensors

/// What each mistake of the museum makes of the entry by which it is found: the digest of its bits, and its first
/// numbers. With them a check that finds something wrong can say which mistake it looks like.
package struct Fingerprints: Sendable {
  package struct Fingerprint: Sendable, Equatable {
    package let fault: Fault
    package let chapter: String
    package let precision: DType
    package let entry: String
    /// `nil` for a mistake that leaves the entry out.
    package let digest: String?
    /// The first numbers of the entry, for people.
    package let values: [Double]

    package init(
      fault: Fault, chapter: String, precision: DType, entry: String, digest: String?, values: [Double]
    ) {
      (self.fault, self.chapter, self.precision) = (fault, chapter, precision)
      (self.entry, self.digest, self.values) = (entry, digest, values)
    }
  }

  package private(set) var all: [Fingerprint]

  package init(_ all: [Fingerprint] = []) { self.all = all }

  /// The file beside the golden sets.
  package static func path(_ goldens: String) -> String { goldens + "/museum.json" }

  /// Those in the folder of golden sets; none where there is no file.
  ///
  /// - Throws: `FileError` where the file is not what it should be.
  package init(readingFrom goldens: String) throws {
    let path = Self.path(goldens)
    guard FileSystem.kind(of: path) != nil else {
      all = []
      return
    }
    let cursor = try JSONCursor(contentsOf: path, limit: 4 << 20)
    try cursor.onlyKeys(["format", "fingerprints"])
    guard try cursor.member("format").int() == 1 else {
      throw FileError(path, .wrongVersion, at: "format", expected: "1", found: "another")
    }
    all = try cursor.member("fingerprints").items().map { item in
      try item.onlyKeys(["fault", "chapter", "dtype", "entry", "digest", "values"])
      let name = try item.member("fault").string()
      guard let fault = Fault(rawValue: name) else {
        throw item.error(.badValue, expected: "a mistake of the museum", found: "\"\(name.prefix(80))\"")
      }
      return Fingerprint(
        fault: fault, chapter: try item.member("chapter").string(), precision: try item.member("dtype").choice(),
        entry: try item.member("entry").string(), digest: try item.optionalMember("digest")?.string(),
        values: try item.member("values").items().map { try $0.double() })
    }
  }

  package subscript(fault: Fault) -> Fingerprint? { all.first { $0.fault == fault } }

  /// Puts it in the place of the old one.
  package mutating func set(_ fingerprint: Fingerprint) {
    all.removeAll { $0.fault == fingerprint.fault }
    all.append(fingerprint)
    all.sort { $0.fault.rawValue < $1.fault.rawValue }
  }

  package func write(to goldens: String) throws {
    let items = all.map { fingerprint -> JSONValue in
      var object: JSONObject = [
        "fault": .string(fingerprint.fault.rawValue), "chapter": .string(fingerprint.chapter),
        "dtype": .string(fingerprint.precision.rawValue), "entry": .string(fingerprint.entry),
      ]
      if let digest = fingerprint.digest { object["digest"] = .string(digest) }
      object["values"] = .array(fingerprint.values.map { .double($0) })
      return .object(object)
    }
    try AtomicFile.write(
      JSONValue.object(["format": .int(1), "fingerprints": .array(items)]).pretty, to: Self.path(goldens))
  }

  /// What there is to say about a result that fails: entries that have the very bits of a mistake.
  package func notes(on result: PrecisionResult) -> [String] {
    result.entries.compactMap { entry in
      guard entry.verdict == .wrong, let digest = entry.digest,
        let match = all.first(where: {
          $0.chapter == result.chapter && $0.precision == result.precision && $0.entry == entry.name
            && $0.digest == digest
        })
      else { return nil }
      let title = Exhibit.all.first { $0.fault == match.fault }?.title ?? ""
      return "\(entry.name) has the bits of the mistake \(match.fault.rawValue): \(title) See \(Exhibit.page)."
    }
  }
}

extension Fingerprints.Fingerprint {
  /// Of an entry as a run with the mistake has recorded it.
  init(of exhibit: Exhibit, _ entry: EntryResult?) {
    let numbers = entry?.found?.elements?.values.prefix(8)
    self.init(
      fault: exhibit.fault, chapter: exhibit.chapter, precision: exhibit.precision, entry: exhibit.entry,
      digest: exhibit.verdict == .orphan ? nil : entry?.digest, values: numbers.map(Array.init) ?? [])
  }
}
