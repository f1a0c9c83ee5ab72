import Datasets
import EventLog
import Files
import Foundation
import Goldens
import Literate
import Pictures
import TensorFiles
import Tensors
import TestSupport

/// What reads files of strangers, or files that a crash or a disk may have damaged.
enum Reader: String, CaseIterable {
  case png, jpeg, cifar, packed, tar, json, journal, goldens, manifest, ledger, recording, tolerances
  case seeds, comments, stamp, trace, layers, fingerprints
  case npy, npz, safetensors, pth, zip, zstd, events

  /// The files to damage. What is read from a folder is written to `folder`.
  func subjects(_ folder: String) throws -> [Subject] {
    switch self {
    case .png, .jpeg: try pictures()
    case .cifar: try cifar(folder)
    case .packed: [packed()]
    case .tar: try archives()
    case .json: try texts()
    case .journal: try journals(folder)
    case .goldens, .manifest: try goldenSet(folder)
    case .ledger: try ledgers()
    case .recording: try recordings(folder)
    case .tolerances:
      [
        Subject(name: "tolerances", bytes: Array("# names\n*.weight 1e-6 1e-5\na b exact\n* ulp 2\n".utf8)) {
          _ = try ToleranceTable(text: $0, file: "tolerances").tolerance(for: "a.weight")
        }
      ]
    case .seeds: seedDistributions()
    case .comments: reviewComments()
    case .stamp: buildStamps()
    case .trace: try traces()
    case .layers: try layers()
    case .fingerprints: fingerprints(folder)
    case .npy, .npz, .safetensors, .pth, .zstd: try tensorFiles()
    case .zip: try zips()
    case .events: try eventFiles(folder)
    }
  }
}

/// An error that a reader may throw at a damaged file.
protocol FuzzedError: Error { var kindOfDefect: String { get } }

extension FileError: FuzzedError { var kindOfDefect: String { defect.rawValue } }
extension PNGError: FuzzedError { var kindOfDefect: String { "PNG" } }
extension JPEGError: FuzzedError { var kindOfDefect: String { "JPEG" } }
extension PictureFileError: FuzzedError { var kindOfDefect: String { "not a picture" } }
extension CIFAR10Error: FuzzedError { var kindOfDefect: String { "CIFAR-10" } }
extension OtherCIFAR: FuzzedError { var kindOfDefect: String { "another CIFAR" } }
extension WeavingError: FuzzedError { var kindOfDefect: String { "journal" } }

// MARK: - What lies in Tests

extension Reader {
  /// The files of a module's samples with such an ending.
  private func samples(of module: String, _ folders: [String], endings: [String]) throws -> [(
    path: String, bytes: [UInt8]
  )] {
    try folders.flatMap { inner -> [(path: String, bytes: [UInt8])] in
      let folder = Repository.sample(inner, of: module).path
      let names = try FileSystem.list(folder).filter { name in endings.contains { name.hasSuffix($0) } }
      return try names.map { ("\(folder)/\($0)", try FileSystem.read("\(folder)/\($0)")) }
    }
  }

  private func pictures() throws -> [Subject] {
    var files = try samples(
      of: "Pictures", ["png", "jpeg", "reported"], endings: self == .png ? [".png"] : [".jpg", ".jpeg"])
    // Hundreds of oddities, of which every twentieth is enough.
    struct Oddity: Decodable { let kind, bytes: String }
    let oddities = try JSONDecoder().decode(
      [Oddity].self, from: Data(contentsOf: Repository.sample("oddities.json", of: "Pictures")))
    for (number, oddity) in oddities.enumerated() where number % 6 == 0 {
      guard let data = Data(base64Encoded: oddity.bytes), data.starts(with: [self == .png ? 0x89 : 0xFF]) else {
        continue
      }
      files.append(("oddity-\(number)", Array(data)))
    }
    return files.filter { $0.bytes.count < 64 << 10 }.map { path, bytes in
      Subject(name: path, bytes: bytes) { bytes in
        try PictureFile.verify(bytes, path: path)
      }
    }
  }

  private func tensorFiles() throws -> [Subject] {
    let endings: [String] =
      switch self {
      case .zstd: [".zst"]
      default: [".\(rawValue)"]
      }
    let files = try samples(of: "TensorFiles", ["", "wild", "reported"], endings: endings)
    return files.map { path, bytes in
      var members: [(name: String, bytes: [UInt8])] = []
      if let found = try? ZipArchive.members(of: bytes, limit: 1 << 20, file: path) {
        members = found.map { ($0.name, $0.bytes) }
      }
      return Subject(name: path, bytes: bytes, members: members) { bytes in
        let file = try TensorFile(bytes: bytes, path: path)
        for entry in file.entries { _ = entry.values.count }
      }
    }
  }

  private func zips() throws -> [Subject] {
    let files = try samples(of: "TensorFiles", ["", "wild", "reported"], endings: [".npz", ".pth"])
    return files.filter { ZipArchive.isZip($0.bytes) }.map { path, bytes in
      Subject(name: path, bytes: bytes) { bytes in
        let limit = Zstd.defaultLimit(for: bytes.count)
        _ = try ZipArchive.members(of: bytes, limit: limit, file: path)
      }
    }
  }

  private func goldenSet(_ folder: String) throws -> [Subject] {
    let names = ["manifest.json", "log.txt", "reference.safetensors.zst"]
    let source = Repository.sample("99-fake", of: "Goldens").path
    let files = try names.map { ($0, try FileSystem.read("\(source)/\($0)")) }
    for (name, bytes) in files { overwrite("\(folder)/\(name)", bytes) }
    return files.filter { self == .goldens || $0.0 == "manifest.json" }.map { name, whole in
      Subject(name: name, bytes: whole) { bytes in
        overwrite("\(folder)/\(name)", bytes)
        defer { overwrite("\(folder)/\(name)", whole) }
        if self == .manifest { return _ = try Manifest(contentsOf: "\(folder)/\(name)") }
        let goldens = try GoldenSet(readingFrom: folder)
        _ = goldens.changes(to: goldens)
      }
    }
  }
}
