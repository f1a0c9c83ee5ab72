import Files
import Foundation
import Goldens
import Synchronization
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Files survive whatever stops their writer: each is the old one or the new one.
@Suite struct FaultInjectionTests {
  let folder: TemporaryFolder
  private let old: Manifest
  private let blessing: Blessing

  init() throws {
    folder = try TemporaryFolder()
    let recording = try recording { r in
      for index in 0..<50 { r.record("entry-\(index)", scalar: Double(index), tight, at: here) }
    }
    var writer = GoldenSetWriter(chapter: "98-test")
    writer.add(recording, blessed: false)
    try writer.write(to: folder("g"))
    let goldens = try GoldenSet(readingFrom: folder("g"))
    old = goldens.manifest
    blessing = Blessing(goldens.manifest, results: [Checker(goldens: goldens).check(recording)])
  }

  /// Calls of which the n-th fails, or passes only half of its bytes, with the given errno.
  private static func failing(at step: Int, errno code: Int32) -> FileSystemCalls {
    let counter = Mutex(0)
    let plain = FileSystemCalls()
    @Sendable func isDue() -> Bool {
      counter.withLock { counter in
        counter += 1
        return counter - 1 == step
      }
    }
    var calls = FileSystemCalls()
    calls.write = { descriptor, bytes, count in
      guard isDue() else { return plain.write(descriptor, bytes, min(count, 512)) }
      errno = code
      return -1
    }
    calls.synchronize = { descriptor in
      guard isDue() else { return plain.synchronize(descriptor) }
      errno = code
      return -1
    }
    calls.rename = { old, new in
      guard isDue() else { return plain.rename(old, new) }
      errno = code
      return -1
    }
    return calls
  }

  @Test(arguments: [ENOSPC, EIO, EDQUOT, EROFS]) func `a blessing that fails at any system call leaves old or new`(
    code: Int32
  ) throws {
    let path = folder("g/manifest.json")
    let before = try FileSystem.read(path)
    var failures = 0
    for step in 0..<1000 {
      let result = Result {
        try FileSystemCalls.$current.withValue(Self.failing(at: step, errno: code)) {
          try blessing.blessed(provenance: [:]).write()
        }
      }
      let after = try Manifest(contentsOf: path)
      if case .success = result {
        #expect(after.digests[.float64]?.count == 50)
        break
      }
      failures += 1
      let isOld = try FileSystem.read(path) == before
      #expect(isOld || after.digests[.float64]?.count == 50)
      #expect(
        try FileSystem.list(folder("g")) == ["log.txt", "manifest.json", "reference.safetensors.zst"], "step \(step)")
    }
    // Many writes, the fsync, the rename, the folder's fsync.
    #expect(failures > 10)
  }

  @Test func `a recording that fails at any system call is read as nothing, or as what was written`() throws {
    let recording = try recording { r in
      r.record("a", Tensor((0..<3000).map(Double.init), shape: [3000]), tight, at: here)
      r.record(log: "line 1.0", tight, at: here)
    }
    var failures = 0
    for step in 0..<1000 {
      try? Recording.remove(from: folder.path, .float64)
      let result = Result {
        try FileSystemCalls.$current.withValue(Self.failing(at: step, errno: ENOSPC)) {
          try recording.write(to: folder.path)
        }
      }
      if case .success = result { break }
      failures += 1
      if let back = try? Recording(readingFrom: folder.path, .float64) {
        #expect(back.entries.map(\.value.digest) == recording.entries.map(\.value.digest))
      }
    }
    #expect(failures > 40)
  }
}
