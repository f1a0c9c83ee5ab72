import Files
import FlyingFox
import Foundation
import Goldens
import Literate

/// Who answers which request. Everything lies behind the secret; what is not a page of the book is below `-`.
struct Routes: HTTPHandler {
  let settings: ServeSettings
  let admission: Admission
  let keeper: RunKeeper
  let changes: SourceChanges
  let editing: BlockEditing
  let reviewing: Reviewing

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let contentType = request.headers[.contentType].map { String($0.prefix { $0 != ";" }) }
    let question = Admission.Question(
      method: request.method.rawValue, path: request.target.path(), host: request.headers[.host],
      origin: request.headers[HTTPHeader("Origin")], site: request.headers[HTTPHeader("Sec-Fetch-Site")],
      contentType: contentType)
    switch admission.decision(on: question) {
    case .refused(let code, let reason): return Answer.text(reason + "\n", code: code)
    case .admitted(let parts):
      if parts.isEmpty, !question.path.hasSuffix("/") {
        return Answer.text("the address ends with a stroke\n", code: 404)
      }
      let query = Self.query(request.target.query())
      if question.method == "POST" {
        let body = try await request.bodyData
        return await Self.aside { post(parts, body) }
      }
      if parts == ["-", "events"] { return events(query["chapter"] ?? "") }
      return await Self.aside { get(parts, query) }
    }
  }

  /// Runs what may take a while beside the few threads that serve.
  private static func aside(_ body: @escaping @Sendable () -> HTTPResponse) async -> HTTPResponse {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
  }

  private static func query(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first.flatMap({ String($0).removingPercentEncoding }), parts.count == 2,
        let value = String(parts[1]).removingPercentEncoding
      else { continue }
      found[name] = value
    }
    return found
  }

  private func isChapter(_ name: String) -> Bool { (try? settings.catalog().chapters.contains(name)) ?? false }

  // MARK: - Reading

  private func get(_ parts: [String], _ query: [String: String]) -> HTTPResponse {
    let pages = BookPages(settings: settings)
    switch parts.first {
    case nil: return pages.page("index.html")
    case "live.js"? where !settings.isReadOnly: return Self.asset("text/javascript", PageScript.script)
    case "live.css"?: return Self.asset("text/css", PageScript.style)
    case "review"?: return review()
    case "compare"?: return compare(query)
    case "-"?: return getLive(Array(parts.dropFirst()), query)
    default:
      return parts.last?.hasSuffix(".html") == true ? pages.page(parts.joined(separator: "/")) : pages.file(parts)
    }
  }

  private static func asset(_ type: String, _ text: () throws -> String) -> HTTPResponse {
    do { return Answer.text(try text(), type: type + "; charset=utf-8") } catch {
      return Answer.text("\(error)\n", code: 500)
    }
  }

  private func getLive(_ parts: [String], _ query: [String: String]) -> HTTPResponse {
    let chapter = query["chapter"] ?? ""
    switch parts.first {
    case "runs"? where parts.count >= 3:
      return BookPages(settings: settings).file(ofRun: parts[1], Array(parts.dropFirst(2)), keeper)
    case "page"? where parts.count == 2: return BookPages(settings: settings).page(ofRun: parts[1], keeper)
    case "status"?: return Answer.json(keeper.current.map(RunView.init))
    default: break
    }
    guard isChapter(chapter) else { return Answer.refusal("there is no such chapter", code: 404) }
    do {
      switch parts.first {
      case "options"?: return Answer.json(try form(chapter).fields)
      case "runs"?: return Answer.json(keeper.runs(of: chapter).map(RunView.init))
      case "source"? where !settings.isReadOnly:
        guard let first = query["first"].flatMap(Int.init), let last = query["last"].flatMap(Int.init) else {
          return Answer.refusal("expected lines", code: 400)
        }
        return Answer.json(try editing.block(chapter, query["path"] ?? "", first, last))
      default: return Answer.refusal("there is nothing at this address", code: 404)
      }
    } catch { return Answer.refusal("\(error)") }
  }

  private func form(_ chapter: String) throws -> OptionForm {
    try OptionForm(program: settings.program(of: chapter), goldenArguments: settings.goldenArguments(chapter))
  }

  private func events(_ chapter: String) -> HTTPResponse {
    guard isChapter(chapter), !settings.isReadOnly else { return Answer.refusal("there is no such chapter", code: 404) }
    return Answer.events(EventStream(TabFeed(chapter: chapter, keeper: keeper, changes: changes)))
  }

  private func review() -> HTTPResponse {
    do {
      let page = ReviewPage(
        reviews: try reviewing.all(), note: { reviewing.note($0) }, sources: SourcePaths(root: settings.repository),
        isReadOnly: settings.isReadOnly)
      return Answer.html(BookPages(settings: settings).live(page.html, chapter: ""))
    } catch { return Answer.text("\(error)\n", code: 500) }
  }

  private func compare(_ query: [String: String]) -> HTTPResponse {
    let chapter = query["chapter"] ?? ""
    guard isChapter(chapter) else { return Answer.text("there is no such chapter\n", code: 404) }
    let others = keeper.runs(of: chapter).prefix(20).map(\.id)
    let choices = ([ComparedRun.golden, ComparedRun.previous] + others).compactMap { name in
      ComparedRun.place(name, chapter: chapter, settings: settings, keeper: keeper).map {
        (name: name, title: $0.title)
      }
    }
    let body: String
    do {
      guard choices.count > 1 else {
        throw ServingError("There is one run at most to be seen: change an option or a line, run it, and come back.")
      }
      let names = (query["a"] ?? choices[0].name, query["b"] ?? choices[1].name)
      let first = try ComparedRun(names.0, chapter: chapter, settings: settings, keeper: keeper)
      let second = try ComparedRun(names.1, chapter: chapter, settings: settings, keeper: keeper)
      body = ComparisonPage(chapter: chapter, first: first, second: second, choices: choices).html
    } catch {
      let text = "<p class=\"caveat\">\(MarkupText.escaped("\(error)"))</p>"
      body = PageTemplate(title: "Two runs", eyebrow: chapter, body: text).html
    }
    return Answer.html(BookPages(settings: settings).live(body, chapter: ""))
  }

  // MARK: - Changing

  private struct Command: Decodable {
    var chapter: String?
    var options: [String: String]?
    var run: String?
    var name: String?
    var key: String?
    var comment: String?
    var isSkipped: Bool?
    var ticket: String?
  }

  private func post(_ parts: [String], _ body: Data) -> HTTPResponse {
    guard parts.count == 2, parts[0] == "-" else {
      return Answer.refusal("there is nothing at this address", code: 404)
    }
    do {
      if parts[1] == "propose" { return Answer.json(try editing.propose(Self.decoded(body))) }
      let command: Command = try Self.decoded(body)
      switch parts[1] {
      case "run": return try start(command)
      case "stop": try keeper.stop(command.run ?? "")
      case "go-on": return Answer.json(RunView(try keeper.goOn(command.run ?? "")))
      case "write": try editing.write(command.ticket ?? "")
      case "accept": try reviewing.accept(command.chapter ?? "", command.name ?? "", key: command.key ?? "")
      case "skip":
        try reviewing.note(command.key ?? "") { $0.isSkipped = command.isSkipped ?? true }
      case "comment": try reviewing.note(command.key ?? "") { $0.comment = command.comment ?? "" }
      default: return Answer.refusal("there is nothing at this address", code: 404)
      }
      return Answer.json(["done": true])
    } catch let error as DecodingError {
      return Answer.refusal("the request is not what was expected: \(error)", code: 400)
    } catch { return Answer.refusal("\(error)") }
  }

  private static func decoded<Value: Decodable>(_ body: Data) throws -> Value {
    try JSONDecoder().decode(Value.self, from: body)
  }

  private func start(_ command: Command) throws -> HTTPResponse {
    let chapter = command.chapter ?? ""
    guard isChapter(chapter) else { return Answer.refusal("there is no such chapter", code: 404) }
    do {
      let chosen = try ChosenOptions(command.options ?? [:], form: form(chapter))
      return Answer.json(RunView(try keeper.start(chapter, chosen)))
    } catch let error as StaleProgram {
      changes.require(chapter)
      return Answer.refusal("\(error.reason): it is built first, and then run as the goldens hold it")
    }
  }
}
