import Foundation
import Processes

/// A Python that has NumPy, for tests of what is written in Python; where there is none, they are skipped.
package enum PythonWithNumPy {
  package static let absence: String =
    "there is no Python with NumPy: scripts/tensorboard-environment makes one, $BOOK_PYTHON names another"

  /// The first that has it, `nil` where none does: `$BOOK_PYTHON`, the checkout's virtual environments, the system's.
  package static let path: String? = {
    let own = ProcessInfo.processInfo.environment["BOOK_PYTHON"]
    let environments = [".venv", ".build/tensorboard"].map { Repository.root.appending(path: "\($0)/bin/python").path }
    return ([own].compactMap(\.self) + environments + ["python3"]).first { candidate in
      var process = Subprocess(candidate, ["-c", "import numpy"])
      (process.output, process.errors) = (.null, .null)
      return (try? process.run()) == .exited(0)
    }
  }()
}
