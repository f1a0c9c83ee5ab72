import ArgumentParser
import Goldens
import Literate

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the chapters and what is held of them.")

  @OptionGroup var options: GoldenOptions

  func run() throws {
    let catalog = try options.catalog()
    for chapter in catalog.chapters {
      Terminal.shared.printLine("\(chapter)  \(Self.state(catalog.path(of: chapter)))")
    }
  }

  private static func state(_ folder: String) -> String {
    do {
      let goldens = try GoldenSet(readingFrom: folder)
      let parts = goldens.manifest.precisions.map { precision in
        let entries = goldens.reference[precision]?.count ?? 0
        let lines = goldens.log[precision]?.count ?? 0
        let blessed = goldens.manifest.digests[precision]?.count ?? 0
        return "\(precision.rawValue): \(entries) entries, \(lines) log lines, \(blessed) blessed"
      }
      return parts.joined(separator: "; ")
    } catch {
      return "damaged: \(error)"
    }
  }
}
