import Tensors

/// What a check says of one entry.
package enum Verdict: String, Sendable, CaseIterable {
  /// Inside the tolerance of the reference, and the bits are those that were blessed.
  case identical
  /// Inside the tolerance of the reference, but the bits are not those that were blessed, or none were.
  case drifted
  /// Outside the tolerance of the reference.
  case wrong
  /// Recorded, but there is no golden.
  case missing
  /// There is a golden, but nothing was recorded.
  case orphan

  /// Whether a check that finds this fails.
  package func fails(exact: Bool) -> Bool {
    switch self {
    case .identical: false
    case .drifted: exact
    case .wrong, .missing, .orphan: true
    }
  }
}

/// The verdict on one entry in one precision, and what a report says about it.
package struct EntryResult: Sendable {
  package let name: String
  /// `nil` where files are compared rather than runs.
  package let precision: DType?
  package let kind: String
  package let verdict: Verdict
  package let tolerance: Tolerance?
  package let source: SourceLocation?
  /// In a few words why: empty where all is well and everything was compared.
  package let note: String
  /// Where values differ from the reference at all.
  package let mismatch: Mismatch?
  /// What was compared, for pictures and plots in reports.
  package let expected: GoldenValue?
  package let found: GoldenValue?
  /// Of the bits that were recorded; what a blessing would write.
  package let digest: String?

  package init(
    name: String, precision: DType?, kind: String, verdict: Verdict, tolerance: Tolerance? = nil,
    source: SourceLocation? = nil, note: String = "", mismatch: Mismatch? = nil, expected: GoldenValue? = nil,
    found: GoldenValue? = nil, digest: String? = nil
  ) {
    self.name = name
    self.precision = precision
    self.kind = kind
    self.verdict = verdict
    self.tolerance = tolerance
    self.source = source
    self.note = note
    self.mismatch = mismatch
    self.expected = expected
    self.found = found
    self.digest = digest ?? found?.digest
  }

  /// How many elements were held against the reference, and of how many; `nil` where all were, or none.
  package var sampled: (compared: Int, of: Int)? {
    guard let expected, let found, expected.keeping == .sample || found.keeping == .sample,
      let compared = (expected.keeping == .sample ? expected : found).elements?.count
    else { return nil }
    return (compared, found.count)
  }

  /// The verdict in a word. Of two files one has no goldens: what only one of them holds is absent or extra.
  package var word: String { verdict.word(betweenFiles: precision == nil) }
}

extension Verdict {
  package func word(betweenFiles: Bool) -> String {
    switch self {
    case .missing where betweenFiles: "extra"
    case .orphan where betweenFiles: "absent"
    default: rawValue
    }
  }
}

extension [PrecisionResult] {
  /// What made them, as the heading of a report.
  package var command: String { comparesFiles ? "book diff" : "book check" }

  /// The verdicts in words, in their order.
  package var verdictWords: [String] { Verdict.allCases.map { $0.word(betweenFiles: comparesFiles) } }

  private var comparesFiles: Bool { contains { $0.comparesFiles } }
}

/// The check of one chapter in one precision.
package struct PrecisionResult: Sendable {
  package let chapter: String
  package let precision: DType?
  /// Why there are no verdicts, or not all: the run crashed, a file is damaged, nothing was recorded.
  package var failure: String?
  /// Whether the failure is that the check could not be run at all, rather than that something does not hold.
  package var couldNotRun = false
  package var entries: [EntryResult]
  /// What a reader should know besides the verdicts: what was left out, and how names might be made to match.
  package var notes: [String] = []
  /// Whether two files were compared rather than a run and its goldens.
  package var comparesFiles = false
  /// Seconds that the chapter's own run took, and the comparison.
  package var runSeconds = 0.0
  package var compareSeconds = 0.0

  package init(chapter: String, precision: DType?, failure: String? = nil, entries: [EntryResult] = []) {
    self.chapter = chapter
    self.precision = precision
    self.failure = failure
    self.entries = entries
  }

  package func fails(exact: Bool) -> Bool { failure != nil || entries.contains { $0.verdict.fails(exact: exact) } }
}
