import Foundation
import Synchronization

/// What stands before the HTTP server: it takes connections on the loopback interface, reads one request of each with a
/// limit for everything, hands it to the server behind it (a Unix socket in a folder of this user's own), and hands the
/// answer back.
///
/// FlyingFox 0.27 reads lines of any length for as long as a client likes, from any number of clients. Here a request
/// is small and comes at once, or not at all. A connection is one request: what follows it is never looked at.
package final class Guard: Sendable {
  package struct Limits: Sendable {
    /// Bytes of the request line and the header fields.
    package var head = 16 << 10
    /// Bytes of a body.
    package var body = 1 << 20
    /// Connections at a time.
    package var connections = 64
    /// Seconds in which a request has to have arrived, and in which a client has to take some of its answer.
    package var patience = 10.0
    /// Requests a second, and how many may come at once.
    package var rate = 100.0
    package var burst = 300.0

    package init() {}
  }

  let port: UInt16
  let limits: Limits
  private let listener: Int32
  private let behind: String
  private let state: Mutex<State>

  private struct State {
    var open = 0
    var tokens: Double
    var refilled = ContinuousClock.now
    var isClosed = false
  }

  /// Takes the port, 0 for any that is free. `behind` is the path of the Unix socket.
  ///
  /// Throws `ServingError` where the port is taken.
  init(port: UInt16, behind: String, limits: Limits = Limits()) throws {
    guard let listening = Platform.listenOnLoopback(port: port) else {
      throw ServingError("port \(port) of 127.0.0.1 cannot be used: \(Platform.lastError); choose another --port")
    }
    (listener, self.port) = listening
    self.behind = behind
    self.limits = limits
    state = Mutex(State(tokens: limits.burst))
    let thread = Thread { [self] in acceptAll() }
    thread.start()
  }

  func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { Platform.shutDown(listener) }
  }

  private func acceptAll() {
    while let connection = Platform.acceptConnection(listener) {
      guard enter() else {
        GuardedConnection(connection, limits).refuse(
          503, "Service Unavailable", "there are too many connections", waits: false)
        Platform.closeSocket(connection)
        continue
      }
      let thread = Thread { [self] in
        serve(connection)
        // Ends it also where a program that was started at the wrong moment has inherited it.
        Platform.shutDown(connection)
        Platform.closeSocket(connection)
        state.withLock { $0.open -= 1 }
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
    Platform.closeSocket(listener)
  }

  private func enter() -> Bool {
    state.withLock { state in
      guard state.open < limits.connections else { return false }
      state.open += 1
      return true
    }
  }

  /// Whether a request may be served now: a bucket of tokens that refills at the rate.
  private func takesToken() -> Bool {
    state.withLock { state in
      let now = ContinuousClock.now
      let passed = (now - state.refilled).components
      let seconds = Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
      state.tokens = min(limits.burst, state.tokens + seconds * limits.rate)
      state.refilled = now
      guard state.tokens >= 1 else { return false }
      state.tokens -= 1
      return true
    }
  }

  private func serve(_ client: Int32) {
    let connection = GuardedConnection(client, limits)
    let request: [UInt8]
    switch connection.readRequest() {
    case .nothing: return
    case .refused(let code, let phrase, let reason): return connection.refuse(code, phrase, reason)
    case .request(let bytes): request = bytes
    }
    guard takesToken() else { return connection.refuse(429, "Too Many Requests", "there are too many requests") }
    guard let server = Platform.connect(toPath: behind) else {
      return connection.refuse(502, "Bad Gateway", "the server is about to end")
    }
    defer { Platform.closeSocket(server) }
    let ahead = GuardedConnection(server, limits)
    guard ahead.send(request) else { return }
    connection.pass(answerOf: server)
  }
}

/// Something that keeps the book from being served, in words for its user.
package struct ServingError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
