import Files
import Foundation
import Goldens
import TestSupport
import Testing

/// What Ctrl-C, signals, closed pipes and `kill -9` do to runs: what was to be saved is saved, nobody stays behind, and
/// the next goes on.
@Suite(.serialized) struct StoppingEndToEnd {
  private let place: CheckerEndToEnd.Workplace
  private var folder: TemporaryFolder { place.folder }

  init() throws {
    place = try CheckerEndToEnd.Workplace(fault: "spin")
    try FileManager.default.createDirectory(atPath: place.folder("chapters/99-fake"), withIntermediateDirectories: true)
  }

  private func built(_ name: String) -> String { ChildProcess.buildFolder.appending(path: name).path }

  private func bash(_ script: String, _ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run("bash", ["-c", script] + arguments, isBuilt: false)
  }

  /// A training that goes on for ever: its program, and options behind its output folder.
  private static let training = "--act repaired --iterations 100000 --out"
  private var checkpoint: String { folder("out/checkpoint-repaired-float32.safetensors") }

  private func train(_ iterations: Int, _ options: String...) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      "ch03-dcgan-cifar10", ["--act", "repaired", "--iterations", "\(iterations)", "--out", folder("out")] + options)
  }

  // MARK: - Signals

  /// Runs a command in a terminal of its own and types Ctrl-C once it has printed a text. Prints how the command ended,
  /// whether that took less than five seconds, and how many of its session are still there.
  private static let terminal = """
    import os, pty, subprocess, sys, time
    pid, terminal = pty.fork()
    if pid == 0:
      os.chdir(sys.argv[1])
      os.execv(sys.argv[3], sys.argv[3:])
    os.set_blocking(terminal, False)
    output, typed, start, status = b"", None, time.time(), None
    while status is None and time.time() - start < 100:
      try: output += os.read(terminal, 65536)
      except OSError: pass
      if typed is None and sys.argv[2].encode() in output:
        os.write(terminal, b"\\x03")
        typed = time.time()
      ended, value = os.waitpid(pid, os.WNOHANG)
      if ended: status = os.waitstatus_to_exitcode(value)
      time.sleep(0.01)
    left = subprocess.run(["ps", "-o", "pid=", "-s", str(pid)], capture_output=True, text=True).stdout.split()
    print(status, typed is not None and time.time() - typed < 5, len(left))
    """

  @Test(arguments: [["run", "99", "--goldens"], ["check", "99", "--scratch", "scratch", "--goldens"]])
  func `one Ctrl-C in a terminal ends book and its chapter within five seconds`(_ command: [String]) throws {
    let outcome = try ChildProcess.run(
      "python3",
      ["-c", Self.terminal, folder.path, command[0] == "run" ? "spinning" : "running 99-fake", built("book")] + command
        + [folder("goldens")], isBuilt: false)
    #expect(outcome.output == "130 True 0\n", "\(outcome)")
  }

  @Test(arguments: ["TERM", "HUP", "KILL"])
  func `book that is stopped, or killed, leaves no chapter behind`(_ signal: String) throws {
    let outcome = try bash(
      """
      cd "$1"; "$0" run 99 --goldens goldens >out.txt 2>err.txt & book=$!
      for i in {1..200}; do sleep 0.05; grep -q spinning err.txt && break; done; child=$(pgrep -P $book)
      sleep 0.3; kill -\(signal) $book; wait $book; echo "ended with $?"
      runs() { ps -o stat= -p $child | grep -qv Z; }
      for i in {1..100}; do runs || break; sleep 0.05; done
      runs && echo "orphaned" && kill -9 $child; cat err.txt
      """, built("book"), folder.path)
    #expect(outcome.output.contains(signal == "KILL" ? "ended with 137" : "ended with 130"), "\(outcome)")
    #expect(outcome.output.contains("interrupted at step") && !outcome.output.contains("orphaned"), "\(outcome)")
  }

  @Test func `the two signals of timeout lose no checkpoint`() throws {
    let outcome = try bash(
      #"for i in {1..3}; do rm -rf "$1"; timeout 2 "$0" \#(Self.training) "$1" >/dev/null 2>&1; ls "$1" | grep -c ^checkpoint; done"#,
      built("ch03-dcgan-cifar10"), folder("out"))
    #expect(outcome.output == "1\n1\n1\n", "\(outcome)")
  }

  @Test func `a second signal within a second waits for the save, a third ends at once`() throws {
    let outcome = try bash(
      """
      for count in 2 3; do
        "$0" --go-wrong deaf --out "$1" >/dev/null 2>&1 & child=$!
        sleep 0.5; for i in $(seq $count); do kill -INT $child; sleep 0.2; done
        kill -0 $child 2>/dev/null && echo "goes on" || echo "ended"; kill -9 $child 2>/dev/null; wait $child
      done 2>/dev/null
      """, built("ch99-fake"), folder("out"))
    #expect(outcome.output == "goes on\nended\n", "\(outcome)")
  }

  // MARK: - Closed pipes

  @Test func `who stops reading loses the text, not the run`() throws {
    for script in [#""$0" --out "$1" | head -n 0; exit ${PIPESTATUS[0]}"#, #""$0" --out "$1" >&- 2>&- <&-"#] {
      let out = folder("out-\(script.count)")
      let outcome = try bash(script, built("ch99-fake"), out)
      #expect(outcome.code == 0, "\(outcome)")
      #expect(FileSystem.kind(of: out + "/run.jsonl") == .file)
    }
  }

  @Test func `lines for a closed standard output do not get into files of the run`() throws {
    let outcome = try bash(
      #""$0" --epochs 1 --channels 4 --batch-sizes 500 --iterations 2 --out "$1" >&- 2>&-; cat "$1"/logs/gan/events* | strings"#,
      built("ch06-progan-training"), folder("out"))
    #expect(!outcome.output.contains("Loss_") && outcome.output.contains("Loss Critic"), "\(outcome)")
  }

  // MARK: - One run at a time, and nothing lost

  @Test func `the second of two runs on one folder is refused by name`() throws {
    let outcome = try bash(
      """
      "$0" --go-wrong spin --out "$1" >/dev/null 2>&1 & child=$!; sleep 0.5
      "$0" --out "$1"; echo "ended with $?"; kill $child; wait $child 2>/dev/null; "$0" --out "$1" >/dev/null; echo \
      "then with $?"
      """, built("ch99-fake"), folder("out"))
    #expect(outcome.errors.contains(folder("out") + ": another run") && outcome.errors.contains("--out"), "\(outcome)")
    #expect(outcome.output == "ended with 2\nthen with 0\n", "\(outcome)")
  }

  @Test func `a checkpoint is replaced only by who asks for it, or makes it again`() throws {
    #expect(try train(2).code == 0)
    let first = try FileSystem.read(checkpoint)
    let refused = try train(3)
    #expect(refused.code == 2 && refused.errors.contains("iteration 2"), "\(refused)")
    #expect(refused.errors.contains(checkpoint) && refused.errors.contains("--overwrite"))
    #expect(try train(1, "--remake").code == 2)
    #expect(try train(3, "--remake", "--seed", "1").code == 2)
    #expect(try FileSystem.read(checkpoint) == first)
    #expect(try train(2, "--remake").code == 0)
    #expect(try FileSystem.read(checkpoint) == first)
    #expect(try train(1, "--overwrite", "--seed", "1").code == 0)
    #expect(try FileSystem.read(checkpoint) != first)
  }

  @Test func `a wrong start destroys nothing`() throws {
    #expect(try train(1).code == 0)
    let names = folder.names("out")
    let journal = try FileSystem.read(folder("out/run.jsonl"))
    for options in [["--data", folder("none"), "--overwrite"], ["--resume", "--seed", "7"], ["--seed", "7"]] {
      let outcome = try ChildProcess.run(
        "ch03-dcgan-cifar10", ["--act", "repaired", "--iterations", "1", "--out", folder("out")] + options)
      #expect(outcome.code == 2, "\(outcome)")
      #expect(folder.names("out") == names)
      #expect(try FileSystem.read(folder("out/run.jsonl")) == journal)
    }
  }

  @Test func `what a killed save has left is in nobody's way and is removed`() throws {
    #expect(try train(1).code == 0)
    for name in ["1-1", "abcdefghijklmnop"] {
      try AtomicFile.write("half", to: folder("out/.checkpoint-repaired-float32.safetensors.\(name).tmp"))
    }
    #expect(try train(2, "--resume").code == 0)
    #expect(!folder.names("out").contains { $0.hasSuffix(".tmp") })
  }

  private static let hasNamespaces =
    (try? ChildProcess.run("unshare", ["--pid", "--fork", "--mount-proc", "true"], isBuilt: false).code) == 0

  @Test(.enabled(if: hasNamespaces, "needs a new PID namespace"))
  func `killed while it saves, as the first process of its container, a run goes on`() throws {
    // Every run is process 1 there, and so would the leftovers of all have one name.
    let outcome = try bash(
      """
      options=(--epochs 100000 --channels 4 --batch-sizes 4 --checkpoint-minutes 0.00001 --out "$1")
      for i in {1..4}; do
        unshare --pid --fork --kill-child --mount-proc "$0" "${options[@]}" $resume >/dev/null 2>"$1.err" & child=$!
        for j in {1..300}; do ls "$1"/checkpoint* >/dev/null 2>&1 && break; sleep 0.05; done
        sleep 0.9$i; kill -9 $(pgrep -P $child); wait $child 2>/dev/null; resume=--resume
        grep error "$1.err"
      done
      "$0" "${options[@]}" --resume --iterations 1 >/dev/null; echo "ended with $?"; ls -A "$1" | grep -c tmp
      """, built("ch06-progan-training"), folder("out"))
    #expect(outcome.output == "ended with 0\n0\n", "\(outcome)")
  }
}

extension TemporaryFolder {
  fileprivate func names(_ inner: String) -> [String] { (try? FileSystem.list(self(inner))) ?? [] }
}
