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

  /// How a page calls the run of that name, and where it is; `nil` where there is none.
  static func place(_ name: String, chapter: String, settings: ServeSettings, keeper: RunKeeper)
    -> (title: String, folder: String)?
  {
    let (title, folder): (String, String)
    switch name {
    case golden: (title, folder) = ("the run on the page", "\(settings.runs)/\(chapter)")
    case previous:
      (title, folder) = ("the run before it", PreviousRun(settings: settings, chapter: chapter).folder)
    default:
      guard let run = keeper.run(name), run.chapter == chapter, run.stage == .finished, !run.isGolden else {
        return nil
      }
      let time = run.began.formatted(date: .omitted, time: .standard)
      (title, folder) = ("\(RunView(run).options), \(time)", run.folder)
    }
    return FileSystem.kind(of: "\(folder)/run.jsonl") == .file ? (title, folder) : nil
  }

  /// Throws `ServingError` where there is no such run, or where it has left nothing.
  init(_ name: String, chapter: String, settings: ServeSettings, keeper: RunKeeper) throws {
    self.name = name
    guard let place = Self.place(name, chapter: chapter, settings: settings, keeper: keeper) else {
      throw ServingError("there is no such run of \(chapter)")
    }
    (title, folder) = place
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
