import Dispatch
import Files
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One GET whose answer goes into a file as it arrives. The only part of the package that speaks to the network.
final class HTTPTransfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  struct Request: Sendable {
    let address: String
    /// The first byte that is wanted.
    let start: Int
    /// The length of the whole file, where that is known; else the server's word is taken.
    let byteCount: Int?
    /// A longer file is refused.
    let limit: Int
  }

  enum Outcome: Equatable { case complete, rangeRefused }

  private let request: Request
  private let part: AppendedFile
  private let ended = DispatchSemaphore(value: 0)

  // The session's queue runs one callback at a time; the caller reads the rest only once `ended` is signalled.
  private let arrivedLock = NSLock()
  private var arrived: Int
  private var isAnswered = false
  /// The length of the whole file, once anybody has said it.
  private var byteCount: Int?
  private var failure: (any Error)?
  private var isRangeRefused = false

  private init(_ request: Request, into part: AppendedFile) {
    self.request = request
    self.part = part
    arrived = part.length
    byteCount = request.byteCount
  }

  /// What errors say was expected.
  private var expected: Int { byteCount ?? request.limit }

  /// Sends the request and waits for the whole answer.
  ///
  /// - Throws: `DownloadError` for all that the network and the server can do, `FileError` for what the disk can.
  static func run(
    _ request: Request, into part: AppendedFile, _ progress: (Int) -> Void, _ isCancelled: () -> Bool
  ) throws -> Outcome {
    guard let url = URL(string: request.address), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
      url.host?.isEmpty == false
    else { throw DownloadError.address(request.address) }
    var message = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: silence)
    // As stored: a range of a compressed stream would be no range of the file.
    message.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if request.start > 0 { message.setValue("bytes=\(request.start)-", forHTTPHeaderField: "Range") }

    let transfer = HTTPTransfer(request, into: part)
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = silence
    let session = URLSession(configuration: configuration, delegate: transfer, delegateQueue: queue)
    defer { session.invalidateAndCancel() }
    let task = session.dataTask(with: message)
    task.resume()
    var wasCancelled = false
    while transfer.ended.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      progress(transfer.arrivedLock.withLock { transfer.arrived })
      if !wasCancelled && isCancelled() {
        wasCancelled = true
        task.cancel()
      }
    }
    progress(part.length)
    if wasCancelled && part.length < transfer.expected {
      throw DownloadError.interrupted(arrived: part.length, expected: transfer.expected)
    }
    return try transfer.outcome()
  }

  /// Seconds without a byte after which a connection counts as broken.
  private static let silence = 60.0

  private func outcome() throws -> Outcome {
    if isRangeRefused { return .rangeRefused }
    if let failure = failure as? DownloadError { throw failure }
    if let failure = failure as? FileError { throw failure }
    if part.length == byteCount || (isAnswered && byteCount == nil && failure == nil) { return .complete }
    let reason = failure.map { $0.localizedDescription } ?? "the server sent no more"
    if !isAnswered { throw DownloadError.noAnswer(address: request.address, reason: reason) }
    throw DownloadError.brokenOff(
      address: request.address, arrived: part.length, expected: expected, reason: reason)
  }

  // MARK: - What the session calls

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    isAnswered = true
    do { try begin(response) } catch { failure = error }
    guard failure != nil || isRangeRefused else { return completionHandler(.allow) }
    completionHandler(.cancel)
    // Foundation on Linux does not look at what the handler is told.
    dataTask.cancel()
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard failure == nil, !isRangeRefused else { return }
    do {
      guard data.count <= expected - part.length else {
        // Not the file: its first bytes are worth nothing either.
        try part.truncate(to: 0)
        throw DownloadError.length(address: request.address, expected: expected, found: "more")
      }
      try part.append(Array(data))
      arrivedLock.withLock { arrived = part.length }
    } catch {
      failure = error
      dataTask.cancel()
    }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if failure == nil { failure = error }
    ended.signal()
  }

  /// Decides by the answer's head whether its body is what the part lacks, or the whole file, or neither.
  private func begin(_ response: URLResponse) throws {
    guard let answer = response as? HTTPURLResponse else { throw DownloadError.address(request.address) }
    switch answer.statusCode {
    case 200:
      let announced = answer.value(forHTTPHeaderField: "Content-Length").flatMap { Int($0) }
      try check(announced)
      // A server that knows no ranges begins anew.
      try part.truncate(to: 0)
    case 206:
      let range = ContentRange(answer.value(forHTTPHeaderField: "Content-Range") ?? "")
      try check(range?.byteCount)
      guard range?.first == request.start else {
        throw DownloadError.length(
          address: request.address, expected: expected - request.start,
          found: "other ones (\(answer.value(forHTTPHeaderField: "Content-Range") ?? "no Content-Range"))")
      }
    case 416: isRangeRefused = true
    default: throw DownloadError.status(address: request.address, code: answer.statusCode)
    }
  }

  private func check(_ announced: Int?) throws {
    guard let announced else { return }
    guard request.byteCount.map({ $0 == announced }) ?? (announced <= request.limit) else {
      throw DownloadError.length(address: request.address, expected: expected, found: "\(announced)")
    }
    byteCount = announced
  }
}

/// "bytes 100-999/1000", or with "*" for an unknown length. Source: RFC 9110, section 14.4.
struct ContentRange: Equatable {
  let first: Int
  /// The length of the whole file, where the server says it.
  let byteCount: Int?

  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /\s*bytes\s+([0-9]+)-([0-9]+)\/([0-9]+|\*)\s*/),
      let first = Int(match.1), let last = Int(match.2), last >= first
    else { return nil }
    self.first = first
    byteCount = Int(match.3)
  }
}
