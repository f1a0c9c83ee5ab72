import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The only file of this module that knows the platform.
enum Platform {
  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Writes all of the text; what cannot be written (a closed pipe) is lost, as with `print`.
  static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let step = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
        #else
          Darwin.write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
        #endif
      }
      if step < 0 && errno == EINTR { continue }
      if step <= 0 { return }
      offset += step
    }
  }

  /// The columns of the terminal behind `descriptor`; `nil` where there is none, or it does not say.
  static func terminalWidth(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  static func exitProcess(_ code: Int32) -> Never { exit(code) }

  /// The most memory this process has had in use.
  static var peakResidentBytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// Ctrl-C asks a run to stop at the next iteration, where it can save its state; a second one stops it at once.
package enum Interruption {
  private static let requests = Atomic<Int>(0)

  /// Whether the run has been asked to stop. The training loop polls it once an iteration.
  package static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Handles SIGINT and SIGTERM from now on.
  package static func install() {
    // Made here: a signal handler must not allocate, so it cannot be the first to touch it.
    _ = requests.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] { signal(number, handler) }
    // A parent that started us from a thread with signals blocked (Foundation's Process may) hands that mask on.
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in [SIGINT, SIGTERM] { sigaddset(&mask, number) }
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  private static let handler: @convention(c) (Int32) -> Void = { _ in
    if requests.wrappingAdd(1, ordering: .relaxed).newValue > 1 { _exit(130) }
  }
}
