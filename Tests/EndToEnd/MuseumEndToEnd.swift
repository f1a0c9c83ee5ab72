import Foundation
import Goldens
import Tensors
import TestSupport
import Testing

/// Plants every mistake of the museum in its chapter and expects the checker to find it.
@Suite(.serialized) struct MuseumEndToEnd {
  @Test(arguments: ["03", "04", "05", "06", "07"])
  func `every mistake of the museum is found by the checker, which names the entry and knows it again`(chapter: String)
    throws
  {
    let folder = try TemporaryFolder()
    let outcome = try ChildProcess.run(
      "book", ["check", chapter, "--museum", "--scratch", folder.path], in: Repository.root.path)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors.suffix(2000))")
    let exhibits = Exhibit.all.filter { $0.chapter.hasPrefix(chapter) }
    for exhibit in exhibits {
      let line = "caught  \(exhibit.fault.rawValue): \(exhibit.verdict.rawValue) \(exhibit.entry): "
      #expect(outcome.output.contains(line), "\(line) in \(outcome.output)")
    }
    #expect(outcome.output.contains("all \(exhibits.count) mistakes are found and named"))
  }

  @Test func `every mistake has its exhibit, and the page of the museum has them all`() throws {
    let faults = Set(Fault.allCases).subtracting(Fault.once)
    #expect(Set(Exhibit.all.map(\.fault)) == faults && Exhibit.all.count == faults.count)
    let page = try String(contentsOf: Repository.root.appending(path: Exhibit.page), encoding: .utf8)
    for exhibit in Exhibit.all {
      let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(exhibit.fault.rawValue)` |") }
      #expect(row?.contains("`\(exhibit.entry)`") == true, "\(exhibit.fault.rawValue)")
    }
    let known = try Fingerprints(readingFrom: Repository.root.appending(path: "goldens").path)
    #expect(Set(known.all.map(\.fault)) == faults)
  }

  @Test func `a run with a mistake says so, and nothing of it is compared`() throws {
    let folder = try TemporaryFolder()
    let made = try ChildProcess.run(
      "ch06-progan-training", ["--iterations", "1", "--fault", "swapped-losses", "--out", folder("out")])
    #expect(made.code == 0, "\(made.errors)")
    let journal = try String(contentsOfFile: folder("out/run.jsonl"), encoding: .utf8)
    #expect(journal.contains("\"fault\":\"swapped-losses\"") || journal.contains("\"fault\": \"swapped-losses\""))
    let unknown = try ChildProcess.run("ch06-progan-training", ["--fault", "no-such", "--out", folder("b")])
    #expect(unknown.code == 2 && unknown.errors.contains("beta-per-pixel"), "\(unknown.errors)")
  }
}
