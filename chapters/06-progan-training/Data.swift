//src begin
import Checkpoints
import Datasets
import GANBook
import Synchronization

/// Data sets that need no folder, by the name that `--data` takes.
enum BuiltInData: String, CaseIterable {
  case portraits
  case photographs = "embedded-cifar10"
}

/// What a run trains on, and what a resumed one must find again.
struct OpenedData {
  let images: any ImageDataset
  /// Says which pictures they are: those of this package by what makes them, all others by a digest of their names and
  /// contents.
  let name: String

  init(_ images: any ImageDataset, name: String) { (self.images, self.name) = (images, name) }

  init(_ portraits: Portraits) {
    self.init(portraits, name: "\(Checkpoint.builtIn) portraits, \(portraits.count) of \(portraits.size) px")
  }

  var identity: [String: String] { ["images": String(images.count), Checkpoint.dataKey: name] }
}

/// The package's own pictures, CIFAR-10 where the folder or archive holds it, else the folder's pictures, all of them
/// looked at.
func openData(_ name: String, profile: Profile, skippingDamaged: Bool) throws -> OpenedData {
  switch BuiltInData(rawValue: name) {
  case .portraits: return OpenedData(Portraits(count: 4000, size: profile == .full ? 128 : 64, seed: 0))
  case .photographs: return OpenedData(try CIFAR10.embedded(), name: "\(Checkpoint.builtIn) CIFAR-10")
  case nil: break
  }
  if let other = OtherCIFAR(at: name) { throw other }
  let isArchive =
    FileSystem.kind(of: name) == .file && [".tar.gz", ".tgz"].contains(where: name.lowercased().hasSuffix)
  guard FileSystem.kind(of: name) == .folder || isArchive else {
    let names = BuiltInData.allCases.map(\.rawValue).joined(separator: ", ")
    throw ChapterError(
      "--data \(name.visible): expected a folder of pictures or one of \(names), found no folder of that name")
  }
  if CIFAR10.isHeld(by: name) {
    let data = try CIFAR10(folder: name)
    return OpenedData(data, name: "CIFAR-10 \(data.digest)")
  }
  let folder = try ImageFolder(name)
  let progress = ProgressBar("looking at the pictures", total: folder.count)
  defer { progress.finish() }
  let done = Mutex(0)
  let verified = try VerifiedFolder(folder, leavingOut: skippingDamaged) {
    done.withLock { count in
      count += 1
      progress.advance(to: count)
    }
  }
  for problem in verified.leftOut { Terminal.shared.printError("--skip-damaged: without \(name.visible)/\(problem)") }
  let leftOut = verified.leftOut.isEmpty ? "" : ", \(verified.leftOut.count) left out"
  return OpenedData(verified.images, name: "pictures \(verified.digest)\(leftOut)")
}
//src end
