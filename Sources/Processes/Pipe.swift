import Synchronization

/// A pipe whose ends no child inherits unless it is given them.
final class Pipe: Sendable {
  let reading: Int32
  let writing: Int32
  private let isOpen = Mutex(Ends())

  private struct Ends {
    var reading = true
    var writing = true
  }

  private init(_ ends: (reading: Int32, writing: Int32)) { (reading, writing) = ends }

  static func make() throws -> Pipe {
    guard let ends = Platform.makePipe() else {
      throw SubprocessError("a pipe could not be made: \(Platform.lastError)")
    }
    return Pipe(ends)
  }

  func closeReading() { close(reading, \.reading) }

  func closeWriting() { close(writing, \.writing) }

  private func close(_ descriptor: Int32, _ end: WritableKeyPath<Ends, Bool>) {
    let wasOpen = isOpen.withLock { isOpen in
      let wasOpen = isOpen[keyPath: end]
      isOpen[keyPath: end] = false
      return wasOpen
    }
    if wasOpen { Platform.close(descriptor) }
  }

  /// All that is written into it, or what has come by the deadline.
  func readToEnd(until deadline: ContinuousClock.Instant?) -> [UInt8] {
    var bytes: [UInt8] = []
    while Platform.waitUntilReadable(reading, until: deadline) {
      guard let more = Platform.read(reading), !more.isEmpty else { break }
      bytes += more
    }
    return bytes
  }
}
