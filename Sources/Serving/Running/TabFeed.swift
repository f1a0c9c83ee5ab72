import Files
import Foundation
import Synchronization

/// What one tab that shows a chapter hears: the run's state, its lines, its progress, its pictures and curves, the
/// build, and that the page has changed. All of it is read from files and from what everybody shares, so that every tab
/// sees the same, whenever it comes.
final class TabFeed: EventSource {
  private let chapter: String
  private let keeper: RunKeeper
  private let changes: SourceChanges
  private let place: Mutex<Place>
  private static let chunk = 64 << 10

  private struct Place {
    var run: RunState?
    var output = FileTail()
    var errors = FileTail()
    var events = FileTail()
    var page: [Int]?
    var isFirst = true
    var build = -1
    var usageAt = Date.distantPast
  }

  init(chapter: String, keeper: RunKeeper, changes: SourceChanges) {
    self.chapter = chapter
    self.keeper = keeper
    self.changes = changes
    place = Mutex(Place())
    changes.opened(chapter)
  }

  deinit { changes.closed(chapter) }

  func next() -> [ServerEvent]? {
    place.withLock { place in
      var events: [ServerEvent] = []
      // Before the state: what a run has said comes before its end.
      let run = keeper.latest(chapter)
      if run?.id != place.run?.id {
        (place.output, place.errors, place.events) = (FileTail(), FileTail(), FileTail())
        if let run { events.append(ServerEvent("begin", RunView(run))) }
      }
      if let run { events += news(of: run, &place) }
      if run != place.run, let run { events.append(ServerEvent("run", RunView(run))) }
      place.run = run
      let build = changes.state
      if build.version != place.build {
        place.build = build.version
        events.append(ServerEvent("build", build))
      }
      let page = Platform.signature(of: "\(keeper.settings.pages)/\(chapter).html")
      // A tab that was away compares it with the page that it knows.
      if place.isFirst || page != place.page {
        let signature = page.map { $0.map(String.init).joined(separator: "-") } ?? ""
        let news = ["chapter": chapter, "page": signature]
        events.append(ServerEvent(place.isFirst ? "ready" : "page", news))
      }
      (place.page, place.isFirst) = (page, false)
      return events
    }
  }

  private func news(of run: RunState, _ place: inout Place) -> [ServerEvent] {
    let folders = keeper.settings.folders
    var events: [ServerEvent] = []
    let lines = place.output.lines(of: folders.output(run.id), limit: Self.chunk)
    if !lines.isEmpty { events.append(ServerEvent("log", lines)) }
    for line in place.events.lines(of: folders.events(run.id), limit: Self.chunk) {
      if let event = LiveEventView.event(line, run: run.id) { events.append(event) }
    }
    let said = place.errors.lines(of: folders.errors(run.id), limit: Self.chunk)
    if let progress = said.last(where: { ProgressView($0) != nil }).flatMap(ProgressView.init) {
      events.append(ServerEvent("progress", progress))
    }
    let words = said.filter { !$0.isEmpty && ProgressView($0) == nil }
    if !words.isEmpty { events.append(ServerEvent("words", words)) }
    if !run.stage.isOver, -place.usageAt.timeIntervalSinceNow > 1, let process = run.process {
      place.usageAt = Date()
      if let usage = RunningProcess(process, start: run.processStart ?? "").usage {
        events.append(ServerEvent("usage", usage))
      }
    }
    return events
  }
}

/// Whole lines of a file that grows.
package struct FileTail {
  private var offset = 0
  private var rest: [UInt8] = []

  package init() {}

  /// The lines that have come since the last call, of at most `limit` new bytes.
  package mutating func lines(of path: String, limit: Int) -> [String] {
    let bytes = Platform.bytes(of: path, from: offset, limit: limit)
    guard !bytes.isEmpty else { return [] }
    offset += bytes.count
    rest += bytes
    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let whole = rest[..<end]
    rest = Array(rest[(end + 1)...])
    return whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      MarkupText.printable(String(decoding: $0, as: UTF8.self))
    }
  }
}
