import ArgumentParser
import Datasets
import Downloading
import Files
import Foundation
import Goldens
import Inception
import Literate
import Processes

struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Downloads what the package cannot hold, verifies it, and unpacks it.",
    discussion: """
      cifar10: the official pictures (170 MB) as a folder for --data. A download that was stopped goes on where it \
      was. inception: Inception v3's weights (some 100 MB) for `book score`, from their publishers.
      No chapter needs any: the package has all of CIFAR-10 as JPEGs, and a classifier of its own.
      """)

  enum Subject: String, ExpressibleByArgument, CaseIterable { case cifar10, inception }

  @Argument(help: "What to fetch.")
  var subject: Subject

  @Option(help: ArgumentHelp("Folder to put it in, made if it is not there.", valueName: "dir"))
  var to = "data"

  @Option(help: "inception: torchvision, whose score the GAN document prints, or fid, that of published FIDs.")
  var variant: InceptionVariant = .torchvision

  // For the tests, which have a server of their own.
  @Option(help: .hidden) var address: String?
  @Option(help: .hidden) var length: Int?
  @Option(help: .hidden) var md5: String?
  @Option(help: .hidden) var sha256: String?

  func validate() throws {
    if to.isEmpty { throw ValidationError("--to: expected a folder, found an empty text") }
  }

  func run() throws {
    Processes.Interruption.beginPolling()
    do {
      switch subject {
      case .cifar10: try fetchCIFAR10()
      case .inception: try fetchInception()
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

  private var folder: String { to.count > 1 && to.hasSuffix("/") ? String(to.dropLast()) : to }

  private func fetchCIFAR10() throws {
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

  private func fetchInception() throws {
    let known = KnownWeights.of(variant)
    let place = "\(folder)/\(known.name)"
    let digest = sha256 ?? known.hashPrefix
    if FileSystem.kind(of: place) != nil {
      let found = try MessageDigest.hexadecimal(of: FileSystem.read(place), .sha256)
      guard found.hasPrefix(digest) else {
        throw CatalogError(
          """
          \(place): expected a SHA-256 that begins with \(digest), as its name says, found \(found); remove it to \
          fetch it again
          """
        )
      }
      return Terminal.shared.printLine("\(place) is there already, verified; --weights \(place) scores with it")
    }
    let download = Download(
      fileName: known.name, address: address ?? known.address, byteCount: length, algorithm: .sha256, digest: digest)
    try fetch(download, into: folder) { try AtomicFile.write($0, to: place) }
    Terminal.shared.printLine("\(place): verified by the hash in its name; --weights \(place) scores with it")
  }

  private func fetch(_ download: Download, into folder: String, finish: ([UInt8]) throws -> Void) throws {
    let megabyte = 1_000_000
    // Of Inception's weights: for the bar alone, where no length is known beforehand.
    let typicalByteCount = 109 * megabyte
    var bar: ProgressBar?
    try download.fetch(
      into: folder,
      progress: { count in
        let shown =
          bar
          ?? ProgressBar(
            "\(download.fileName), MB", total: (download.byteCount ?? typicalByteCount) / megabyte,
            startingAt: count / megabyte)
        bar = shown
        shown.advance(to: min(count, download.byteCount ?? typicalByteCount) / megabyte)
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

extension InceptionVariant: ExpressibleByArgument {}
