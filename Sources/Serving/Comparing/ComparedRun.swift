import Files
import Goldens
import Literate
import TensorFiles

/// One of two runs that stand side by side.
struct ComparedRun {
  /// What an address calls it: "golden", "previous" or the name of a run.
  let name: String
  /// What a page calls it.
  let title: String
  let folder: String
  let journal: RunJournal
  let recording: Recording

  /// The run of the chapter that the goldens hold, as it is in the folder of runs.
  static let golden = "golden"
  /// The one before that.
  static let previous = "previous"

  /// Throws `ServingError` where there is no such run, or where it has left nothing.
  init(_ name: String, chapter: String, settings: ServeSettings, keeper: RunKeeper) throws {
    self.name = name
    switch name {
    case Self.golden: (folder, title) = ("\(settings.runs)/\(chapter)", "the run on the page")
    case Self.previous:
      (folder, title) = (PreviousRun(settings: settings, chapter: chapter).folder, "the run before it")
    default:
      guard let run = keeper.run(name), run.chapter == chapter, run.stage == .finished else {
        throw ServingError("there is no such run of \(chapter)")
      }
      folder = run.folder
      let options = RunView(run).options
      title = options.isEmpty ? "the run of \(run.began.formatted())" : options
    }
    do {
      journal = try RunJournal(readingFrom: folder, chapter: chapter)
      recording = try Recording(readingFrom: folder, journal.precision)
    } catch { throw ServingError("\(error)") }
  }

  var log: [String] {
    journal.events.flatMap { event -> [String] in
      guard case .text(let text) = event.content else { return [] }
      return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
  }

  var pictures: [RunJournal.Event.ShownPicture] {
    journal.events.compactMap { if case .picture(let picture) = $0.content { picture } else { nil } }
  }
}
