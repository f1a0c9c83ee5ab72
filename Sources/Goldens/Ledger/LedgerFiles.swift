import Files
import TensorFiles

// A ledger lies in two files: `<act>.json`, for people and version control, and the log it names,
// `<act>-<hash>.log.zst`; a third may hold what the run learned (`TrainedWeights`). The log is written first, under a
// name that no other log has, and the index after it: whoever is killed between the two leaves the old ledger whole.

extension Ledger {
  private static let format = 1
  private static let indexLimit = 64 << 20
  private static let logLimit = 1 << 30

  package static func indexPath(_ folder: String, _ act: String) -> String { "\(folder)/\(act).json" }

  /// The acts that have a ledger in the folder, in order; none where there is no such folder. Throws `FileError` where
  /// it cannot be read.
  package static func acts(in folder: String) throws -> [String] {
    guard FileSystem.kind(of: folder) == .folder else { return [] }
    return try FileSystem.list(folder).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.filter(isName)
  }

  // MARK: - Writing

  /// Writes the ledger into the folder, in place of an earlier one of the same act.
  package func write(to folder: String) throws {
    try FileSystem.createFolder(folder)
    let (index, log) = try contents(level: 19)
    let name = logName
    try AtomicFile.write(log, to: "\(folder)/\(name)")
    try AtomicFile.write(index, to: Self.indexPath(folder, act))
    let kept = [name] + (weights == nil ? [] : [TrainedWeights.name(self)])
    for other in try FileSystem.list(folder) where !kept.contains(other) && Self.isCompanion(other, of: act) {
      try FileSystem.remove("\(folder)/\(other)")
    }
  }

  /// Removes the act's ledger from the folder, if it is there.
  package static func remove(_ act: String, from folder: String) throws {
    guard FileSystem.kind(of: folder) == .folder else { return }
    try FileSystem.remove(indexPath(folder, act))
    for name in try FileSystem.list(folder) where isCompanion(name, of: act) {
      try FileSystem.remove("\(folder)/\(name)")
    }
  }

  /// Whether a file is one that an act's index names: a log, or weights.
  private static func isCompanion(_ name: String, of act: String) -> Bool {
    isLog(name, of: act) || TrainedWeights.isName(name, of: act)
  }

  private var logName: String { "\(act)-\(Digest.of(lines: lines).prefix(12)).log.zst" }

  private static func isLog(_ name: String, of act: String) -> Bool {
    name.hasPrefix(act + "-") && name.hasSuffix(".log.zst") && name.utf8.count == act.utf8.count + 1 + 12 + 8
  }

  /// What the two files hold.
  package func contents(level: Int32) throws -> (index: [UInt8], log: [UInt8]) {
    let text = Array(lines.map { $0 + "\n" }.joined().utf8)
    var object: JSONObject = [
      "format": .int(Self.format), "chapter": .string(chapter), "act": .string(act),
      "arguments": .array(arguments.map { .string($0) }), "settings": Self.json(settings),
      "iterations": .int(iterations), "lines": .int(lines.count), "log_sha256": .string(Digest.of(text)),
      "epochs": .array(epochs.map(\.json)), "stretches": .array(stretches.map(\.json)),
    ]
    if let weights { object["weights_sha256"] = .string(weights) }
    if !departures.isEmpty { object["departures"] = .array(departures.map { .string($0) }) }
    if !programs.isEmpty { object["programs"] = Self.json(programs) }
    if !provenance.isEmpty { object["provenance"] = .object(provenance) }
    object["seal"] = .string(Self.seal(object))
    return (Array(JSONValue.object(object).pretty.utf8), try Zstd.compress(text, level: level))
  }

  /// SHA-256 of everything the index says, the hash of the log among it.
  private static func seal(_ object: JSONObject) -> String {
    var open = object
    open["seal"] = nil
    // Sorted keys: the file has them in another order than this process.
    return Digest.of(Array(JSONValue.object(open).pretty.utf8))
  }

  // MARK: - Reading

  /// Reads an act's ledger and verifies that it is as it was written.
  ///
  /// - Throws: `FileError`, naming the epoch where it can, for a file that is absent or damaged, a line or a digest
  ///   that was changed, an epoch that is missing.
  package init(readingFrom folder: String, act: String) throws {
    let path = Self.indexPath(folder, act)
    let index = try FileSystem.read(path, limit: Self.indexLimit)
    let top = try JSONCursor(parsing: index, file: path)
    let hash = try top.member("log_sha256").sha256()
    let log = "\(folder)/\(act)-\(hash.prefix(12)).log.zst"
    try self.init(index: index, path: path, log: FileSystem.read(log, limit: Self.logLimit), logPath: log)
    guard self.act == act else {
      throw FileError(path, .inconsistent, at: "act", expected: act, found: self.act, remedy: Self.remedy)
    }
  }

  static let remedy = "restore it from version control"

  /// Reads a ledger from what its two files hold; the paths name them in errors.
  package init(index: [UInt8], path: String, log: [UInt8], logPath: String) throws {
    let top = try JSONCursor(parsing: index, file: path)
    try top.onlyKeys([
      "format", "chapter", "act", "arguments", "settings", "iterations", "lines", "log_sha256", "epochs", "stretches",
      "weights_sha256", "departures", "programs", "provenance", "seal",
    ])
    let format = try top.member("format")
    guard try format.int() == Self.format else {
      throw format.error(.wrongVersion, expected: "\(Self.format)", found: format.value.compact)
    }
    let act = try top.member("act")
    guard Self.isName(try act.string()) else {
      throw act.error(.badValue, expected: "small letters, digits and -", found: act.value.compact)
    }
    self.init(
      chapter: try top.member("chapter").string(), act: try act.string(),
      arguments: try top.member("arguments").texts(), settings: try top.member("settings").textsByName(),
      iterations: try top.member("iterations").natural(),
      departures: try top.optionalMember("departures")?.texts() ?? [])
    epochs = try top.member("epochs").items().map(Epoch.init)
    stretches = try top.member("stretches").items().map(Stretch.init)
    weights = try top.optionalMember("weights_sha256")?.sha256()
    programs = try top.optionalMember("programs")?.textsByName() ?? [:]
    provenance = try top.optionalMember("provenance")?.object() ?? JSONObject()
    lines = try Self.lines(of: log, path: logPath)
    try checkConsistency(top, logPath)
    let seal = try top.member("seal").sha256()
    guard seal == Self.seal(try top.object()) else {
      throw FileError(
        path, .hashMismatch, at: "seal", expected: "\(Self.seal(try top.object())), the SHA-256 of what it says",
        found: "\(seal): it has been changed since it was written", remedy: Self.remedy)
    }
  }

  private static func lines(of log: [UInt8], path: String) throws -> [String] {
    let bytes = try Zstd.decompress(log, limit: logLimit, file: path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(path, .notUTF8, expected: "UTF-8", found: "other bytes")
    }
    guard text.isEmpty || text.utf8.last == UInt8(ascii: "\n") else {
      throw FileError(path, .truncated, at: "the last line", expected: "a line break", found: "none")
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}

// MARK: - JSON

extension Ledger.Epoch {
  fileprivate init(_ cursor: JSONCursor) throws {
    try cursor.onlyKeys(["stage", "number", "iteration", "lines", "state"])
    self.init(
      stage: try cursor.optionalMember("stage")?.string() ?? "", number: try cursor.member("number").natural(),
      iteration: try cursor.member("iteration").natural(), lines: try cursor.member("lines").sha256(),
      state: try cursor.member("state").sha256())
  }
}

extension Ledger.Stretch {
  fileprivate var json: JSONValue {
    .object([
      "start": .int(start), "end": .int(end), "program": .string(program), "seconds": .int(seconds),
      "threads": .int(threads), "processor": .string(processor),
    ])
  }

  fileprivate init(_ cursor: JSONCursor) throws {
    try cursor.onlyKeys(["start", "end", "program", "seconds", "threads", "processor"])
    self.init(
      start: try cursor.member("start").natural(), end: try cursor.member("end").natural(),
      program: try cursor.member("program").sha256(), seconds: try cursor.member("seconds").natural(),
      threads: try cursor.member("threads").natural(), processor: try cursor.member("processor").string())
  }
}

extension JSONCursor {
  fileprivate func texts() throws -> [String] { try items().map { try $0.string() } }

  fileprivate func textsByName() throws -> [String: String] {
    try members().reduce(into: [:]) { $0[$1.key] = try $1.cursor.string() }
  }

  /// An integer of 0 or more.
  fileprivate func natural() throws -> Int {
    let number = try int()
    guard number >= 0 else { throw error(.badValue, expected: "0 or more", found: "\(number)") }
    return number
  }
}
