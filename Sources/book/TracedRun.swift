import Files
import Foundation
import Goldens
import Literate
import Processes
import TensorFiles
import Tensors

/// A run of a chapter that is traced, and can be made again up to an entry of its trace.
struct TracedRun {
  let executable: String
  let arguments: [String]
  let environment: [String: String]
  /// What it writes goes there; this tool's own.
  let folder: String

  /// Where its trace lies.
  var path: String { folder + ".trace" }

  static func executable(of chapter: String) -> String { GoldenOptions.executableFolder() + "/ch" + chapter }

  /// `settings` are words: variables of the environment first, then options, which come behind the common ones.
  init(executable: String, settings: String, common: [String], folder: String) throws {
    var words = settings.split(whereSeparator: \.isWhitespace).map(String.init)[...]
    var environment: [String: String] = [:]
    while let word = words.first, !word.hasPrefix("-"), let equal = word.firstIndex(of: "=") {
      environment[String(word[..<equal])] = String(word[word.index(after: equal)...])
      words.removeFirst()
    }
    self.executable = executable
    self.environment = environment
    self.folder = folder
    arguments = common + words
  }

  /// Options of a trace that may be given to a program again: they decide numbers and touch no files.
  private static let known: [String: Bool] = [
    "--seed": true, "--threads": true, "--kernels": true, "--dtype": true, "--iterations": true, "--decimals": true,
    "--profile": true, "--act": true, "--fault": true, "--k": true, "--from-step": true, "--epochs": true,
    "--batch-sizes": true, "--learning-rate": true, "--channels": true, "--critic-iterations": true, "--drift": true,
    "--ema": true, "--ring-iterations": true, "--answer": true, "--exercise": true, "--pictures": true,
    "--entry": true, "--grid-every": true, "--log-every": true, "--allow-non-finite": false,
    "--first-iterations": false,
    "--falling-learning-rate": false, "--no-falling-learning-rate": false, "--overwrite": false, "--remake": false,
  ]

  /// The run that a trace is of, by this checkout's own program alone: what a file names is not run.
  ///
  /// - Throws: `CatalogError` where the program is another, or the trace has options that are not for a file to decide.
  init(remaking trace: TraceFile, folder: String, in checkout: Checkout) throws {
    let header = trace.header
    let known = try ChapterCatalog.allChapters(repository: checkout.repository).select([])
    guard known.contains(header.chapter) else { throw CatalogError("\(trace.path): it is of no chapter of this book") }
    executable = Self.executable(of: header.chapter)
    guard let stamp = try ChapterProcess.stamp(of: executable), stamp.text == header.program else {
      throw CatalogError("\(trace.path): it was made by another program than \(executable)")
    }
    var rest = header.arguments[...]
    var kept: [String] = []
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      guard let takesValue = Self.known[parts.first ?? ""] else {
        throw CatalogError(
          "\(trace.path): its run had \(argument), which a file must not decide; bisect the chapter instead")
      }
      kept.append(argument)
      if takesValue, parts.count == 1, let value = rest.popFirst() { kept.append(value) }
    }
    arguments = kept
    environment = header.environment.filter { ["BOOK_ISA", "BOOK_THREADS"].contains($0.key) }
    self.folder = folder
  }

  /// Makes the run and its trace.
  func trace() throws {
    try? FileManager.default.removeItem(atPath: path)
    try make(["--trace", path])
    guard FileSystem.kind(of: path) == .file else {
      throw CatalogError("\(executable) has written no trace: it is of a time before there were any")
    }
  }

  /// The values of an entry, inputs included.
  func dump(entry: Int) throws -> TensorFile {
    let path = folder + "-values.safetensors"
    try? FileManager.default.removeItem(atPath: path)
    try make(["--trace-dump", "\(entry):\(path)"])
    guard FileSystem.kind(of: path) == .file else {
      throw CatalogError("\(executable) has come to its end without an entry \(entry): it is not the same each time")
    }
    return try TensorFile(contentsOf: path)
  }

  /// What its first layers put out.
  func layers(count: Int) throws -> TensorFile {
    let path = folder + ".safetensors"
    try? FileManager.default.removeItem(atPath: path)
    try make(["--trace-layers", path, "--trace-layers-count", String(count)])
    guard FileSystem.kind(of: path) == .file else {
      throw CatalogError("\(executable) has come to its end with fewer than \(count) outputs of layers")
    }
    return try TensorFile(contentsOf: path)
  }

  private func make(_ options: [String]) throws {
    try FileSystem.createFolder(folder)
    Terminal.shared.printError(
      "running \((executable as NSString).lastPathComponent) \(arguments.joined(separator: " "))")
    let errors = folder + "/stderr.txt"
    let process = ChapterProcess(
      executable: executable, arguments: ["--out", folder + "/run"] + arguments + overwriting + options,
      outputPath: folder + "/stdout.txt", errorPath: errors, environment: environment)
    let ending = try process.run()
    // What was planted is told, so that a reader knows what there was to find.
    let said = String(decoding: (try? FileSystem.read(errors)) ?? [], as: UTF8.self)
    for line in said.split(separator: "\n") where line.hasPrefix("planted ") {
      Terminal.shared.printError(String(line))
    }
    if let problem = ending.problem(errors: errors) { throw CatalogError("\(executable): \(problem)") }
  }

  private var overwriting: [String] {
    arguments.contains("--overwrite") || arguments.contains("--resume") ? [] : ["--overwrite"]
  }
}

extension TraceEvent.Operation {
  /// Whether a run that was made again has the same outputs.
  func isRemade(in dump: TensorFile) -> Bool {
    outputs.enumerated().allSatisfy { index, output in
      guard let entry = dump.entries.first(where: { $0.name == "output/\(index)" }) else { return false }
      let digest = entry.bytes.withUnsafeBytes { TraceFormat.digest($0) }
      return output.digest.first == digest.0 && output.digest.second == digest.1
    }
  }
}
