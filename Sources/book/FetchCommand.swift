import ArgumentParser
import Datasets
import Downloading
import Files
import Foundation
import Literate
import Processes

struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Downloads what the package cannot hold, verifies it, and unpacks it.",
    discussion: """
      cifar10: the official pictures (170 MB) as a folder for --data. A download that was stopped goes on where it was. \
      No chapter needs any: the package has all of CIFAR-10 as JPEGs.
      """)

  enum Subject: String, ExpressibleByArgument, CaseIterable { case cifar10 }

  @Argument(help: "What to fetch.")
  var subject: Subject

  @Option(help: ArgumentHelp("Folder to put it in, made if it is not there.", valueName: "dir"))
  var to = "data"

  // For the tests, which have a server of their own.
  @Option(help: .hidden) var address: String?
  @Option(help: .hidden) var length: Int?
  @Option(help: .hidden) var md5: String?

  func validate() throws {
    if to.isEmpty { throw ValidationError("--to: expected a folder, found an empty text") }
  }

  func run() throws {
    Processes.Interruption.beginPolling()
    do {
      switch subject {
      case .cifar10: try fetchCIFAR10()
      }
    } catch let error as DownloadError {
      Terminal.shared.setStatus("")
      if case .interrupted = error {
        Terminal.shared.printError("book fetch: \(error)")
        throw ExitCode(Interrupted.exitCode)
      }
      Terminal.shared.printError("book: error: \(error)")
      throw ExitCode.couldNotRun
    } catch let error as CIFAR10Error {
      Terminal.shared.printError("book: error: \(error)")
      throw ExitCode.couldNotRun
    }
  }

  private static let batches = "cifar-10-batches-bin"

  private func fetchCIFAR10() throws {
    let folder = to.count > 1 && to.hasSuffix("/") ? String(to.dropLast()) : to
    let place = "\(folder)/\(Self.batches)"
    if FileSystem.kind(of: place) != nil {
      let images = try Self.count(in: folder)
      return Terminal.shared.printLine("\(place) is there already: \(images) images; --data \(folder) reads it")
    }
    let official = Download.cifar10
    let download = Download(
      fileName: official.fileName, address: address ?? official.address, byteCount: length ?? official.byteCount,
      algorithm: official.algorithm, digest: md5 ?? official.digest)
    try fetch(download, into: folder) { bytes in
      try UnpackedFolder.unpack(
        bytes, folder: Self.batches, into: folder, file: "\(folder)/\(download.partName)")
    }
    Terminal.shared.printLine("\(place): \(try Self.count(in: folder)) images, verified; --data \(folder) reads it")
  }

  private func fetch(_ download: Download, into folder: String, finish: ([UInt8]) throws -> Void) throws {
    let megabyte = 1_000_000
    var bar: ProgressBar?
    try download.fetch(
      into: folder,
      progress: { count in
        let shown =
          bar
          ?? ProgressBar(
            "\(download.fileName), MB", total: download.byteCount / megabyte, startingAt: count / megabyte)
        bar = shown
        shown.advance(to: count / megabyte)
      }, isCancelled: { Processes.Interruption.isRequested }
    ) { bytes in
      bar?.finish()
      try finish(bytes)
    }
  }

  /// The images that a chapter will find there.
  private static func count(in folder: String) throws -> Int {
    try CIFAR10(folder: folder).count + CIFAR10(folder: folder, split: .test).count
  }
}
