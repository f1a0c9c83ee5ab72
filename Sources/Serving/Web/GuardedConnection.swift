/// One connection of a client: one request, whole and small, and its answer.
struct GuardedConnection {
  enum Arrival {
    case request([UInt8])
    /// The client said nothing, or went away.
    case nothing
    case refused(code: Int, phrase: String, reason: String)
  }

  private let descriptor: Int32
  private let limits: Guard.Limits

  init(_ descriptor: Int32, _ limits: Guard.Limits) {
    self.descriptor = descriptor
    self.limits = limits
  }

  // MARK: - The request

  func readRequest() -> Arrival {
    let deadline = ContinuousClock.now + .seconds(limits.patience)
    var bytes: [UInt8] = []
    var end: Int?
    while end == nil {
      guard bytes.count <= limits.head else {
        return .refused(
          code: 431, phrase: "Request Header Fields Too Large", reason: "the head of the request is too long")
      }
      guard let more = receive(by: deadline) else {
        return bytes.isEmpty
          ? .nothing : .refused(code: 408, phrase: "Request Timeout", reason: "the request did not arrive in time")
      }
      if more.isEmpty { return .nothing }
      let searched = max(0, bytes.count - 3)
      bytes += more
      end = Self.endOfHead(bytes, from: searched)
    }
    guard let end, end <= limits.head else {
      return .refused(
        code: 431, phrase: "Request Header Fields Too Large", reason: "the head of the request is too long")
    }
    guard let head = RequestHead(bytes[..<end]) else {
      return .refused(code: 400, phrase: "Bad Request", reason: "this is no HTTP request")
    }
    guard let length = head.bodyLength else {
      return .refused(code: 411, phrase: "Length Required", reason: "the length of the body has to be said, once")
    }
    guard length <= limits.body else {
      return .refused(code: 413, phrase: "Content Too Large", reason: "a body has at most \(limits.body) bytes")
    }
    var body = Array(bytes[end...].prefix(length))
    while body.count < length {
      guard let more = receive(by: deadline) else {
        return .refused(code: 408, phrase: "Request Timeout", reason: "the request did not arrive in time")
      }
      if more.isEmpty { return .nothing }
      body += more.prefix(length - body.count)
    }
    return .request(head.forwarded + body)
  }

  /// The bytes that came before the deadline, none at the end of the connection; `nil` where none came.
  private func receive(by deadline: ContinuousClock.Instant) -> [UInt8]? {
    let left = (deadline - ContinuousClock.now).components
    let milliseconds = Int(left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
    guard milliseconds > 0, Platform.wait(toRead: descriptor, or: nil, milliseconds: milliseconds).first else {
      return nil
    }
    return Platform.receive(descriptor, upTo: 16 << 10)
  }

  private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= 4, start <= bytes.count - 4 else { return nil }
    for index in start...bytes.count - 4
    where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
      return index + 4
    }
    return nil
  }

  // MARK: - The answer

  /// Sends all bytes, as long as the client takes some now and then.
  func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard Platform.waitToWrite(descriptor, milliseconds: Int(limits.patience * 1000)),
        let count = Platform.send(rest, to: descriptor)
      else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// `waits` for a client that is still talking, so that it hears the answer.
  func refuse(_ code: Int, _ phrase: String, _ reason: String, waits: Bool = true) {
    let text = reason + "\n"
    _ = send(
      Array(
        """
        HTTP/1.1 \(code) \(phrase)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count)\r
        Connection: close\r\nX-Content-Type-Options: nosniff\r\n\r\n\(text)
        """.utf8))
    Platform.endWriting(descriptor)
    guard waits else { return }
    // Closing with unread bytes resets the connection, and the client might lose the answer.
    var rounds = 0
    while rounds < 64, Platform.wait(toRead: descriptor, or: nil, milliseconds: 50).first,
      !Platform.receive(descriptor, upTo: 16 << 10).isEmpty
    { rounds += 1 }
  }

  /// Hands on what `server` answers, until its end or until the client has gone.
  func pass(answerOf server: Int32) {
    while true {
      // A server with nothing to say is not gone: events may be rare.
      let ready = Platform.wait(toRead: server, or: descriptor, milliseconds: 60_000)
      if ready.first {
        let bytes = Platform.receive(server, upTo: 64 << 10)
        guard !bytes.isEmpty, send(bytes) else { return Platform.endWriting(descriptor) }
      } else if ready.second {
        // The client has gone, or goes on talking: neither wants the rest.
        return
      }
    }
  }
}
