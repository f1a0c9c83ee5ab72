import Goldens
import Synchronization
import TensorFiles
import Tensors

/// One run of a chapter: its options, its output folder, what it says, shows and records.
///
/// Nothing appears in the output folder under its final name before `finish()`: a run that crashes or is interrupted leaves neither
/// `run.jsonl` nor a recording, and the recording of an earlier run is removed at the start.
package final class ChapterRun: Sendable {
  package let chapter: String
  package let options: ChapterOptions
  /// The folder everything is written to; it exists.
  package let folder: String
  package let recorder: Recorder
  private let journal: Mutex<AtomicFile>
  private let journalProblem = Mutex<String?>(nil)

  private static let active = Mutex<ChapterRun?>(nil)

  /// The run in progress. One process is one run.
  package static var current: ChapterRun {
    guard let run = active.withLock({ $0 }) else {
      preconditionFailure("say, show and record belong inside runChapter { … }: no run has begun")
    }
    return run
  }

  package var dtype: DType { options.dtype }

  /// Begins a run: makes the output folder, removes what an earlier run recorded, opens the journal.
  ///
  /// Throws `FileError` where the output folder cannot be written, before any work is done. `source` is the chapter's main
  /// file (`#filePath`); its folder's Swift files are hashed, so that a weaver can tell whether they have changed since.
  package init(_ chapter: String, options: ChapterOptions, source: String) throws {
    self.chapter = chapter
    self.options = options
    folder = options.out ?? "out/\(chapter)"
    recorder = Recorder(chapter: chapter, precision: options.dtype)
    try FileSystem.createFolder(folder)
    let file = try AtomicFile(folder + "/run.jsonl")
    try Recording.remove(from: folder, options.dtype)
    let opening = Self.opening(chapter, options, SourceHashes.hashes(besides: source))
    try file.append(Array((opening.compact + "\n").utf8))
    journal = Mutex(file)
    Self.active.withLock { $0 = self }
  }

  private static func opening(_ chapter: String, _ options: ChapterOptions, _ sources: [String: String]) -> JSONValue {
    var object: JSONObject = [
      "kind": .string("run"), "format": .int(1), "chapter": .string(chapter),
      "seed": .number(String(options.seed)), "dtype": .string(options.dtype.rawValue),
      "profile": .string(options.profile.rawValue), "decimals": .int(options.decimals),
    ]
    if let iterations = options.iterations { object["iterations"] = .int(iterations) }
    var hashes = JSONObject()
    for (name, hash) in sources.sorted(by: { $0.key < $1.key }) { hashes[name] = .string(hash) }
    object["sources"] = .object(hashes)
    return .object(object)
  }

  /// Appends an event to the journal. A disk that fills up is reported by `finish()`, not in the middle of a training step.
  func append(_ kind: String, at source: SourceLocation, _ members: JSONObject) {
    var object: JSONObject = ["kind": .string(kind), "file": .string(source.file), "line": .int(Int(source.line))]
    for (key, value) in members.members { object[key] = value }
    let line = Array((JSONValue.object(object).compact + "\n").utf8)
    journal.withLock { file in
      do { try file.append(line) } catch { journalProblem.withLock { $0 = $0 ?? "\(error)" } }
    }
  }

  /// Writes the recording and the journal. Throws where something was recorded wrongly or cannot be written.
  package func finish() throws {
    if let problem = journalProblem.withLock({ $0 }) { throw ChapterError(problem) }
    try recorder.write(to: folder)
    try journal.withLock { try $0.commit() }
    end()
  }

  /// Ends the run without leaving a recording.
  package func abandon() {
    journal.withLock { $0.discard() }
    end()
  }

  private func end() { Self.active.withLock { $0 = nil } }
}

/// Something a chapter cannot go on with, in words for its user.
package struct ChapterError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// A run that was asked to stop and has saved its state.
package struct ChapterInterrupted: Error, CustomStringConvertible {
  package let description: String
  /// `place` says where the run stopped, "iteration 12"; `checkpoint` is the file that `--resume` goes on from.
  package init(at place: String, checkpoint: String?) {
    let next = checkpoint.map { "; saved \($0), go on with --resume" } ?? ""
    description = "interrupted at \(place)\(next)"
  }
}
