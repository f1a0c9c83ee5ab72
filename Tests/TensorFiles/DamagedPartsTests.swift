import Files
import Foundation
import TensorFiles
import TestSupport
import Testing

/// Files of which a part is damaged, and others that readers of tensors meet.
@Suite struct DamagedPartsTests {
  private func sample(_ name: String) throws -> [UInt8] {
    try FileSystem.read(Repository.sample(name, of: "TensorFiles").path)
  }

  /// The names that are read and those that are damaged, where that is asked for; without, the file is refused.
  private func parts(of bytes: [UInt8]) throws -> (read: [String], damaged: [String]) {
    #expect(throws: FileError.self) { try TensorFile(bytes: bytes, path: "damaged") }
    let file = try TensorFile(bytes: bytes, path: "damaged", leavingDamaged: true)
    return (file.entries.map(\.name), file.unread.filter(\.isDamaged).map(\.name))
  }

  /// The bytes with one of them changed: the last of the stored member's content.
  private func damaging(_ member: String, in bytes: [UInt8]) throws -> [UInt8] {
    let name = Array(member.utf8)
    let headers = bytes.indices.dropLast(30).filter { bytes[$0...].starts(with: [0x50, 0x4B, 3, 4]) }
    let header = try #require(headers.first { ends($0, name, bytes) })
    let extra = Int(bytes[header + 28]) | Int(bytes[header + 29]) << 8
    let nameLength = Int(bytes[header + 26]) | Int(bytes[header + 27]) << 8
    let members = try ZipArchive.members(of: bytes, limit: 1 << 20, file: "whole")
    let size = try #require(members.first { $0.name.hasSuffix(member) }).bytes.count
    var damaged = bytes
    damaged[header + 30 + nameLength + extra + size - 1] ^= 0x10
    return damaged
  }

  private func ends(_ header: Int, _ name: [UInt8], _ bytes: [UInt8]) -> Bool {
    let length = Int(bytes[header + 26]) | Int(bytes[header + 27]) << 8
    return bytes[header + 30..<header + 30 + length].suffix(name.count).elementsEqual(name)
  }

  @Test func `of an archive of arrays whose one member is damaged the others are read`() throws {
    let whole = try sample("numpy-stored.npz")
    let names = try TensorFile(bytes: whole, path: "whole").entries.map(\.name)
    try #require(names.count > 1)
    let found = try parts(of: damaging(names[0] + ".npy", in: whole))
    #expect(found.damaged == [names[0]])
    #expect(found.read == Array(names.dropFirst()))
  }

  @Test func `of a checkpoint whose one storage is damaged the other tensors are read`() throws {
    let whole = try sample("torch-state-dict.pth")
    let names = try TensorFile(bytes: whole, path: "whole").entries.map(\.name)
    try #require(names.count > 1)
    let found = try parts(of: damaging("/data/0", in: whole))
    #expect(found.damaged.count == 1)
    #expect(Set(found.read + found.damaged) == Set(names))
    // Without its description nothing can be said of any.
    let pickle = try damaging("/data.pkl", in: whole)
    #expect(throws: FileError.self) { try TensorFile(bytes: pickle, path: "damaged", leavingDamaged: true) }
  }

  @Test func `of tensors whose one has bytes of another number the others are read`() throws {
    let a = #""a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#
    let header = "{\(a)," + #""b":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}"#
    let bytes =
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
      + [UInt8](repeating: 7, count: 10)
    let found = try parts(of: bytes)
    #expect(found.read == ["b"] && found.damaged == ["a"])
  }

  @Test func `a few bytes behind an archive's end are not minded`() throws {
    for name in ["numpy-stored.npz", "torch-state-dict.pth"] {
      let whole = try sample(name)
      let names = try TensorFile(bytes: whole, path: name).entries.map(\.name)
      #expect(try TensorFile(bytes: whole + [0x0A], path: name).entries.map(\.name) == names)
    }
  }

  @Test(arguments: [
    ("<!DOCTYPE html><html><body>Not found</body></html>", "an HTML page"),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"), ("no weights here", "a text"),
  ])
  func `a text under the name of weights is said to be one`(text: String, what: String) throws {
    let error = #expect(throws: FileError.self) { try TensorFile(bytes: Array(text.utf8), path: "w.safetensors") }
    #expect(error?.description.contains(what) == true, "\(String(describing: error))")
  }

  // MARK: - What pickles hold

  /// A file of before PyTorch 1.6 with this pickled content and no storages.
  private func legacy(_ content: [UInt8]) -> [UInt8] {
    let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let pickles: [[UInt8]] = [[0x8A, 0x0A] + magic, [0x4D, 0xE9, 0x03], [0x7D], content, [0x5D]]
    return pickles.flatMap { [0x80, 0x02] + $0 + [0x2E] }
  }

  @Test func `a long list of losses is read`() throws {
    let numbers = (0..<150_000).flatMap { number in
      [0x47] + withUnsafeBytes(of: (Double(number) / 4).bitPattern.bigEndian) { Array($0) }
    }
    let file = try TensorFile(bytes: legacy([0x5D, 0x28] + numbers + [0x65]), path: "history.pth")
    #expect(file.entries.count == 150_000)
    #expect(file["149999"]?.values == [37_499.75])
  }

  @Test func `half a surrogate pair in a text does no harm`() throws {
    func text(_ bytes: [UInt8]) -> [UInt8] { [0x58, UInt8(bytes.count), 0, 0, 0] + bytes }
    let one: [UInt8] = [0x47, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0]
    let members = text(Array("path".utf8)) + text([0xED, 0xB3, 0xA9, 0x78]) + text(Array("loss".utf8)) + one
    let file = try TensorFile(bytes: legacy([0x7D, 0x28] + members + [0x75]), path: "args.pth")
    #expect(file.entries.map(\.name) == ["loss"])
    let broken = text(Array("path".utf8)) + text([0xC3, 0x28])
    #expect(throws: FileError.self) { try TensorFile(bytes: legacy([0x7D, 0x28] + broken + [0x75]), path: "args.pth") }
  }
}
