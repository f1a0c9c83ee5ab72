import FlyingSocks
import Foundation

/// Events for one tab as a stream of text (server-sent events): asked for ten times a second, with a sign of life where
/// there are none.
struct EventStream: AsyncBufferedSequence {
  typealias Element = UInt8

  private let source: any EventSource

  init(_ source: some EventSource) { self.source = source }

  func makeAsyncIterator() -> Iterator { Iterator(source: source) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    fileprivate let source: any EventSource
    private var pending: ArraySlice<UInt8> = []
    private var silence = 0.0

    fileprivate init(source: any EventSource) { self.source = source }

    private static let interval = 0.1
    private static let longestSilence = 10.0

    mutating func next() async throws -> UInt8? {
      try await fill()
      return pending.popFirst()
    }

    mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
      try await fill()
      let part = pending.prefix(Swift.max(count, 1))
      pending = pending.dropFirst(part.count)
      return part.isEmpty ? nil : part
    }

    private mutating func fill() async throws {
      while pending.isEmpty {
        guard let events = source.next() else { return }
        if !events.isEmpty {
          pending = Array(events.map(\.text).joined().utf8)[...]
          silence = 0
        } else if silence >= Self.longestSilence {
          // So that a client that has gone is noticed.
          pending = Array(": still here\n\n".utf8)[...]
          silence = 0
        } else {
          try await Task.sleep(for: .seconds(Self.interval))
          silence += Self.interval
        }
      }
    }
  }
}

/// Where the events of one tab come from.
protocol EventSource: Sendable {
  /// What is new since the last call; `nil` at the end.
  func next() -> [ServerEvent]?
}

/// One event: a name and JSON.
package struct ServerEvent: Sendable, Equatable {
  package let name: String
  package let data: String

  init(_ name: String, _ value: some Encodable) {
    self.name = name
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    data = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
  }

  /// JSON has no line breaks of its own.
  var text: String { "event: \(name)\ndata: \(data)\n\n" }
}
