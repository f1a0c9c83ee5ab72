import Files
import Foundation
import Goldens
import Kernels
import Processes
import Ranks
import Tensors

/// What surrounds a run that many ranks make together (docs/machines.md): one of them prints and writes, all begin
/// alike, stop together and end together.
package enum RankedRun {
  /// Joins the other ranks, where there are any, and makes sure that all were started alike.
  ///
  /// - Throws: `RankError`, and `ChapterError` for a chapter and for options that are not for many ranks.
  static func begin(_ options: ChapterOptions, _ program: BuildStamp, sharesOut: Bool) throws {
    // From the first moment on, and for a rank alone, too: a launcher hands on a request as a signal that would end it.
    if Launch.current != nil { Interruption.handleForwardedRequests() }
    try Ranks.begin()
    guard let ranks = Ranks.current else { return }
    if !ranks.isFirst { Terminal.shared.silence() }
    guard sharesOut else {
      throw ChapterError("it shares nothing out over ranks, chapters 3 and 6 do; start it without mpirun")
    }
    try refuse(options)
    try requireAlike(ranks, "the program", [program.text])
    try requireAlike(
      ranks, "the options",
      [
        ChapterRun.arguments.joined(separator: " "), "--resume: \(options.resume)",
        "--overwrite: \(options.overwrite)", "--remake: \(options.remake)",
      ])
    #if arch(x86_64)
      // Ranks that add one sum together lay it out alike.
      let lowest = -ranks.maximum(-InstructionSet.current.level)
      InstructionSet.lower(to: InstructionSet.allCases[lowest])
    #endif
    if options.threads == nil, Platform.environment("BOOK_THREADS") == nil, let launch = Launch.current {
      ThreadPool.shared.threads = max(1, ThreadPool.shared.threads / launch.local)
    }
  }

  private static func refuse(_ options: ChapterOptions) throws {
    if options.kernels != .own {
      throw ChapterError("--kernels \(options.kernels.rawValue): its bits depend on the batch; many ranks take own")
    }
    let tracing = options.tracing
    if tracing.trace != nil || tracing.traceDump != nil || tracing.traceLayers != nil {
      throw ChapterError("--trace: a trace is that of one process; start it without mpirun")
    }
  }

  /// Throws, on all ranks, where one has other texts than the first one; it shows the first that differs.
  static func requireAlike(_ ranks: any Communicator, _ what: String, _ texts: [String]) throws {
    let all = ranks.gather(Array(texts.joined(separator: "\0").utf8)).map {
      $0.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
    guard let rank = all.firstIndex(where: { $0 != all[0] }) else { return }
    let (own, first) = zip(all[rank], all[0]).first { $0 != $1 } ?? ("\(all[rank].count) of them", "\(all[0].count)")
    throw RankError.different(what: what, rank: rank, own: shown(own), first: shown(first))
  }

  /// Options are shown, a build's stamp is long.
  private static func shown(_ text: String) -> String {
    guard text.count >= 200 else { return "'\(text)'" }
    return "with SHA-256 \(SHA256.hexadecimal(SHA256.hash(data: Array(text.utf8))).prefix(12))…"
  }

  // MARK: - The output folder

  /// The options as this rank has them: only the first one writes where it was told to. The others write all the same,
  /// so that nothing in a run depends on the rank, into folders that are gone at the end.
  static func own(_ options: ChapterOptions) -> ChapterOptions {
    guard let ranks = Ranks.current, !ranks.isFirst else { return options }
    let folder = FileManager.default.temporaryDirectory.path
    removeLeftovers(in: folder)
    removeScratch(ranks)
    var own = options
    own.out = "\(folder)/\(scratch(ranks))"
    own.timings = nil
    return own
  }

  private static let prefix = "gan-book-rank-"

  private static func scratch(_ ranks: any Communicator) -> String {
    "\(prefix)\(ranks.rank)-\(ProcessInfo.processInfo.processIdentifier)"
  }

  private static func removeScratch(_ ranks: any Communicator) {
    guard !ranks.isFirst else { return }
    try? FileManager.default.removeItem(at: FileManager.default.temporaryDirectory.appending(path: scratch(ranks)))
  }

  /// Removes what killed ranks have left. The folder of one that runs is locked, that of one that begins is young.
  package static func removeLeftovers(in folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for path in names.filter({ $0.hasPrefix(prefix) }).map({ "\(folder)/\($0)" }) {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      guard attributes?[.type] as? FileAttributeType == .typeDirectory,
        let changed = attributes?[.modificationDate] as? Date, changed < Date(timeIntervalSinceNow: -60),
        let lock = try? FolderLock(path)
      else { continue }
      withExtendedLifetime(lock) { try? FileManager.default.removeItem(atPath: path) }
    }
  }

  /// Gives every rank the checkpoints that lie in the first one's output folder: a run goes on where they may be on one
  /// machine only.
  static func shareCheckpoints(in folder: String) throws {
    guard let ranks = Ranks.current else { return }
    func isCheckpoint(_ name: String) -> Bool { name.hasPrefix("checkpoint") && name.hasSuffix(".safetensors") }
    let names =
      try ranks.agreeing(on: { ranks.isFirst ? try FileSystem.list(folder).filter(isCheckpoint).sorted() : [] })
    let listed = ranks.broadcast(Array(names.joined(separator: "\n").utf8))
    for name in String(decoding: listed, as: UTF8.self).split(separator: "\n") {
      let path = "\(folder)/\(name)"
      let bytes: [UInt8] = try ranks.agreeing(on: { ranks.isFirst ? try FileSystem.read(path) : [] })
      let shared = ranks.broadcast(bytes)
      try ranks.agreeing(on: { if !ranks.isFirst { try AtomicFile.write(shared, to: path) } })
    }
  }

  // MARK: - Ending

  /// Ends this process where all ranks end.
  static func end(_ code: Int32) -> Never {
    if let ranks = Ranks.current { removeScratch(ranks) }
    Ranks.end()
    Platform.exitProcess(code)
  }

  /// Ends all ranks because of an error that all of them have, with `code`; the process where it is alone. The first
  /// one says it.
  static func fail(together message: String, _ code: Int32) -> Never {
    if let ranks = Ranks.current {
      if ranks.isFirst { Platform.write(message + "\n", to: Platform.standardError) }
      // All of them are on their way to here; who comes first waits for those that still save.
      _ = ranks.any(true)
    } else {
      Terminal.shared.printError(message)
    }
    end(code)
  }

  /// Ends all ranks because of what this one has said, with `code`; the process where it is alone.
  static func fail(_ message: String, _ code: Int32) -> Never {
    guard let ranks = Ranks.current else {
      Terminal.shared.printError(message)
      Platform.exitProcess(code)
    }
    if !ranks.isFirst {
      Thread.sleep(forTimeInterval: 1)
      removeScratch(ranks)
    }
    let place = "rank \(ranks.rank) of \(ranks.count) on \(ProcessInfo.processInfo.hostName)"
    Platform.write(message + (ranks.isFirst ? "" : " (\(place))") + "\n", to: Platform.standardError)
    ranks.abort(code)
  }
}

/// What all ranks of a run answer together; in a run of one process its own answer. Every rank asks.
package enum Agreed {
  /// Whether the run has been asked to stop; see `Interruption.isRequested`.
  package static var stopIsRequested: Bool { Ranks.any(Interruption.isRequested) }

  /// See `Interruption.endPolling()`.
  package static func endPolling() -> Bool { Ranks.any(Interruption.endPolling()) }

  /// Whether any of them says so: that it is time for a checkpoint, for one.
  package static func any(_ flag: Bool) -> Bool { Ranks.any(flag) }

  /// `body`'s value.
  ///
  /// - Throws: `AgreedFailure`, on all ranks, where it throws on one.
  package static func trying<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try Ranks.agreeing(on: body) } catch { throw AgreedFailure(underlying: error) }
  }

  /// Throws, on all ranks, where one has another of what the run is told by its name: other pictures, for one.
  package static func requireAlike(_ what: String, _ named: @autoclosure () -> [String: String]) throws {
    guard let ranks = Ranks.current else { return }
    try RankedRun.requireAlike(ranks, what, named().map { "\($0): \($1)" }.sorted())
  }
}

/// An error that all ranks have: they end together, each when it has saved what it saves.
struct AgreedFailure: Error, CustomStringConvertible {
  let underlying: any Error

  var description: String { "\(underlying)" }
}
