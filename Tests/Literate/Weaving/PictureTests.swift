import Files
import Foundation
import Literate
import Pictures
import TensorFiles
import TestSupport
import Testing

/// Animations, covers and what is folded away.
@Suite struct PictureTests {
  private static let source = "//: # T\n\nlet a = 1\nlet b = 2\n"

  /// Pictures of 4 by 3 pixels, each of one gray.
  private func grays(_ count: Int) -> [Picture] {
    (0..<count).map { Picture(width: 4, height: 3, channels: 1, pixels: [UInt8](repeating: UInt8(20 * $0), count: 12)) }
  }

  private func workshop(_ frames: Int, names: [String] = [], damaging: (inout [UInt8]) -> Void = { _ in }) throws
    -> Workshop
  {
    let workshop = try Workshop(["main.swift": Self.source])
    var bytes = try AnimatedPNG.encode(grays(frames), millisecondsEach: 250)
    damaging(&bytes)
    try AtomicFile.write(bytes, to: workshop.run + "/film.png")
    try workshop.write(
      run: [Workshop.picture("film.png", 3, caption: "<The> film", description: "Grays \"rise\"", frames: names)])
    return workshop
  }

  /// The pictures of a page or of the index, decoded.
  private func pictures(in page: String) throws -> [Picture] {
    try page.matches(of: /data:image\/png;base64,([A-Za-z0-9+\/=]+)/).map { match in
      let data = try #require(Data(base64Encoded: String(match.1)))
      return try PNG.decode(Array(data), path: "page")
    }
  }

  @Test func `an animation lies on the page as one sheet that is filled up with the last picture`() throws {
    let workshop = try workshop(5)
    #expect(try workshop.weave(formats: [.html]).failures.isEmpty)
    let page = try workshop.page("html")
    let sheet = try #require(try pictures(in: page).first)
    #expect(sheet.width == 8 && sheet.height == 9)
    let corners = [0, 4, 24, 28, 48, 52].map { sheet.pixels[$0] }
    #expect(corners == [0, 20, 40, 60, 80, 80])
    #expect(page.contains("animation:across 500ms steps(2) infinite,down 1500ms steps(3) infinite"))
    #expect(
      page.contains("alt=\"Grays &quot;rise&quot;\"") && page.contains("aria-label=\"Frame of: &lt;The&gt; film\""))
    #expect(page.contains("max=\"5\" value=\"5\"") && page.contains("data-columns=\"2\" data-milliseconds=\"250\""))
  }

  @Test func `without scripts the slider is hidden, and a page without animation has no script`() throws {
    let workshop = try workshop(3, names: ["start", "<middle>", "end"])
    try workshop.weave(formats: [.html])
    let page = try workshop.page("html")
    #expect(page.components(separatedBy: "<script>").count == 2 && page.contains("class=\"scrubber sans\" hidden"))
    #expect(page.contains("data-names=\"start\n&lt;middle&gt;\nend\""))
    #expect(try !String(contentsOfFile: workshop.book + "/index.html", encoding: .utf8).contains("<script"))
    let still = try Workshop(["main.swift": Self.source])
    try still.write(run: [])
    try still.weave(formats: [.html])
    #expect(try !still.page("html").contains("<script"))
  }

  @Test func `a damaged animation and one with too few names are refused with their line`() throws {
    let damaged = try workshop(3) { $0[$0.count - 30] ^= 0xFF }
    #expect(try damaged.reason(formats: [.html]).contains("main.swift:3: the picture \"film.png\" is damaged"))
    let named = try workshop(3, names: ["one"])
    #expect(try named.reason().contains("main.swift:3: 1 names for 3 frames"))
  }

  @Test func `pictures survive being put into an animation and read from it`() throws {
    let pictures = grays(7)
    let bytes = try AnimatedPNG.encode(pictures, millisecondsEach: 40)
    let frames = try #require(try AnimationFrames(of: bytes, path: "x"))
    #expect(frames.pictures == pictures && frames.millisecondsEach == 40)
    #expect(try AnimationFrames(of: PNG.encode(pictures[0]), path: "x") == nil)
    #expect(try AnimationFrames(of: AnimatedPNG.encode([pictures[0]], millisecondsEach: 40), path: "x") == nil)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      _ = try? AnimationFrames(of: Array(bytes.prefix(length)), path: "x")
    }
  }

  // MARK: - Covers

  private func index(_ run: [JSONValue]) throws -> (failures: String, covers: [Picture]) {
    let workshop = try Workshop(["main.swift": Self.source])
    for (index, name) in ["a", "b"].enumerated() {
      try PNG.write(grays(4)[index + 1], to: workshop.run + "/\(name).png")
    }
    try AtomicFile.write(AnimatedPNG.encode(grays(4), millisecondsEach: 9), to: workshop.run + "/film.png")
    try workshop.write(run: run)
    let failures = try workshop.weave(formats: [.html]).failures.map(\.reason).joined()
    guard failures.isEmpty else { return (failures, []) }
    return ("", try pictures(in: String(contentsOfFile: workshop.book + "/index.html", encoding: .utf8)))
  }

  @Test func `the index shows the chosen picture of a chapter, else the last, and of an animation the last frame`()
    throws
  {
    let chosen = try index([Workshop.picture("a.png", 3, isCover: true), Workshop.picture("b.png", 4)])
    #expect(chosen.covers.map(\.pixels[0]) == [20])
    let last = try index([Workshop.picture("a.png", 3), Workshop.picture("b.png", 4)])
    #expect(last.covers.map(\.pixels[0]) == [40])
    let film = try index([Workshop.picture("film.png", 4, isCover: true)])
    #expect(film.covers.map(\.pixels[0]) == [60])
    #expect(try index([]).covers.isEmpty)
  }

  @Test func `two covers are an error that names both`() throws {
    let found = try index([Workshop.picture("a.png", 3, isCover: true), Workshop.picture("b.png", 4, isCover: true)])
    #expect(found.failures.contains("main.swift:4: the picture b.png is the cover, but so is the one of chapters"))
    #expect(found.failures.contains("main.swift:3"))
  }

  // MARK: - Folding

  @Test func `what is folded away stands whole in every format, and a fold ends with its file`() throws {
    let workshop = try Workshop([
      "1-A.swift":
        "//: # T\n//:\n//: {{fold Answer <1>}}\n//: It is $x$.\n\nlet a = 1\n\n//: {{fold Answer 2}}\n//: Two.\n",
      "2-B.swift": "//: After.\n//:\n//: {{fold Three}}\n//: Three.\n//:\n//: {{unfold}}\n//: Open.\n",
    ])
    try workshop.write(run: [])
    #expect(try workshop.weave(formats: Set(Weaver.Format.allCases)).failures.isEmpty)
    let (page, text, notebook) = (try workshop.page("html"), try workshop.page("md"), try workshop.page("ipynb"))
    let summary = "<summary>Answer &lt;1&gt;</summary>"
    #expect(page.contains("<details class=\"fold\">" + summary) && text.contains("<details>\n" + summary))
    #expect(notebook.contains("**Answer &lt;1\\\\>**"))
    for page in [page, text] {
      let order = ["Answer &lt;1&gt;", "let", "</details>", "Answer 2", "Two.", "</details>", "After."]
      var rest = page[...]
      for word in order {
        let range = try #require(rest.range(of: word), "\(word)")
        rest = rest[range.upperBound...]
      }
      #expect(page.components(separatedBy: "<details").count == page.components(separatedBy: "</details>").count)
    }
    let open = try #require(text.range(of: "Open."))
    #expect(text[..<open.lowerBound].components(separatedBy: "</details>").count == 4)
  }

  @Test func `an end without a beginning is refused with its line`() throws {
    let workshop = try Workshop(["main.swift": "//: # T\n//:\n//: {{unfold}}\n"])
    try workshop.write(run: [])
    #expect(try workshop.reason().contains("main.swift:3: {{unfold}} without a {{fold TITLE}}"))
  }
}
