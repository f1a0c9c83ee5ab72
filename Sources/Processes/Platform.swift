import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The only file of this module that knows the platform.
enum Platform {
  static let terminate = SIGTERM
  static let kill = SIGKILL
  static let forwarded = SIGUSR1

  static var ownIdentifier: Int32 { getpid() }
  static var lastError: String { message(errno) }

  private static func message(_ code: Int32) -> String { "\(String(cString: strerror(code))) (errno \(code))" }

  struct Failure: Error, CustomStringConvertible { let description: String }

  // MARK: - Starting

  /// Starts a program with the descriptors given by number, beside those that it inherits.
  static func spawn(
    _ executable: String, _ arguments: [String], environment: [String], descriptors: [Int32: Int32]
  ) -> Result<Int32, Failure> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Out of the way first: what one is to become may be the number that another has here.
    let ordered = descriptors.sorted { $0.key < $1.key }
    for (index, entry) in ordered.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, entry.value, spare + Int32(index))
    }
    for (index, entry) in ordered.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, spare + Int32(index), entry.key)
      posix_spawn_file_actions_addclose(&actions, spare + Int32(index))
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    // What this process ignores its child need not; only of SIGHUP it may be the user who wants it ignored.
    for number in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&mask, number) }
    posix_spawnattr_setsigdefault(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    return withCStrings([executable] + arguments) { arguments in
      withCStrings(environment) { environment in
        var identifier: pid_t = 0
        let code = inheritance.withLock { _ in
          posix_spawnp(&identifier, executable, &actions, &attributes, arguments, environment)
        }
        return code == 0 ? .success(identifier) : .failure(Failure(description: message(code)))
      }
    }
  }

  /// Held while a child is started, and while there are descriptors that it would inherit.
  private static let inheritance = Mutex(())

  /// Descriptors from here on are free in a child that is being started.
  private static let spare: Int32 = 200

  private static func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { buffer in
      // The buffer holds the nil at least, so it has an address.
      withExtendedLifetime(pointers) { body(buffer.baseAddress.unsafelyUnwrapped) }
    }
  }

  /// Becomes the same program anew, with one more variable. Returns where that is not possible.
  static func startAgain(setting variable: String, to value: String) {
    #if os(Linux)
      setenv(variable, value, 1)
      execv("/proc/self/exe", CommandLine.unsafeArgv)
    #endif
  }

  static var addressSpaceIsLimited: Bool {
    var limits = rlimit()
    #if canImport(Glibc)
      return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits) == 0 && limits.rlim_cur != rlim_t.max
    #else
      return getrlimit(RLIMIT_AS, &limits) == 0 && limits.rlim_cur < rlim_t.max >> 1
    #endif
  }

  // MARK: - Ending

  static func send(_ signal: Int32, to process: Int32) {
    _ = sendSignal(process, signal)
  }

  /// Waits for the child's end without taking its number away.
  static func waitWithoutReaping(_ child: Int32) {
    var information = siginfo_t()
    while waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
  }

  static func hasEnded(_ child: Int32) -> Bool {
    var information = siginfo_t()
    guard waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT | WNOHANG) == 0 else { return errno == ECHILD }
    #if canImport(Glibc)
      return information._sifields._sigchld.si_pid == child
    #elseif canImport(Musl)
      return information.__si_fields.__si_common.__first.__piduid.si_pid == child
    #else
      return information.si_pid == child
    #endif
  }

  static func reap(_ child: Int32) -> Subprocess.Ending {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      if errno != EINTR { return .killed(signal: 0) }
    }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
  }

  static func end(_ code: Int32) -> Never { _exit(code) }

  static func sleep(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }

  // MARK: - Signals

  nonisolated(unsafe) private static var request: (Int32) -> Void = { _ in }

  static func handleRequests(_ handler: @escaping (Int32) -> Void) {
    request = handler
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var old = sigaction()
      sigaction(number, nil, &old)
      if number == SIGHUP && isIgnored(old) { continue }
      handleRequest(number)
      sigaddset(&mask, number)
    }
    // A parent that started us from a thread with signals blocked hands that mask on.
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  /// One more signal that is a request.
  static func handleRequest(_ number: Int32) { signal(number) { Platform.request($0) } }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Glibc)
      let handler = action.__sigaction_handler.sa_handler
    #elseif canImport(Musl)
      let handler = action.__sa_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

  static func nanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// Writes a text on standard error; allocates nothing.
  static func complain(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }

  // MARK: - Descriptors

  /// Opens a file, for writing emptied or at its end.
  static func open(_ path: String, forWriting: Bool, extending: Bool = false) -> Int32? {
    let writing = O_WRONLY | O_CREAT | O_CLOEXEC | (extending ? O_APPEND : O_TRUNC)
    let descriptor = openFile(path, forWriting ? writing : O_RDONLY | O_CLOEXEC)
    return descriptor >= 0 ? descriptor : nil
  }

  static func close(_ descriptor: Int32) {
    _ = closeFile(descriptor)
  }

  static func makePipe() -> (reading: Int32, writing: Int32)? {
    var ends: [Int32] = [0, 0]
    let isMade = inheritance.withLock { _ in
      guard pipe(&ends) == 0 else { return false }
      for end in ends { keepFromChildren(end) }
      return true
    }
    guard isMade else { return nil }
    return (ends[0], ends[1])
  }

  static func keepFromChildren(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

  static func isPipe(_ descriptor: Int32) -> Bool {
    var information = stat()
    return fstat(descriptor, &information) == 0 && information.st_mode & S_IFMT == S_IFIFO
  }

  static func isOpen(_ descriptor: Int32) -> Bool {
    var information = stat()
    return fstat(descriptor, &information) == 0 || errno != EBADF
  }

  /// Gives /dev/null the lowest free number.
  static func openNull() {
    _ = openFile("/dev/null", O_RDWR)
  }

  /// The next bytes, none at the end; `nil` where reading fails.
  static func read(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = readBytes(descriptor, &buffer, buffer.count)
      if count >= 0 { return Array(buffer.prefix(count)) }
      if errno != EINTR { return nil }
    }
  }

  /// Whether there is something to read, or the end, before the deadline.
  static func waitUntilReadable(_ descriptor: Int32, until deadline: ContinuousClock.Instant?) -> Bool {
    while true {
      var timeout: Int32 = -1
      if let deadline {
        let left = (deadline - ContinuousClock.now).components
        timeout = Int32(clamping: max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000))
      }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = poll(&entry, 1, timeout)
      if count >= 0 { return count > 0 }
      if errno != EINTR { return false }
    }
  }
}

// The system's own, under names that nothing in `Platform` has.
private func sendSignal(_ process: Int32, _ signal: Int32) -> Int32 { kill(process, signal) }
private func openFile(_ path: String, _ flags: Int32) -> Int32 { open(path, flags, 0o644) }
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}
