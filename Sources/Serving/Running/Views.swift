import Foundation

/// A run as pages see it.
struct RunView: Encodable, Sendable {
  let id: String
  let chapter: String
  let stage: RunState.Stage
  let isGolden: Bool
  /// "--seed=42 --k=2", or nothing.
  let options: String
  let began: Double
  let seconds: Double?
  let words: String?
  let canGoOn: Bool
  let verdict: String?
  let holds: Bool?
  let caveat: String?
  let problem: String?

  init(_ run: RunState) {
    id = run.id
    chapter = run.chapter
    stage = run.stage
    isGolden = run.isGolden
    options = run.options.sorted { $0.key < $1.key }.map { $1 == "true" ? "--\($0)" : "--\($0)=\($1)" }.joined(
      separator: " ")
    began = run.began.timeIntervalSince1970
    seconds = run.ended.map { $0.timeIntervalSince(run.began) }
    words = run.words
    canGoOn = run.canGoOn
    verdict = run.verdict
    holds = run.holds
    caveat = run.caveat
    problem = run.pageProblem
  }
}

/// A line of progress, as `ProgressBar` writes it where there is no terminal: "training 12/300 4.5/s 1 min left note".
package struct ProgressView: Encodable, Sendable, Equatable {
  package let label: String
  package let done: Int
  package let total: Int
  package let rest: String

  package init?(_ line: String) {
    guard let match = line.wholeMatch(of: /(.{0,200}?) ([0-9]{1,12})\/([0-9]{1,12})(  .*)?/), let done = Int(match.2),
      let total = Int(match.3), total > 0
    else { return nil }
    label = String(match.1)
    self.done = done
    self.total = total
    rest = match.4.map { $0.split(separator: "  ").joined(separator: ", ") } ?? ""
  }
}

/// What a run shows and records while it runs, as pages see it.
package enum LiveEventView {
  private struct Line: Decodable {
    let kind: String
    let path: String?
    let caption: String?
    let description: String?
    let name: String?
    let summary: String?
    let values: [Double?]?
  }

  private struct PictureView: Encodable {
    let address: String
    let caption: String
    let description: String
  }

  private struct SeriesView: Encodable {
    let name: String
    let values: [Double?]
  }

  /// `nil` for what a page hears in another way, or not at all.
  package static func event(_ line: String, run: String) -> ServerEvent? {
    guard let event = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else { return nil }
    switch event.kind {
    case "picture":
      guard let path = event.path else { return nil }
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.allSatisfy(SafePath.isPlain) else { return nil }
      let address = parts.compactMap { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) }
      return ServerEvent(
        "picture",
        PictureView(
          address: "-/runs/\(run)/" + address.joined(separator: "/"), caption: event.caption ?? "",
          description: event.description ?? ""))
    case "series":
      guard let name = event.name, let values = event.values else { return nil }
      return ServerEvent("series", SeriesView(name: name, values: values))
    default: return nil
    }
  }
}
