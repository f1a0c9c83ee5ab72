import Files
import Foundation
import Literate

/// The scripts and styles that make a woven page a live one.
enum PageScript {
  /// The digest by which a browser knows the pages' own script, as a content security policy names it.
  static let digest = "sha256-" + Data(SHA256.hash(data: Array(PageTemplate.inlineScript.utf8))).base64EncodedString()

  private static let folder = Bundle.module.bundleURL.appending(path: "Page").path(percentEncoded: false)

  /// One script, whose parts are files of their own only for whoever reads them.
  static func script() throws -> String { "(() => {\n'use strict';\n\(try joined("js"))})();\n" }

  static func style() throws -> String { try joined("css") }

  private static func joined(_ type: String) throws -> String {
    try FileSystem.list(folder).filter { $0.hasSuffix("." + type) }.map { name in
      String(decoding: try FileSystem.read("\(folder)/\(name)", limit: 4 << 20), as: UTF8.self)
    }.joined(separator: "\n")
  }

  /// The page with the style alone.
  static func styled(_ page: String, root: String) -> String {
    page.replacing("</head>", with: "<link rel=\"stylesheet\" href=\"\(root)live.css\">\n</head>", maxReplacements: 1)
  }

  /// The page with script and style in its head. `root` leads from the page to the book's own folder.
  static func live(_ page: String, chapter: String, root: String = "") -> String {
    let head = """
      <link rel="stylesheet" href="\(root)live.css">
      <script src="\(root)live.js" defer data-chapter="\(MarkupText.escaped(chapter))" data-root="\(root)"></script>
      </head>
      """
    guard let end = page.range(of: "</head>") else { return page }
    return page.replacingCharacters(in: end, with: head)
  }
}
