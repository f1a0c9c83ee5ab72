#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The only file of this module that knows the platform.
enum Platform {
  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  static let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  // MARK: - Memory

  /// `nil` where the system has no such block.
  static func allocate(_ byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    var pointer: UnsafeMutableRawPointer?
    return posix_memalign(&pointer, alignment, byteCount) == 0 ? pointer : nil
  }

  static func release(_ pointer: UnsafeMutableRawPointer) { free(pointer) }

  static func adviseHugePages(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
    #if os(Linux)
      // Musl's header names no MADV_HUGEPAGE.
      madvise(pointer, byteCount, 14)
    #endif
  }

  /// Whether so many bytes of addresses are free: they are taken for a moment, and no memory with them.
  static func hasAddressSpace(for byteCount: Int) -> Bool {
    let pointer = mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | anonymous, -1, 0)
    guard let pointer, pointer != UnsafeMutableRawPointer(bitPattern: -1) else { return false }
    munmap(pointer, byteCount)
    return true
  }

  #if os(Linux)
    private static let anonymous: Int32 = MAP_ANONYMOUS | MAP_NORESERVE
  #else
    private static let anonymous: Int32 = MAP_ANON
  #endif

  /// Writes a line to standard error and ends the process at once, without what runs at a normal end: that may need
  /// memory.
  static func end(_ line: String, code: Int32) -> Never {
    let bytes = Array("\(line)\n".utf8)
    _ = write(2, bytes, bytes.count)
    _exit(code)
  }

  // MARK: - Threads

  /// The bytes of stack that a thread is given.
  static var stackSize: Int {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    var size = 0
    pthread_attr_getstacksize(&attributes, &size)
    return size
  }

  /// A thread that runs until its body returns; whoever needs to know when, joins it.
  struct Thread {
    fileprivate let handle: pthread_t

    func join() { pthread_join(handle, nil) }
  }

  /// Starts a thread; gives the system's reason where there is none to be had.
  static func startThread(_ body: @escaping @Sendable () -> Void) -> (thread: Thread?, reason: String) {
    let start = Unmanaged.passRetained(Start(body))
    #if canImport(Darwin)
      var created: pthread_t?
      let result = pthread_create(&created, nil, threadMain, start.toOpaque())
      let handle = result == 0 ? created : nil
    #else
      var created = pthread_t()
      let result = pthread_create(&created, nil, threadMain, start.toOpaque())
      let handle = result == 0 ? created : nil
    #endif
    guard let handle else {
      start.release()
      return (nil, "\(String(cString: strerror(result))) (errno \(result))")
    }
    return (Thread(handle: handle), "")
  }

  /// Which thread made it.
  struct ThreadIdentity {
    private let handle = pthread_self()

    var isCurrent: Bool { pthread_equal(handle, pthread_self()) != 0 }
  }

  /// Lets another thread have the processor.
  static func yield() { sched_yield() }

  fileprivate final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// What threads sleep on.
  final class Bell: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
      mutex = .allocate(capacity: 1)
      condition = .allocate(capacity: 1)
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(condition, nil)
    }

    deinit {
      pthread_cond_destroy(condition)
      pthread_mutex_destroy(mutex)
      condition.deallocate()
      mutex.deallocate()
    }

    func ring() {
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }

    /// Calls `body`, which nobody interrupts but where it calls its argument: that sleeps until the bell rings.
    func withLock<Result>(_ body: (_ sleep: () -> Void) -> Result) -> Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return body { pthread_cond_wait(condition, mutex) }
    }
  }
}

#if canImport(Darwin)
  private func threadMain(_ raw: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Platform.Start>.fromOpaque(raw).takeRetainedValue().body()
    return nil
  }
#else
  private func threadMain(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let raw { Unmanaged<Platform.Start>.fromOpaque(raw).takeRetainedValue().body() }
    return nil
  }
#endif
