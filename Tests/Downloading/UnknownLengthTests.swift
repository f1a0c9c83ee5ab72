import Downloading
import Files
import Foundation
import TestSupport
import Testing

/// Downloads whose publisher says only how the hash begins, not how long the file is.
@Suite struct UnknownLengthTests {
  private let folder: TemporaryFolder
  private static let bytes: [UInt8] = {
    var random = Mutator(seed: 12)
    return (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next() >> 30) }
  }()

  init() throws {
    folder = try TemporaryFolder()
    setenv("no_proxy", "127.0.0.1", 1)
  }

  private var part: String { folder("file.bin.part") }

  private func download(_ server: LoopbackServer, limit: Int = 1 << 20, digest: String? = nil) throws -> Download {
    Download(
      fileName: "file.bin", address: server.address(), byteCount: nil, limit: limit, algorithm: .sha256,
      digest: try digest ?? String(MessageDigest.hexadecimal(of: Self.bytes, .sha256).prefix(8)))
  }

  private func fetch(_ server: LoopbackServer) throws {
    var found: [UInt8] = []
    try download(server).fetch(into: folder.path) { found = $0 }
    #expect(found == Self.bytes)
    #expect(folder.names.isEmpty)
  }

  private func failure(_ server: LoopbackServer, limit: Int = 1 << 20, digest: String? = nil) throws -> DownloadError? {
    #expect(throws: DownloadError.self) {
      try download(server, limit: limit, digest: digest).fetch(into: folder.path) { _ in Issue.record("was finished") }
    }
  }

  @Test func `the server's word on the length is taken, or none where it says nothing`() throws {
    try fetch(LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) })
    try fetch(LoopbackServer { _ in [.head(200, [:]), .body(Self.bytes)] })
  }

  @Test func `what broke off goes on from there`() throws {
    let server = try LoopbackServer { request in
      LoopbackServer.file(Self.bytes, for: request, upTo: request.rangeStart == nil ? 100_000 : .max)
    }
    guard case .brokenOff(server.address(), 100_000, 300_000, _)? = try failure(server) else {
      Issue.record("expected a file that broke off")
      return
    }
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [nil, 100_000])
  }

  @Test func `a part that is whole is known by its hash once the server has nothing behind it`() throws {
    let server = try LoopbackServer { request in
      request.rangeStart == nil ? LoopbackServer.file(Self.bytes, for: request) : [.head(416, ["Content-Length": "0"])]
    }
    try AtomicFile.write(Self.bytes, to: part)
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [300_000])
    try AtomicFile.write(Self.bytes + [1], to: part)
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [300_000, 300_001, nil])
  }

  @Test func `a file longer than the limit is refused, announced or not`() throws {
    let announced = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    #expect(
      try failure(announced, limit: 200_000)
        == .length(address: announced.address(), expected: 200_000, found: "300000"))
    let silent = try LoopbackServer { _ in [.head(200, [:]), .body(Self.bytes)] }
    #expect(
      try failure(silent, limit: 200_000) == .length(address: silent.address(), expected: 200_000, found: "more"))
    #expect(folder.names.isEmpty)
  }

  @Test func `another file is named by the digits that were expected, and nothing of it stays`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    let error = try failure(server, digest: "00000000")
    let found = try MessageDigest.hexadecimal(of: Self.bytes, .sha256)
    #expect(error == .digest(address: server.address(), algorithm: .sha256, expected: "00000000", found: found))
    #expect(error.map { "\($0)".contains("SHA-256 00000000…") } == true)
    #expect(folder.names.isEmpty)
  }
}
