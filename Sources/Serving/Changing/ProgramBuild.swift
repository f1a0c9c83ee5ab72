import Files
import Foundation
import Goldens
import Processes

/// The build of a chapter's program.
struct ProgramBuild {
  let settings: ServeSettings

  enum Outcome: Equatable {
    case built
    /// With what the compiler says, or its last words where it says nothing that belongs to a line.
    case failed([CompilerMessage], words: String)
  }

  private var log: String { "\(settings.folders.root)/build.txt" }

  /// Builds the program with the configuration that this one was built with. Throws `ServingError` where there is no
  /// Swift.
  func run(_ chapter: String) throws -> Outcome {
    try FileSystem.createFolder(settings.folders.root)
    let isDebug = settings.executables.split(separator: "/").last == "debug"
    var process = Subprocess(
      "swift",
      [
        "build", "--package-path", settings.repository, "-c", isDebug ? "debug" : "release", "--product",
        "ch\(chapter)",
      ])
    (process.output, process.errors) = (.file(log), .file(log + ".errors"))
    process.timeLimit = 1800
    process.isBound = true
    let ending: Subprocess.Ending
    do { ending = try process.run() } catch let error as SubprocessError { throw ServingError("\(error)") }
    if ending == .exited(0) { return .built }
    let said = [log, log + ".errors"].compactMap { path in
      (try? FileSystem.read(path, limit: 64 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }.joined(separator: "\n")
    // The compiler says /private/tmp where the checkout is /tmp, and the like.
    let root = Platform.realPath(settings.repository) ?? settings.repository
    let errors = CompilerMessage.errors(in: said, repository: root)
    let words = said.split(whereSeparator: \.isNewline).filter { $0.contains("error:") }.suffix(3)
    return .failed(errors, words: errors.isEmpty ? words.joined(separator: "\n") : "")
  }
}
