import Files
import Processes
import TestSupport
import Testing

@Suite struct SubprocessTests {
  @Test func `exit codes, signals and output come back`() throws {
    #expect(try Subprocess("/bin/sh", ["-c", "exit 7"]).run() == .exited(7))
    #expect(try Subprocess("/bin/sh", ["-c", "kill -9 $$"]).run() == .killed(signal: 9))
    var echo = Subprocess("sh", ["-c", "cat; echo $COLOR$SHAPE; pwd"])
    echo.environment = ["COLOR": "red", "SHAPE": "round"]
    echo.folder = "/"
    let (ending, output) = try echo.collectOutput()
    #expect(ending == .exited(0))
    #expect(String(decoding: output, as: UTF8.self) == "redround\n/\n")
  }

  @Test func `output goes to files that are emptied first`() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("a long text of an earlier run", to: folder("out"))
    var process = Subprocess("/bin/sh", ["-c", "echo said; echo complained >&2"])
    (process.output, process.errors) = (.file(folder("out")), .file(folder("err")))
    #expect(try process.run() == .exited(0))
    #expect(try FileSystem.read(folder("out")) == Array("said\n".utf8))
    #expect(try FileSystem.read(folder("err")) == Array("complained\n".utf8))
  }

  @Test func `what cannot be started, and where it cannot write, are errors that name it`() throws {
    let absent = #expect(throws: SubprocessError.self) { try Subprocess("/not/there").run() }
    #expect(absent?.description.hasPrefix("/not/there could not be started") == true)
    var process = Subprocess("/bin/true")
    process.output = .file("/not/there/out")
    let unwritable = #expect(throws: SubprocessError.self) { try process.run() }
    #expect(unwritable?.description.hasPrefix("/not/there/out cannot be written") == true)
  }

  @Test(.timeLimit(.minutes(2))) func `a child that overruns its time is stopped`() throws {
    var process = Subprocess("/bin/sleep", ["600"])
    process.timeLimit = 0.1
    #expect(try process.run() == .overran)
  }

  @Test(.timeLimit(.minutes(2))) func `descriptors of siblings are not inherited`() throws {
    // Each child would hold the writing end of another's pipe open, and nobody would see the end of anything.
    let running = try (0..<8).map { _ in try Subprocess("/bin/sleep", ["600"]).start() }
    #expect(try Subprocess("/bin/echo", ["end"]).collectOutput().output == Array("end\n".utf8))
    for child in running {
      child.send(15)
      #expect(child.wait() == .killed(signal: 15))
    }
  }
}
