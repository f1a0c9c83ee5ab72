import Downloading
import Files
import Foundation
import TestSupport
import Testing

/// Downloads from a server on the loopback interface that does what servers and networks do.
@Suite struct FetchTests {
  private let folder: TemporaryFolder
  /// Large enough for many packets.
  private static let bytes: [UInt8] = {
    var random = Mutator(seed: 11)
    return (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next() >> 30) }
  }()

  init() throws {
    folder = try TemporaryFolder()
    // A proxy for the outside would not find the loopback interface.
    setenv("no_proxy", "127.0.0.1", 1)
  }

  private var part: String { folder("file.bin.part") }

  private func download(_ address: String, digest: String? = nil) throws -> Download {
    Download(
      fileName: "file.bin", address: address, byteCount: Self.bytes.count, algorithm: .md5,
      digest: try digest ?? MessageDigest.hexadecimal(of: Self.bytes, .md5))
  }

  /// Fetches; what came, which must be the file.
  private func fetch(_ server: LoopbackServer, digest: String? = nil) throws {
    var found: [UInt8] = []
    try download(server.address(), digest: digest).fetch(into: folder.path) { found = $0 }
    #expect(found == Self.bytes)
    #expect(folder.names.isEmpty)
  }

  private func failure(_ server: LoopbackServer, digest: String? = nil) throws -> DownloadError? {
    #expect(throws: DownloadError.self) {
      try download(server.address(), digest: digest).fetch(into: folder.path) { _ in Issue.record("was finished") }
    }
  }

  @Test func `a file that comes whole is handed over, and no part of it stays`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    try fetch(server)
    #expect(server.requests.count == 1 && server.requests[0].rangeStart == nil)
    #expect(server.requests[0].fields["accept-encoding"] == "identity")
  }

  @Test func `what broke off goes on from there`() throws {
    let server = try LoopbackServer { request in
      LoopbackServer.file(Self.bytes, for: request, upTo: request.rangeStart == nil ? 100_000 : 150_000)
    }
    for arrived in [100_000, 250_000] {
      guard case .brokenOff(server.address(), arrived, 300_000, _)? = try failure(server) else {
        Issue.record("no error for \(arrived) bytes")
        return
      }
      #expect(try FileSystem.read(part) == Array(Self.bytes[..<arrived]))
    }
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [nil, 100_000, 250_000])
  }

  @Test func `a server that knows no ranges begins anew`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0, knowsRanges: false) }
    try AtomicFile.write(Array(Self.bytes[..<70_000]), to: part)
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [70_000])
  }

  @Test func `a whole part is not fetched again, one that is too long is`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    try AtomicFile.write(Self.bytes, to: part)
    try fetch(server)
    #expect(server.requests.isEmpty)
    try AtomicFile.write(Self.bytes + [1], to: part)
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [nil])
  }

  @Test func `a refused range is followed by a request for everything, once`() throws {
    let server = try LoopbackServer { request in
      request.rangeStart == nil ? LoopbackServer.file(Self.bytes, for: request) : [.head(416, [:])]
    }
    try AtomicFile.write(Array(Self.bytes[..<70_000]), to: part)
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [70_000, nil])
    let stubborn = try LoopbackServer { _ in [.head(416, ["Content-Length": "0"])] }
    try AtomicFile.write(Array(Self.bytes[..<70_000]), to: part)
    #expect(try failure(stubborn) == .status(address: stubborn.address(), code: 416))
    #expect(stubborn.requests.count == 2 && folder.names.isEmpty)
  }

  @Test(arguments: [299_999, 300_001, 0]) func `another announced length is refused before anything is written`(
    length: Int
  ) throws {
    let server = try LoopbackServer { _ in
      [.head(200, ["Content-Length": "\(length)"]), .body(Array((Self.bytes + [7]).prefix(length)))]
    }
    #expect(
      try failure(server) == .length(address: server.address(), expected: 300_000, found: "\(length)"))
    #expect(folder.names.isEmpty)
  }

  @Test func `a body without a length is taken where it is as long as the file, and never longer`() throws {
    try fetch(LoopbackServer { _ in [.head(200, [:]), .body(Self.bytes)] })
    let longer = try LoopbackServer { _ in [.head(200, [:]), .body(Self.bytes + Self.bytes)] }
    #expect(try failure(longer) == .length(address: longer.address(), expected: 300_000, found: "more"))
    #expect(folder.names.isEmpty)
    let shorter = try LoopbackServer { _ in [.head(200, [:]), .body(Array(Self.bytes.dropLast()))] }
    guard case .brokenOff(_, 299_999, 300_000, _)? = try failure(shorter) else {
      Issue.record("expected a file that broke off")
      return
    }
  }

  @Test(arguments: [
    "bytes 0-299999/300000", "bytes 70001-299999/300000", "bytes 70000-299998/299999", "bytes x", "",
    "bytes 70000-69999/300000", "bytes 99999999999999999999-1/300000",
  ]) func `a range that is not the one asked for is refused, and the part stays`(range: String) throws {
    let server = try LoopbackServer { _ in [.head(206, ["Content-Range": range]), .body(Self.bytes)] }
    try AtomicFile.write(Array(Self.bytes[..<70_000]), to: part)
    guard case .length(server.address(), _, _)? = try failure(server) else {
      Issue.record("\(range) was taken")
      return
    }
    #expect(try FileSystem.read(part) == Array(Self.bytes[..<70_000]))
  }

  @Test func `the wrong file is named by both digests, and nothing of it stays`() throws {
    var wrong = Self.bytes
    wrong[1234] ^= 1
    let bytes = wrong
    let server = try LoopbackServer { LoopbackServer.file(bytes, for: $0) }
    let expected = try MessageDigest.hexadecimal(of: Self.bytes, .md5)
    let found = try MessageDigest.hexadecimal(of: wrong, .md5)
    let error = try failure(server)
    #expect(error == .digest(address: server.address(), algorithm: .md5, expected: expected, found: found))
    #expect(error.map { "\($0)".contains(expected) && "\($0)".contains(found) && "\($0)".contains("MD5") } == true)
    #expect(folder.names.isEmpty)
  }

  @Test func `a damaged part is found out at the end, and the next call begins anew`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    try AtomicFile.write([UInt8](repeating: 0, count: 70_000), to: part)
    guard case .digest? = try failure(server) else {
      Issue.record("taken")
      return
    }
    try fetch(server)
    #expect(server.requests.map(\.rangeStart) == [70_000, nil])
  }

  @Test(arguments: [403, 404, 500, 503]) func `another status is named, and a part stays`(code: Int) throws {
    let page = Array("<h1>no</h1>".utf8)
    let server = try LoopbackServer { _ in [.head(code, ["Content-Length": "\(page.count)"]), .body(page)] }
    #expect(try failure(server) == .status(address: server.address(), code: code))
    #expect(folder.names.isEmpty)
    try AtomicFile.write(Array(Self.bytes[..<70_000]), to: part)
    #expect(try failure(server) == .status(address: server.address(), code: code))
    #expect(try FileSystem.read(part) == Array(Self.bytes[..<70_000]))
  }

  @Test func `a redirection is followed, and goes on where the part ends`() throws {
    let server = try LoopbackServer { request in
      request.path == "/file"
        ? [.head(302, ["Location": "/elsewhere", "Content-Length": "0"])]
        : LoopbackServer.file(Self.bytes, for: request)
    }
    try AtomicFile.write(Array(Self.bytes[..<70_000]), to: part)
    try fetch(server)
    #expect(server.requests.map(\.path) == ["/file", "/elsewhere"])
    #expect(server.requests.last?.rangeStart == 70_000)
  }

  @Test(.timeLimit(.minutes(2))) func `stopped in the middle it keeps what has arrived`() throws {
    let server = try LoopbackServer { request in
      guard request.rangeStart == nil else { return LoopbackServer.file(Self.bytes, for: request) }
      return [.head(200, ["Content-Length": "300000"]), .body(Array(Self.bytes[..<50_000])), .pause(600)]
    }
    var count = 0
    #expect(throws: DownloadError.interrupted(arrived: 50_000, expected: 300_000)) {
      try download(server.address()).fetch(
        into: folder.path, progress: { count = $0 }, isCancelled: { count == 50_000 }
      ) { _ in }
    }
    #expect(try FileSystem.read(part) == Array(Self.bytes[..<50_000]))
    try fetch(server)
  }

  @Test func `where nobody answers one error says so, and nothing is left`() throws {
    var gone: LoopbackServer? = try LoopbackServer { _ in [] }
    let silent = try #require(gone)
    guard case .noAnswer? = try failure(silent) else {
      Issue.record("expected no answer from a connection that closes")
      return
    }
    let address = silent.address()
    gone = nil
    #expect(folder.names.isEmpty)
    for address in [address.replacing("127.0.0.1", with: "127.0.0.1.invalid")] {
      let error = #expect(throws: DownloadError.self) { try download(address).fetch(into: folder.path) { _ in } }
      guard case .noAnswer? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: ["", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "cifar", "http:// /"])
  func `what is no address of the web is refused`(address: String) throws {
    #expect(throws: DownloadError.address(address)) { try download(address).fetch(into: folder.path) { _ in } }
    #expect(folder.names.isEmpty)
  }

  @Test func `where the bytes cannot be used the part stays, and nothing is fetched again`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    struct Refused: Error {}
    #expect(throws: Refused.self) { try download(server.address()).fetch(into: folder.path) { _ in throw Refused() } }
    #expect(folder.names == ["file.bin.part"])
    try fetch(server)
    #expect(server.requests.count == 1)
  }

  @Test func `one at a time fetches into a folder`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    try download(server.address()).fetch(into: folder.path) { _ in
      let error = #expect(throws: DownloadError.self) {
        try download(server.address()).fetch(into: folder.path) { _ in }
      }
      guard case .folderInUse(folder.path, _)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func `a folder in place of the part, and a file in place of the folder, are refused by name`() throws {
    let server = try LoopbackServer { LoopbackServer.file(Self.bytes, for: $0) }
    try FileSystem.createFolder(part)
    let error = #expect(throws: FileError.self) { try download(server.address()).fetch(into: folder.path) { _ in } }
    #expect(error?.file == part)
    try AtomicFile.write("mine", to: folder("taken"))
    #expect(throws: FileError.self) { try download(server.address()).fetch(into: folder("taken")) { _ in } }
    #expect(server.requests.isEmpty)
  }
}
