import ArgumentParser
import Files
import Foundation
import Goldens
import Literate

/// What every command about goldens needs to know.
struct GoldenOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of the golden sets (default: goldens, here or in a folder above).", valueName: "dir"))
  var goldens: String?

  /// Where the golden sets of recordings are, unless the user says otherwise: their projects have no Package.swift to
  /// look beside.
  static let foldersDefault = "goldens"

  /// The folder of the golden sets. Throws `CatalogError` where there is none.
  func folder() throws -> String { try goldens ?? ChapterCatalog.nearestFolder() }

  /// The catalog. Throws `CatalogError` where there is none.
  func catalog() throws -> ChapterCatalog { try ChapterCatalog(folder: folder()) }

  /// The root of the checkout. Throws `CatalogError` where there is none.
  func repository() throws -> String {
    URL(fileURLWithPath: try folder()).deletingLastPathComponent().path
  }

  /// The sources that programs and runs must be of. Throws `StaleProgram` where `book` itself is older than its own.
  func checkout() throws -> Checkout {
    let checkout = Checkout(repository: try repository())
    try checkout.require(BuildStamp(text: buildStamp), of: CommandLine.arguments[0], chapter: nil)
    return checkout
  }

  /// The folder of this executable, where the chapters' executables lie too.
  static func executableFolder() -> String {
    URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0]).deletingLastPathComponent().path
  }

  /// Color on a terminal, unless the reader does not want it (no-color.org).
  static func style() -> TextStyle {
    let refused = ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty == false
    return TextStyle(usesColor: !refused && Terminal.outputIsTerminal)
  }
}
