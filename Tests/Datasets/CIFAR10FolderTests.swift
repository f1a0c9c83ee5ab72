import Datasets
import Files
import Foundation
import Pictures
import TestSupport
import Testing

/// The reader on small files of the official layout: three records a file instead of 10,000.
@Suite struct CIFAR10FolderTests {
  private static let recordByteCount = 3073
  private static let fileByteCount = 3 * recordByteCount

  /// Record `number` of all: label number mod 10, pixels that tell planes and positions apart.
  private func record(_ number: Int) -> [UInt8] {
    [UInt8(number % 10)] + (0..<3072).map { UInt8(truncatingIfNeeded: number * 7 + $0 / 1024 * 50 + $0 % 1024) }
  }

  private func writeBatches(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for file in 0..<5 {
      try write((0..<3).flatMap { record(file * 3 + $0) }, to: folder + "/data_batch_\(file + 1).bin")
    }
    try write((0..<3).flatMap { record(90 + $0) }, to: folder + "/test_batch.bin")
  }

  private func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

  private func read(_ folder: String, _ split: CIFAR10.Split = .training) throws -> CIFAR10 {
    try CIFAR10(folder: folder, split: split, recordsPerFile: 3)
  }

  @Test func `records of all files come in order from the folder or the one it holds`() throws {
    try withTemporaryFolder { folder in
      try writeBatches(to: folder + "/cifar-10-batches-bin")
      for path in [folder, folder + "/cifar-10-batches-bin"] {
        let data = try read(path)
        #expect(data.count == 15)
        for index in 0..<15 {
          #expect(data.label(index) == index % 10)
          let expected = Array(record(index).dropFirst())
          let picture = data.picture(index)
          #expect(picture.width == 32 && picture.height == 32 && picture.channels == 3)
          for plane in 0..<3 {
            #expect((0..<1024).allSatisfy { picture.pixels[$0 * 3 + plane] == expected[plane * 1024 + $0] })
          }
        }
      }
      #expect(try read(folder, .test).label(2) == 2)
      #expect(try read(folder, .test).count == 3)
    }
  }

  @Test func `missing folder is named`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/nowhere"
      #expect(throws: CIFAR10Error.missingFolder(path: path)) { try read(path) }
    }
  }

  @Test func `a file that is no archive is named`() throws {
    try withTemporaryFolder { folder in
      try write([1], to: folder + "/file")
      #expect {
        try read(folder + "/file")
      } throws: { error in
        (error as? FileError)?.defect == .badContainer && (error as? FileError)?.file == folder + "/file"
      }
    }
  }

  @Test func `the official archive is read without unpacking it`() throws {
    try withTemporaryFolder { folder in
      try writeBatches(to: folder + "/cifar-10-batches-bin")
      let archive = folder + "/cifar-10-binary.tar.gz"
      let packed = try ChildProcess.run("tar", ["-czf", archive, "-C", folder, "cifar-10-batches-bin"], isBuilt: false)
      #expect(packed.code == 0)
      let unpacked = try read(folder)
      let data = try read(archive)
      #expect(data.count == 15)
      for index in 0..<15 { #expect(data.picture(index) == unpacked.picture(index)) }
      try write(Array((0..<3).flatMap(record).dropLast()), to: folder + "/cifar-10-batches-bin/data_batch_2.bin")
      _ = try ChildProcess.run("tar", ["-czf", archive, "-C", folder, "cifar-10-batches-bin"], isBuilt: false)
      #expect(
        throws: CIFAR10Error.truncated(
          path: archive + "/cifar-10-batches-bin/data_batch_2.bin", offset: Self.fileByteCount - 1,
          expected: Self.fileByteCount)
      ) { try read(archive) }
    }
  }

  @Test func `folder without batches is named with what it should hold`() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: CIFAR10Error.self) { try read(folder) }
      let text = error.map(String.init(describing:)) ?? ""
      #expect(text.hasPrefix("\(folder): expected data_batch_1.bin, data_batch_2.bin"))
      #expect(text.contains("cifar-10-batches-bin"))
      try FileManager.default.createDirectory(
        atPath: folder + "/cifar-10-batches-bin", withIntermediateDirectories: true)
      #expect(throws: CIFAR10Error.self) { try read(folder) }
    }
  }

  @Test func `missing file among the batches is named`() throws {
    try withTemporaryFolder { folder in
      try writeBatches(to: folder)
      try FileManager.default.removeItem(atPath: folder + "/data_batch_3.bin")
      #expect(throws: CIFAR10Error.missingBatch(path: folder + "/data_batch_3.bin")) { try read(folder) }
    }
  }

  @Test(arguments: [0, 1, 3072, 3073, 6146, 9218])
  func `truncated file is named with the byte where it ends`(length: Int) throws {
    try withTemporaryFolder { folder in
      try writeBatches(to: folder)
      let path = folder + "/data_batch_2.bin"
      try write(Array((3..<6).flatMap(record).prefix(length)), to: path)
      #expect(throws: CIFAR10Error.truncated(path: path, offset: length, expected: Self.fileByteCount)) {
        try read(folder)
      }
    }
  }

  @Test(arguments: [1, 3073]) func `oversized file is named with the byte where it should end`(extra: Int) throws {
    try withTemporaryFolder { folder in
      try writeBatches(to: folder)
      let path = folder + "/data_batch_5.bin"
      try write(Array((12..<17).flatMap(record).prefix(Self.fileByteCount + extra)), to: path)
      let expected = CIFAR10Error.oversized(
        path: path, offset: Self.fileByteCount, byteCount: Self.fileByteCount + extra)
      #expect(throws: expected) { try read(folder) }
    }
  }

  @Test func `label above nine is named with record and byte`() throws {
    try withTemporaryFolder { folder in
      try writeBatches(to: folder)
      let path = folder + "/data_batch_4.bin"
      var bytes = (9..<12).flatMap(record)
      bytes[2 * Self.recordByteCount] = 10
      try write(bytes, to: path)
      #expect(throws: CIFAR10Error.label(path: path, record: 2, offset: 6146, found: 10)) { try read(folder) }
    }
  }

  @Test func `folder in place of a file is refused`() throws {
    try withTemporaryFolder { folder in
      try writeBatches(to: folder)
      let path = folder + "/data_batch_1.bin"
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      #expect { try read(folder) } throws: { error in
        (error as? FileError)?.defect == .notARegularFile && (error as? FileError)?.file == path
      }
    }
  }
}
