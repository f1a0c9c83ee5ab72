import Files
import Goldens
import TensorFiles

/// All sources of a chapter, in the order in which they are read.
///
/// The files of its sub-folders come first (a library that the chapter introduces), then its own; in each folder those
/// whose names begin with a number by that number, the others by name, `main.swift` last. Two things stand before that
/// order: what the chapter's first file says up to its first `##` heading is the chapter's opening and begins the page;
/// and where prose says `{{weave ProGAN/PixelNorm.swift}}` or `{{weave ProGAN}}`, those files are woven in there.
package struct ChapterSources: Sendable {
  /// One block in reading order.
  package struct Placed: Sendable {
    /// The index of its file in `files`.
    package let file: Int
    package let block: SourceBlock
  }

  package let chapter: String
  /// The folder as messages show it, "chapters/03-dcgan-cifar10".
  package let shownFolder: String
  package let files: [LiterateSource]
  package let blocks: [Placed]

  /// Reads `folder`. Throws `WeavingError` for a broken marker, `FileError` for a file that cannot be read.
  package init(chapter: String, folder: String, shownFolder: String) throws {
    let paths = try BuildStamp.hashes(inFolder: folder).keys.filter { $0.hasSuffix(".swift") }
    guard !paths.isEmpty else { throw WeavingError(shownFolder, "there are no Swift files") }
    let files = try paths.sorted(by: Self.precedes).map { path in
      let shown = "\(shownFolder)/\(path)"
      let bytes = try FileSystem.read("\(folder)/\(path)", limit: 16 << 20)
      guard let text = String(validating: bytes, as: UTF8.self) else { throw WeavingError(shown, "it is not UTF-8") }
      return try LiterateSource(parsing: text, path: path, shownPath: shown)
    }
    self.chapter = chapter
    self.shownFolder = shownFolder
    self.files = files
    blocks = try Placing(files: files, shownFolder: shownFolder).blocks()
  }

  package func shownPath(_ file: Int) -> String { "\(shownFolder)/\(files[file].path)" }

  // MARK: - Order

  /// Whether the file at path `a` is read before the one at `b`.
  static func precedes(_ a: String, _ b: String) -> Bool { key(a).lexicographicallyPrecedes(key(b)) { $0 < $1 } }

  /// A part for each folder and one for the file; folders before files.
  private static func key(_ path: String) -> [OrderKey] {
    let parts = path.split(separator: "/").map(String.init)
    return parts.enumerated().map { index, name in
      let isFile = index == parts.count - 1
      let number = Int(name.prefix { $0.isASCII && $0.isNumber })
      let kind = !isFile ? 0 : number != nil ? 1 : name == "main.swift" ? 3 : 2
      return OrderKey(kind: kind, number: number ?? 0, name: name)
    }
  }

  private struct OrderKey {
    let kind: Int
    let number: Int
    let name: String

    static func < (a: OrderKey, b: OrderKey) -> Bool {
      if (a.kind, a.number) != (b.kind, b.number) { return (a.kind, a.number) < (b.kind, b.number) }
      return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
  }

  // MARK: - Modules

  /// A target's name as `#fileID` has it.
  static func moduleName(_ target: some StringProtocol) -> String {
    String(target.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// The index of the file that a `#fileID` means; `nil` where the chapter has none.
  ///
  /// A file belongs to the chapter's own module or, in a sub-folder, to the library named like the folder.
  package func file(withID id: String) -> Int? {
    let parts = id.split(separator: "/")
    guard parts.count == 2 else { return nil }
    let named = files.indices.filter { files[$0].name == parts[1] }
    let own = parts[0] == Self.moduleName("ch" + chapter)
    return named.first { index in
      let folders = files[index].path.split(separator: "/").dropLast()
      return folders.isEmpty ? own : Self.moduleName(folders[0]) == parts[0]
    } ?? (own ? named.first : nil)
  }
}

/// Brings the blocks of all files into reading order.
private struct Placing {
  let files: [LiterateSource]
  let shownFolder: String
  private var placed: Set<Int> = []
  private var result: [ChapterSources.Placed] = []

  init(files: [LiterateSource], shownFolder: String) {
    self.files = files
    self.shownFolder = shownFolder
  }

  consuming func blocks() throws -> [ChapterSources.Placed] {
    let included = try inclusions()
    var opened: Int?
    // The chapter speaks first, even where a library is read before its own files.
    if let first = files.indices.first(where: { !files[$0].path.contains("/") && !included.contains($0) }),
      case .prose(let prose)? = files[first].blocks.first
    {
      let (opening, rest) = prose.splitAtSecondLevel()
      result.append(.init(file: first, block: .prose(opening)))
      opened = first
      for index in files.indices where index != first && index < first && !included.contains(index) {
        try place(index)
      }
      if let rest { result.append(.init(file: first, block: .prose(rest))) }
      placed.insert(first)
      for block in files[first].blocks.dropFirst() { try place(block, of: first) }
    }
    for index in files.indices where index != opened && !included.contains(index) && !placed.contains(index) {
      try place(index)
    }
    return result
  }

  /// The files that some prose asks for. Throws for a name that means none, and for a file that is asked for twice.
  private func inclusions() throws -> Set<Int> {
    var found: Set<Int> = []
    for (index, file) in files.enumerated() {
      for case .inclusion(let name, let line) in file.blocks {
        let shown = "\(shownFolder)/\(file.path)"
        let meant = indices(named: name)
        guard !meant.isEmpty else {
          throw WeavingError(shown, line: line, "{{weave \(name)}}: there is no such file or folder in \(shownFolder)")
        }
        guard !meant.contains(index), found.isDisjoint(with: meant) else {
          throw WeavingError(shown, line: line, "{{weave \(name)}}: every file can be woven only once")
        }
        found.formUnion(meant)
      }
    }
    return found
  }

  private func indices(named name: String) -> [Int] {
    files.indices.filter { files[$0].path == name || files[$0].path.hasPrefix(name + "/") }
  }

  private mutating func place(_ file: Int) throws {
    guard placed.insert(file).inserted else { return }
    for block in files[file].blocks { try place(block, of: file) }
  }

  private mutating func place(_ block: SourceBlock, of file: Int) throws {
    guard case .inclusion(let name, _) = block else {
      return result.append(.init(file: file, block: block))
    }
    for index in indices(named: name) { try place(index) }
  }
}

extension ProseBlock {
  /// What stands before the first `##` heading, and the rest.
  fileprivate func splitAtSecondLevel() -> (opening: ProseBlock, rest: ProseBlock?) {
    let all = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    guard let cut = all.firstIndex(where: { $0.hasPrefix("## ") }), cut > 0 else { return (self, nil) }
    let middle = lines.lowerBound + cut
    let opening = all[..<cut].reversed().drop { $0.isEmpty }.reversed()
    return (
      ProseBlock(lines: lines.lowerBound...middle - 1, markdown: opening.joined(separator: "\n")),
      ProseBlock(lines: middle...lines.upperBound, markdown: all[cut...].joined(separator: "\n"))
    )
  }
}
