import Foundation
import Goldens
import TestSupport
import Testing

import Serving

/// What CI has recorded, reviewed in the browser. Alone, as `AttackTests`.
@Suite(.serialized, .timed) struct ReviewingRecordingsTests {
  private static func record(_ values: [Double], to path: String) throws {
    let recorder = Recorder(chapter: "model", precision: .float64)
    recorder.record(
      "loss", series: values, .within(atol: 1e-3, rtol: 0), at: SourceLocation(file: "run.py", line: 5))
    try recorder.write(to: path)
  }

  private static func prepare(_ recordings: String, _ goldens: String) throws {
    try record([1, 0.5, 0.25], to: recordings + "/model")
    let bless = ["bless", "--yes", "--recording", recordings, "--goldens", goldens]
    let blessed = try ChildProcess.run("book", bless)
    #expect(blessed.code == 0, "\(blessed)")
    try record([1, 0.75, 0.25], to: recordings + "/model")
  }

  private func field(_ name: String, in page: String) throws -> String {
    let item = try #require(page.range(of: "class=\"case\"")).upperBound
    let start = try #require(page[item...].range(of: "data-\(name)=\"")).upperBound
    return String(page[start...].prefix { $0 != "\"" })
  }

  @Test func `a recording is shown beside its golden, and accepted as it was seen`() throws {
    let book = try ServedBook(recording: Self.prepare)
    let page = book.answer(book.request("review"))
    #expect(page.contains("1 to review") && page.contains("the recording model"), "\(page)")
    #expect(page.contains("first step that diverges: 1"))
    let (chapter, key) = (try field("chapter", in: page), try field("key", in: page))
    let command = #"{"chapter":"\#(chapter)","name":"loss","key":"\#(key)"}"#
    #expect(book.post("-/accept", command.replacing(key, with: key + "0")) == 409)
    // Other numbers than those that were looked at.
    try Self.record([1, 0.8, 0.25], to: book.folder("recordings/model"))
    #expect(book.post("-/accept", command) == 409)
    try Self.record([1, 0.75, 0.25], to: book.folder("recordings/model"))
    #expect(book.post("-/accept", command) == 200)
    let golden = try GoldenSet(readingFrom: book.folder("theirs/model"))
    #expect(golden.reference[.float64]?["loss"]?.elements?.values == [1, 0.75, 0.25])
    #expect(book.answer(book.request("review")).contains("Nothing to review"))
  }

  @Test func `where it is refused nothing is accepted, and the page says why`() throws {
    let book = try ServedBook(blessingRefusal: "not in CI", recording: Self.prepare)
    let page = book.answer(book.request("review"))
    #expect(page.contains("not in CI") && !page.contains("data-do=\"accept\""), "\(page)")
    let key = try field("key", in: page)
    #expect(
      book.post(
        "-/accept", #"{"chapter":"\#(try field("chapter", in: page))","name":"loss","key":"\#(key)"}"#) == 409)
    let golden = try GoldenSet(readingFrom: book.folder("theirs/model"))
    #expect(golden.reference[.float64]?["loss"]?.elements?.values == [1, 0.5, 0.25])
  }

  @Test func `NaN is shown and cannot be accepted, and a recording that is gone is said to be`() throws {
    let book = try ServedBook(recording: Self.prepare)
    try Self.record([1, .nan, 0.25], to: book.folder("recordings/model"))
    let page = book.answer(book.request("review"))
    #expect(page.contains("It cannot be accepted: values are NaN or infinite"))
    #expect(!page.contains("data-do=\"accept\""))
    try FileManager.default.removeItem(atPath: book.folder("recordings"))
    #expect(book.answer(book.request("review")).contains("could not be checked"))
  }
}
