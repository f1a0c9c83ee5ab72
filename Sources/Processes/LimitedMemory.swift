import Foundation

/// Programs under a limit of address space (`ulimit -v`).
package enum LimitedMemory {
  /// Whether the process is held to a size (`ulimit -v`), so that even small allocations may fail.
  package static let addressSpaceIsLimited = Platform.addressSpaceIsLimited

  /// How many threads OpenBLAS starts as a program is loaded: it reads this before anything of ours runs.
  private static let variable = "OPENBLAS_NUM_THREADS"

  /// Starts the program again with one thread of OpenBLAS where address space is limited.
  ///
  /// Each of its other threads wants 128 MiB and asks without an end until it gets them, and the program's end waits
  /// for that: a program that was long done would hang. We compute with one of its threads in any case.
  static func startAgainWithOneThread() {
    guard addressSpaceIsLimited, ProcessInfo.processInfo.environment[variable] == nil else { return }
    Platform.startAgain(setting: variable, to: "1")
  }
}
