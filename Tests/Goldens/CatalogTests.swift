import Foundation
import Goldens
import TestSupport
import Testing

/// Which folders of a checkout are chapters.
@Suite struct CatalogTests {
  @Test func `a folder is a chapter once a source lies in it, or goldens are there`() throws {
    let folder = try TemporaryFolder()
    for path in [
      "chapters/01-one/main.swift", "chapters/02-library/Library/Part.swift", "chapters/docs/x.swift",
      "goldens/03-three/log.txt",
    ] {
      let url = URL(filePath: folder(path))
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
    #expect(try ChapterCatalog.allChapters(repository: folder.path).chapters == ["01-one", "03-three"])
  }
}
