import Files
import Foundation
import TestSupport
import Testing

import Serving

@Suite struct FollowingTests {
  @Test func `a growing file is read in whole lines, each once, without what a terminal would obey`() throws {
    let folder = try TemporaryFolder()
    var tail = FileTail()
    #expect(tail.lines(of: folder("log"), limit: 100).isEmpty)
    try AtomicFile.write("one\ntw", to: folder("log"))
    #expect(tail.lines(of: folder("log"), limit: 100) == ["one"])
    try AtomicFile.write("one\ntwo\n\u{1B}[31mthree\nfo", to: folder("log"))
    #expect(tail.lines(of: folder("log"), limit: 100) == ["two", "\u{FFFD}[31mthree"])
    #expect(tail.lines(of: folder("log"), limit: 100).isEmpty)
  }

  @Test func `a line of progress is read as its bar writes it, and no other line is`() throws {
    let progress = try #require(ProgressView("training ring 12/300  4.5/s  1 min 4 s left  loss 0.1"))
    #expect(progress.label == "training ring" && progress.done == 12 && progress.total == 300)
    #expect(progress.rest == "4.5/s, 1 min 4 s left, loss 0.1")
    #expect(
      ProgressView("[1/50][0/782] Loss_D: 1.3") == nil && ProgressView("done 1/0") == nil && ProgressView("") == nil)
  }

  @Test func `a run's state is read back as it was written, and no other name is one`() throws {
    let folder = try TemporaryFolder()
    let folders = RunFolders(root: folder("serve"))
    let state = RunState(
      id: RunState.newName("02-algorithm-1", at: Date(timeIntervalSince1970: 1_000_000)), chapter: "02-algorithm-1",
      options: ["seed": "1"], isGolden: false, departures: [], arguments: ["--seed=1"], folder: "x",
      began: Date(timeIntervalSince1970: 1_000_000))
    #expect(state.id.hasPrefix("02-19700112-134640-") && RunState.isName(state.id))
    try FileSystem.createFolder(folders.folder(state.id))
    try folders.write(state)
    #expect(folders.read(state.id) == state && folders.all() == [state])
    #expect(["..", "a/b", "", ".hidden", "A"].allSatisfy { folders.read($0) == nil })
  }

  @Test func `this process is alive, under its own start alone`() {
    let own = RunningProcess(ProcessInfo.processInfo.processIdentifier)
    #expect(own.isAlive)
    #if os(Linux)
      #expect(!RunningProcess(own.identifier, start: "1").isAlive)
      #expect((own.usage?.threads ?? 0) > 0)
    #endif
    #expect(!RunningProcess(Int32.max, start: "").isAlive)
  }

  @Test func `an event of a run is told with an address that stays in its folder`() {
    let picture = LiveEventView.event(
      #"{"kind":"picture","path":"loss.svg","caption":"c","description":"d"}"#, run: "02-x")
    #expect(
      picture?.name == "picture" && picture?.data.contains("runs\\/02-x\\/loss%2Esvg") == true, "\(picture?.data ?? "")"
    )
    #expect(LiveEventView.event(#"{"kind":"picture","path":"../x.svg"}"#, run: "02-x") == nil)
    #expect(LiveEventView.event(#"{"kind":"series","name":"loss","values":[1,null]}"#, run: "02-x")?.name == "series")
    #expect(LiveEventView.event("damaged", run: "02-x") == nil)
  }
}
