import Files
import Foundation
import Goldens
import Literate
import Processes
import TensorFiles

/// A chapter's program as a commit has it, built in a folder of its own that git ignores.
struct CommitBuild {
  let commit: String
  let chapter: String
  let repository: String

  /// Where commits are built.
  static let folder = ".build-bisect"

  /// Builds the program, minutes the first time, and returns where it is.
  ///
  /// - Throws: `CatalogError` where there is no such commit, or it cannot be built.
  func program() throws -> String {
    let full = try git(["rev-parse", "--verify", "--quiet", "--end-of-options", "\(commit)^{commit}"])
    guard let full, !full.isEmpty else { throw CatalogError("--against \(commit): there is no such commit") }
    let place = "\(repository)/\(Self.folder)/\(full.prefix(16))"
    if FileSystem.kind(of: place + "/Package.swift") != .file {
      try? FileManager.default.removeItem(atPath: place)
      try FileSystem.createFolder("\(repository)/\(Self.folder)")
      try run("git", ["clone", "--quiet", "--shared", "--no-checkout", repository, place])
      try run("git", ["-C", place, "checkout", "--quiet", "--detach", full])
      shareDependencies(with: place)
    }
    Terminal.shared.printError("building \(chapter) of \(full.prefix(10)) in \(place)")
    try run("swift", ["build", "-c", "release", "--package-path", place, "--product", "ch" + chapter])
    return "\(place)/.build/release/ch\(chapter)"
  }

  /// Packages that this checkout has fetched are not fetched again: there may be no network.
  private func shareDependencies(with place: String) {
    let files = FileManager.default
    try? files.createDirectory(atPath: place + "/.build", withIntermediateDirectories: true)
    for name in [".build/repositories", "Package.resolved"] {
      try? files.copyItem(atPath: "\(repository)/\(name)", toPath: "\(place)/\(name)")
    }
  }

  private func git(_ arguments: [String]) throws -> String? {
    let (ending, output) = try Subprocess("git", ["-C", repository] + arguments).collectOutput()
    guard ending == .exited(0) else { return nil }
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let log = "\(repository)/\(Self.folder)/log.txt"
    var process = Subprocess(program, arguments)
    (process.output, process.errors) = (.file(log), .file(log + ".errors"))
    let ending = try process.run()
    guard ending == .exited(0) else {
      let said = ChapterProcess.tail(log + ".errors", lines: 3) + ChapterProcess.tail(log, lines: 5)
      throw CatalogError(
        "--against \(commit): \(program) \(arguments.prefix(2).joined(separator: " ")) failed: \(said)")
    }
  }
}
