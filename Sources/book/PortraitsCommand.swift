import ArgumentParser
import Datasets
import Files
import Foundation
import Literate
import Pictures
import Processes
import Tensors

struct PortraitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "portraits", abstract: "Draws portraits: PNG files in a folder, or the digest of all their bytes.",
    discussion:
      "The same numbers give the same pictures everywhere; goldens/reference/portraits.py draws them in Python.")

  @Option(help: "Portraits to draw.")
  var count = 1000

  @Option(help: "Their width and height in pixels, 32 to 256.")
  var size = 64

  @Option(parsing: .unconditional, help: "Seed of their factors.", transform: seedArgument)
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Folder to write the PNG files to; one that exists must be empty.", valueName: "dir"))
  var out: String?

  @Flag(help: "Print one SHA-256 of all portraits' RGB bytes, one portrait after the other.")
  var digest = false

  func validate() throws {
    guard Portraits.counts.contains(count) else {
      throw ValidationError("--count \(count): expected 1 to \(Portraits.counts.upperBound)")
    }
    guard Portraits.sizes.contains(size) else {
      throw ValidationError(
        "--size \(size): expected \(Portraits.sizes.lowerBound) to \(Portraits.sizes.upperBound)")
    }
    guard out != nil || digest else { throw ValidationError("expected --out DIR, --digest or both, found neither") }
    if out?.isEmpty == true { throw ValidationError("--out: expected a folder, found an empty text") }
  }

  func run() throws {
    let portraits = Portraits(count: count, size: size, seed: seed)
    if let out { try write(portraits, to: out) }
    if digest { Terminal.shared.printLine(Self.digest(of: portraits)) }
  }

  private func write(_ portraits: Portraits, to folder: String) throws {
    Processes.Interruption.install()
    do {
      try PictureFolder.write(count: count, to: folder) { index in
        if Processes.Interruption.isRequested { throw Interrupted() }
        return portraits.colorPicture(index)
      }
    } catch let error as Interrupted {
      Terminal.shared.printError("book portraits: \(error); nothing was written")
      throw ExitCode(Interrupted.exitCode)
    }
  }

  /// Drawn in groups on all threads, hashed in order.
  private static func digest(of portraits: Portraits) -> String {
    var hash = SHA256()
    for start in stride(from: 0, to: portraits.count, by: 256) {
      let numbers = start..<min(start + 256, portraits.count)
      for picture in portraits.pictures(numbers) { hash.update(data: picture.pixels) }
    }
    return SHA256.hexadecimal(hash.finalize())
  }
}
