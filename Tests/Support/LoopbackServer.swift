import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An HTTP server on the loopback interface that answers as a test tells it: well, slowly, wrongly, or not to the end.
package final class LoopbackServer {
  package struct Request: Sendable {
    package let path: String
    /// By lowercase name.
    package let fields: [String: String]

    /// The N of "Range: bytes=N-".
    package var rangeStart: Int? {
      fields["range"].flatMap { $0.wholeMatch(of: /bytes=([0-9]+)-/) }.flatMap { Int($0.1) }
    }
  }

  /// What is sent before the connection is closed.
  package enum Piece: Sendable {
    case head(Int, [String: String])
    case body([UInt8])
    case pause(Double)
  }

  private let connections: Connections
  package let port: UInt16
  package func address(_ path: String = "/file") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// All requests so far.
  package var requests: [Request] { connections.lock.withLock { connections.requests } }

  package init(_ answer: @escaping @Sendable (Request) -> [Piece]) throws {
    #if canImport(Glibc)
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        [bind(listener, name, size), listen(listener, 8), getsockname(listener, name, &size)]
      }
    }
    guard listener >= 0, result == [0, 0, 0] else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    port = UInt16(bigEndian: name.sin_port)
    connections = Connections(listener, answer)
    let connections = connections
    Thread { connections.acceptAll() }.start()
  }

  deinit { shutdown(connections.listener, Int32(SHUT_RDWR)) }

  /// A file as good servers send it: from where it is asked for, or all of it where they know no ranges; `upTo` bytes
  /// of that.
  package static func file(
    _ bytes: [UInt8], for request: Request, knowsRanges: Bool = true, upTo limit: Int = .max
  ) -> [Piece] {
    guard let start = request.rangeStart, knowsRanges else {
      return [.head(200, ["Content-Length": "\(bytes.count)"]), .body(Array(bytes.prefix(limit)))]
    }
    guard start < bytes.count else { return [.head(416, ["Content-Range": "bytes */\(bytes.count)"])] }
    let range = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
    return [
      .head(206, ["Content-Range": range, "Content-Length": "\(bytes.count - start)"]),
      .body(Array(bytes[start...].prefix(limit))),
    ]
  }
}

private final class Connections: @unchecked Sendable {
  let listener: Int32
  let answer: @Sendable (LoopbackServer.Request) -> [LoopbackServer.Piece]
  let lock = NSLock()
  var requests: [LoopbackServer.Request] = []

  init(_ listener: Int32, _ answer: @escaping @Sendable (LoopbackServer.Request) -> [LoopbackServer.Piece]) {
    self.listener = listener
    self.answer = answer
  }

  func acceptAll() {
    while true {
      let connection = accept(listener, nil, nil)
      if connection < 0 { break }
      Thread { [self] in
        serve(connection)
        close(connection)
      }.start()
    }
    close(listener)
  }

  private func serve(_ connection: Int32) {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      text += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
    let lines = text.components(separatedBy: "\r\n")
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
    }
    let path = lines[0].split(separator: " ").dropFirst().first.map { String($0) } ?? ""
    let request = LoopbackServer.Request(path: path, fields: Dictionary(fields) { $1 })
    lock.withLock { requests.append(request) }
    for piece in answer(request) {
      switch piece {
      case .pause(let seconds): Thread.sleep(forTimeInterval: seconds)
      case .body(let bytes): if !send(bytes, to: connection) { return }
      case .head(let status, let fields):
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        let head = "HTTP/1.1 \(status) Test\r\n\(lines)Connection: close\r\n\r\n"
        if !send(Array(head.utf8), to: connection) { return }
      }
    }
    shutdown(connection, Int32(SHUT_WR))
    // Closing with unread bytes would reset the connection, and the client might lose what it has not read yet.
    while recv(connection, &buffer, buffer.count, 0) > 0 {}
  }

  private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      #if canImport(Glibc)
        let flags = Int32(MSG_NOSIGNAL)
      #else
        let flags: Int32 = 0
      #endif
      let step = bytes[sent...].withUnsafeBytes {
        #if canImport(Glibc)
          Glibc.send(connection, $0.baseAddress, $0.count, flags)
        #else
          Darwin.send(connection, $0.baseAddress, $0.count, flags)
        #endif
      }
      if step <= 0 { return false }
      sent += step
    }
    return true
  }
}
