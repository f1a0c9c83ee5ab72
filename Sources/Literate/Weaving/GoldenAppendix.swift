import Goldens
import TensorFiles

/// The last section of a page: every entry the run recorded, what it was held against, and where that comes from.
struct GoldenAppendix {
  static let heading = "Golden entries"
  static let anchor = "golden-entries"

  let verdicts: ChapterVerdicts
  let journal: RunJournal
  /// What the last check found in other precisions, a sentence each.
  private let otherPrecisions: [String]
  /// An identifier within the page for every entry, in their order.
  let anchors: [String]

  init(_ chapter: WovenChapter) {
    verdicts = chapter.verdicts
    journal = chapter.journal
    otherPrecisions = chapter.otherPrecisions.map { precision, verdicts in
      "The same chapter in \(precision.rawValue), as the last check found it: \(verdicts.summary)."
    }
    var known: Set<String> = []
    anchors = chapter.verdicts.entries.map { entry in
      let base = "golden-" + Escaping.slug(entry.name)
      var anchor = base
      var count = 2
      while !known.insert(anchor).inserted {
        anchor = "\(base)-\(count)"
        count += 1
      }
      return anchor
    }
  }

  /// "4-Acts.swift:165": a page is about one folder.
  static func place(of source: SourceLocation) -> String {
    "\(source.file.split(separator: "/").last ?? ""):\(source.line)"
  }

  /// The marks that occur, with what they mean.
  var legend: [(sign: String, name: String, meaning: String)] {
    verdicts.counts.map { ($0.mark.sign, $0.mark.rawValue, $0.mark.meaning) }
  }

  /// Where the reference and the digests come from, a sentence each.
  var provenance: [String] {
    guard let goldens = verdicts.goldens else { return [] }
    let top = JSONCursor(.object(goldens.manifest.json), file: goldens.manifest.path)
    func text(_ cursor: JSONCursor?, _ key: String) -> String? {
      (try? cursor?.optionalMember(key)).flatMap { try? $0.string() }
    }
    var sentences = otherPrecisions
    let reference = try? top.member("reference").member("provenance")
    let versions = (try? reference?.member("versions").members()) ?? []
    let tools = versions.compactMap { version in (try? version.cursor.string()).map { "\(version.key) \($0)" } }
      .sorted()
    var made = "The reference was computed"
    if let script = text(reference, "script") { made += " by \(script)" }
    if !tools.isEmpty { made += " with \(tools.joined(separator: ", "))" }
    if let date = text(reference, "date") { made += ", \(date.prefix(10))" }
    sentences.append(made + ", from seed \(goldens.manifest.seed), profile \(goldens.manifest.profile).")
    let blessed = try? top.optionalMember("blessed")
    if let swift = text(blessed, "swift"), let date = text(blessed, "date") {
      let processor = text(blessed, "host_cpu").map { " on \($0)" } ?? ""
      sentences.append(
        "The digests of this package’s own bits were blessed with Swift \(swift)\(processor), \(date.prefix(10)).")
    }
    return sentences
  }

  /// With what the run on this page was made, and how long it took.
  var run: String {
    var facts = ["seed \(journal.seed)", journal.precision.rawValue, "profile \(journal.profile)"]
    if let iterations = journal.iterations { facts.append("\(iterations) iterations") }
    var text = "The outputs on this page come from one run: \(facts.joined(separator: ", "))"
    if let timing = journal.timing {
      let seconds = Int(timing.seconds)
      let time = seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
      text += "; it took \(time) on \(timing.threads) thread\(timing.threads == 1 ? "" : "s") (\(timing.processor))"
    }
    return text + "."
  }

  /// The marks of a line or a block in short, "✓ 14  ≈ 1", the best first.
  func signs(_ entries: [Int]) -> String {
    ChapterVerdicts.Mark.allCases.compactMap { mark in
      let count = entries.count { verdicts.entries[$0].mark == mark }
      return count == 0 ? nil : "\(mark.sign) \(count)"
    }.joined(separator: "  ")
  }
}

extension WovenChapter.Segment {
  /// Every entry recorded here, once.
  var entries: [Int] { Array(Set(marks.values.joined())).sorted() }
}
