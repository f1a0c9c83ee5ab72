import Files
import Goldens
import Ranks
import Synchronization
import TensorFiles
import Tensors

/// One run of a chapter: its options, its output folder, what it says, shows and records.
///
/// `run.jsonl` and the recording appear, and replace those of an earlier run, only in `finish()`: a run that crashes,
/// is interrupted or could not begin leaves what was there.
package final class ChapterRun: Sendable {
  package let chapter: String
  package let options: ChapterOptions
  /// The folder everything is written to; it exists.
  package let folder: String
  package let recorder: Recorder
  /// What this program was built from.
  package let program: BuildStamp
  private let journal: Mutex<[JSONValue]>
  /// Held to the end of the process.
  private let lock: FolderLock
  private let hasMadeFolder: Bool
  /// For whoever watches the run.
  let live: LiveEvents?
  private let start = ContinuousClock().now

  private static let active = Mutex<ChapterRun?>(nil)

  /// The run in progress. One process is one run.
  package static var current: ChapterRun {
    guard let run = active.withLock({ $0 }) else {
      preconditionFailure("say, show and record belong inside runChapter { … }: no run has begun")
    }
    return run
  }

  /// Whether the run in progress goes on where losses are no numbers any more; outside a run nothing does.
  static var allowsNonFinite: Bool { active.withLock { $0?.options.allowNonFinite ?? false } }

  package var dtype: DType { options.dtype }
  /// Whether it writes for its user; of many ranks the first does.
  package var isFirst: Bool { Ranks.isFirst }
  /// Decimals of the numbers in log lines.
  package let decimals: Int

  /// Whether only entries whose names begin with `prefix` are asked for (`book check --entry 'prefix…'`), so that a
  /// chapter may leave out the parts that record others.
  package func asksOnly(for prefix: String) -> Bool {
    options.entry.map { $0.prefix { $0 != "*" }.hasPrefix(prefix) } ?? false
  }

  /// Begins a run: makes the output folder and takes it for itself.
  ///
  /// Throws `FileError` where the output folder cannot be written, `FolderInUse` where another run is writing there,
  /// before any work is done. `program` is what the chapter was built from, so that a weaver and a checker can tell
  /// whether it has changed since.
  package init(_ chapter: String, options: ChapterOptions, program: BuildStamp, decimals: Int) throws {
    self.decimals = decimals
    self.program = program
    self.chapter = chapter
    self.options = options
    folder = options.out ?? "out/\(chapter)" + (options.profile == .full ? "-full" : "")
    recorder = Recorder(chapter: chapter, precision: options.dtype)
    try options.apply()
    hasMadeFolder = FileSystem.kind(of: folder) == nil
    try FileSystem.createFolder(folder)
    lock = try FolderLock(folder)
    live = Ranks.isFirst ? LiveEvents() : nil
    journal = Mutex([Self.opening(chapter, options, program, decimals)])
    // A folder that cannot be written to is found before any work is done, too.
    try AtomicFile.removeLeftovers(in: folder)
    try AtomicFile(journalPath).discard()
    if options.resume { try RankedRun.shareCheckpoints(in: folder) }
    Self.active.withLock { $0 = self }
  }

  private static func opening(_ chapter: String, _ options: ChapterOptions, _ program: BuildStamp, _ decimals: Int)
    -> JSONValue
  {
    var object: JSONObject = [
      "kind": .string("run"), "format": .int(2), "chapter": .string(chapter),
      "seed": .number(String(options.seed)), "dtype": .string(options.dtype.rawValue),
      "profile": .string(options.profile.rawValue),
    ]
    object["decimals"] = .int(decimals)
    if let request = options.tracing.fault { object["fault"] = .string(request.fault.rawValue) }
    if let entry = options.entry { object["entry"] = .string(entry) }
    if let iterations = options.iterations { object["iterations"] = .int(iterations) }
    object["arguments"] = .array(Self.arguments.map { .string($0) })
    object["program"] = .string(program.text)
    return .object(object)
  }

  /// What this process was started with, but for what says only where it writes and how fast it is: the same arguments
  /// make the same run.
  static var arguments: [String] {
    var kept: [String] = []
    var rest = CommandLine.arguments.dropFirst()
    while let argument = rest.popFirst() {
      if ["--remake", "--overwrite", "--resume"].contains(argument) { continue }
      if ["--out", "--threads", "--timings"].contains(argument) {
        rest = rest.dropFirst()
        continue
      }
      if ["--out=", "--threads=", "--timings="].contains(where: argument.hasPrefix) { continue }
      kept.append(argument)
    }
    return kept
  }

  private var journalPath: String { folder + "/run.jsonl" }

  /// Appends an event to the journal, which is written by `finish()`.
  func append(_ kind: String, at source: SourceLocation, _ members: JSONObject) {
    var object: JSONObject = ["kind": .string(kind), "file": .string(source.file), "line": .int(Int(source.line))]
    for (key, value) in members.members { object[key] = value }
    journal.withLock { $0.append(.object(object)) }
    live?.append(.object(object))
  }

  /// Writes the recording and the journal. Throws where something was recorded wrongly or cannot be written.
  package func finish() throws {
    let index = try recorder.write(to: folder)
    let text = journal.withLock { Self.text(complete($0)) }
    try AtomicFile.write(text + RunSeal.line(journal: Array(text.utf8), index: index), to: journalPath)
    // Of an earlier run, which this one has replaced.
    for other in DType.allCases where other != dtype { try Recording.remove(from: folder, other) }
    end()
  }

  /// The journal with what only the end knows: how much there is, so that half a journal is not taken for a whole one,
  /// and how long the run took, for a page's footer.
  private func complete(_ journal: [JSONValue]) -> [JSONValue] {
    guard case .object(var opening)? = journal.first else { return journal }
    let time = (ContinuousClock().now - start).components
    opening["events"] = .int(journal.count - 1)
    opening["timing"] = .object([
      "seconds": .double((Double(time.seconds) + Double(time.attoseconds) * 1e-18).rounded()),
      "threads": .int(ThreadPool.shared.threads), "processor": .string(Provenance.processorName()),
    ])
    return [.object(opening)] + journal.dropFirst()
  }

  /// Ends the run without leaving a recording, or a folder with nothing in it that was not there before.
  package func abandon() {
    end()
    if hasMadeFolder { FileSystem.removeIfEmpty(folder) }
  }

  private static func text(_ events: [JSONValue]) -> String { events.map { $0.compact + "\n" }.joined() }

  private func end() { Self.active.withLock { $0 = nil } }
}

// MARK: - Interrupted runs

extension ChapterRun {
  /// Whether the run goes on from `checkpoint`. Says so where that was asked for and the file is not there.
  package func resumes(from checkpoint: String) -> Bool {
    guard options.resume else { return false }
    if FileSystem.kind(of: checkpoint) != nil { return true }
    Terminal.shared.printError("--resume: \(checkpoint) is not there; it starts anew")
    return false
  }

  /// A point in the run, to tell later what was said, shown and recorded after it.
  package struct Mark: Sendable {
    fileprivate let recorded: Recorder.Mark
    fileprivate let events: Int
  }

  package var mark: Mark { Mark(recorded: recorder.mark, events: journal.withLock { $0.count }) }

  /// What the run has said, shown and recorded since `mark`, for a checkpoint: a resumed run leaves the same recording
  /// as one that was never interrupted.
  package func snapshot(since mark: Mark) throws -> [UInt8] {
    let (tensors, index) = try recorder.recording(since: mark.recorded).contents()
    let events = Array(journal.withLock { Self.text(Array($0.dropFirst(mark.events))) }.utf8)
    var file = try TensorFile(path: "snapshot")
    for (name, bytes) in [("tensors", tensors), ("index", index), ("journal", events)] {
      try file.append(.init(name: name, elementType: .uint8, shape: [bytes.count], bytes: bytes[...]))
    }
    return try file.safetensorsBytes()
  }

  /// Goes on behind a snapshot. `path` names the checkpoint in errors.
  package func restore(_ snapshot: [UInt8], path: String) throws {
    try Agreed.requireAlike("a checkpoint", ["its recording": SHA256.hexadecimal(SHA256.hash(data: snapshot))])
    let file = try TensorFile(safetensors: snapshot, path: path)
    func bytes(_ name: String) throws -> [UInt8] { Array(try file.entry(name).bytes) }
    let index = try JSONCursor(parsing: bytes("index"), file: path)
    recorder.resume(from: try Recording(index: index, options.dtype, tensors: bytes("tensors"), path: path))
    let events = try bytes("journal").split(separator: UInt8(ascii: "\n")).map {
      try JSONCursor(parsing: Array($0), file: path).value
    }
    journal.withLock { $0 += events }
  }
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

/// Says which file a value came from that another module has refused; `body`'s own file errors say it themselves.
package func naming<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let error as FileError { throw error } catch {
    throw ChapterError("\(path): \(error)")
  }
}
