import Foundation

/// Runs one of the package's executables on a terminal, as somebody who types: an answer for every question.
package enum PseudoTerminal {
  /// Forks on a new terminal, waits for a question before each answer, and ends with the program's exit code. Ctrl-D is
  /// the answer "\u{4}".
  private static let program = """
    import os, pty, select, sys
    questions, answers = ([part for part in argument.split("\\x1f") if part] for argument in sys.argv[1:3])
    command = sys.argv[3:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    seen, asked = b"", 0
    while True:
        ready, _, _ = select.select([terminal], [], [], 60)
        if not ready:
            os.kill(pid, 9)
            break
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
        while answers and sum(seen.count(question.encode()) for question in questions) > asked:
            asked += 1
            answer = answers.pop(0)
            os.write(terminal, answer.encode() + (b"" if answer == "\\x04" else b"\\n"))
    sys.stdout.write(seen.decode("utf-8", "replace"))
    status = os.waitpid(pid, 0)[1]
    sys.exit(os.waitstatus_to_exitcode(status) & 255)
    """

  /// What `name` showed on the terminal, and its exit code. An answer is typed each time one of the `questions`
  /// has been shown once more.
  package static func run(_ name: String, _ arguments: [String], questions: [String], answers: [String]) throws
    -> ChildProcess.Outcome
  {
    let executable = ChildProcess.buildFolder.appending(path: name).path
    return try ChildProcess.run(
      "python3",
      ["-c", program, questions.joined(separator: "\u{1F}"), answers.joined(separator: "\u{1F}"), executable]
        + arguments, isBuilt: false)
  }
}
