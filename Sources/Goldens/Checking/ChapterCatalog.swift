import Files
import Foundation
import TensorFiles

/// The chapters that a folder of golden sets knows.
package struct ChapterCatalog: Sendable {
  /// The folder of the golden sets, "goldens".
  package let folder: String
  /// Folder names of the chapters, "03-dcgan-cifar10", in order.
  package let chapters: [String]
  /// Whether only chapters with goldens are known.
  private let onlyGoldens: Bool

  /// Throws `FileError` where the folder cannot be read, `CatalogError` where it holds no golden set.
  package init(folder: String) throws {
    self.folder = folder
    onlyGoldens = true
    chapters = try FileSystem.list(folder).filter {
      // A hidden folder is a golden set that was being written when its writer was killed.
      !$0.hasPrefix(".") && FileSystem.kind(of: GoldenSet.manifestPath("\(folder)/\($0)")) == .file
    }
    guard !chapters.isEmpty else {
      throw CatalogError(
        "\(folder) holds no golden set (a folder with manifest.json); run from the repository or give --goldens")
    }
  }

  private init(folder: String, chapters: [String]) {
    onlyGoldens = false
    self.folder = folder
    self.chapters = chapters
  }

  /// The chapters of a checkout, with goldens or without. Throws `FileError` where its folders cannot be read.
  ///
  /// A folder of sources is a chapter once a file lies in it: one that holds a library alone has no program to run.
  package static func allChapters(repository: String) throws -> ChapterCatalog {
    var names: Set<String> = []
    for folder in ["chapters", "goldens"] where FileSystem.kind(of: "\(repository)/\(folder)") == .folder {
      names.formUnion(
        try FileSystem.list("\(repository)/\(folder)").filter { name in
          let path = "\(repository)/\(folder)/\(name)"
          guard number(of: name) != nil, FileSystem.kind(of: path) == .folder else { return false }
          return try folder == "goldens" || FileSystem.list(path).contains { $0.hasSuffix(".swift") }
        })
    }
    return ChapterCatalog(folder: repository + "/goldens", chapters: names.sorted())
  }

  package func path(of chapter: String) -> String { "\(folder)/\(chapter)" }

  /// The chapters that the selectors mean, in order: "03", "3" or "03-dcgan-cifar10"; all for none. Throws
  /// `CatalogError` for one that means nothing: a typo must not check less than was asked for.
  package func select(_ selectors: [String]) throws -> [String] {
    if selectors.isEmpty { return chapters }
    var selected: Set<String> = []
    for selector in selectors {
      let matches = chapters.filter { chapter in
        if chapter == selector { return true }
        guard let wanted = Int(selector), let number = Self.number(of: chapter) else { return false }
        return wanted == number
      }
      guard !matches.isEmpty else {
        let known = chapters.joined(separator: ", ")
        throw CatalogError(
          onlyGoldens
            ? "there is no chapter with goldens \"\(selector)\"; with goldens there are \(known)"
            : "there is no chapter \"\(selector)\"; there are \(known)")
      }
      selected.formUnion(matches)
    }
    return chapters.filter(selected.contains)
  }

  /// The number a chapter's folder begins with.
  package static func number(of chapter: String) -> Int? { Int(chapter.prefix { $0.isASCII && $0.isNumber }) }
}

extension ChapterCatalog {
  /// The folder `goldens` beside the nearest Package.swift, here or above, so that programs work anywhere in the
  /// checkout.
  ///
  /// - Throws: `CatalogError` where there is none.
  package static func nearestFolder() throws -> String {
    guard let folder = folder(above: URL(fileURLWithPath: FileManager.default.currentDirectoryPath)) else {
      throw CatalogError("there is no folder goldens beside a Package.swift here or above; give --goldens")
    }
    return folder
  }

  /// The goldens that this program came with, for what it reads and never writes: those of the checkout it stands or
  /// was built in, or of the tarball that it is of (`bin` and `goldens` side by side).
  ///
  /// - Throws: `CatalogError` where there are none.
  package static func ownFolder() throws -> String {
    if let folder = try? nearestFolder() { return folder }
    let program = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
      .resolvingSymlinksInPath().deletingLastPathComponent()
    let installed = program.deletingLastPathComponent().appendingPathComponent("goldens").path
    if FileSystem.kind(of: installed) == .folder { return installed }
    guard let folder = folder(above: program) else {
      throw CatalogError(
        "there is no folder goldens beside a Package.swift here or above, nor where \(program.path) is")
    }
    return folder
  }

  private static func folder(above place: URL) -> String? {
    var folder = place
    while true {
      let candidate = folder.appendingPathComponent("goldens").path
      if FileSystem.kind(of: candidate) == .folder,
        FileSystem.kind(of: folder.appendingPathComponent("Package.swift").path) == .file
      {
        return candidate
      }
      let parent = folder.deletingLastPathComponent()
      if parent.path == folder.path { return nil }
      folder = parent
    }
  }
}

/// What was asked for does not exist, in words for the user.
package struct CatalogError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
