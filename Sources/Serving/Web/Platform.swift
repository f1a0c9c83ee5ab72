import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The only file of this module that knows the platform.
enum Platform {
  // MARK: - Sockets

  /// A socket that listens on 127.0.0.1 alone, and its port; `nil` with `errno` set where the port is taken.
  static func listenOnLoopback(port: UInt16) -> (descriptor: Int32, port: UInt16)? {
    let descriptor = makeSocket(AF_INET)
    guard descriptor >= 0 else { return nil }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let succeeded = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        bind(descriptor, name, size) == 0 && listen(descriptor, 128) == 0 && getsockname(descriptor, name, &size) == 0
      }
    }
    guard succeeded else {
      let reason = errno
      close(descriptor)
      errno = reason
      return nil
    }
    return (descriptor, UInt16(bigEndian: name.sin_port))
  }

  /// A socket that is connected to a program that listens at `path`; `nil` where none does.
  static func connect(toPath path: String) -> Int32? {
    let descriptor = makeSocket(AF_UNIX)
    guard descriptor >= 0 else { return nil }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { return nil }
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connectCall(descriptor, $0, size) }
    }
    guard result == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func connectCall(_ descriptor: Int32, _ name: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
    #if canImport(Glibc)
      Glibc.connect(descriptor, name, size)
    #else
      Darwin.connect(descriptor, name, size)
    #endif
  }

  private static func makeSocket(_ family: Int32) -> Int32 {
    #if canImport(Glibc)
      let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    #else
      let descriptor = socket(family, SOCK_STREAM, 0)
      if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    #endif
    return descriptor
  }

  /// The next connection; `nil` where the listener has been closed.
  static func acceptConnection(_ listener: Int32) -> Int32? {
    while true {
      let connection = accept(listener, nil, nil)
      if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
      if connection >= 0 { return connection }
      // A client that has gone again, or a moment without free descriptors, is not the end.
      if errno == EINTR || errno == ECONNABORTED { continue }
      if errno == EMFILE || errno == ENFILE {
        usleep(20_000)
        continue
      }
      return nil
    }
  }

  static func closeSocket(_ descriptor: Int32) { close(descriptor) }

  static func shutDown(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Nothing more is written; what the other side still sends can be read.
  static func endWriting(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_WR)) }

  struct Readiness {
    var first = false
    var second = false
  }

  /// Waits until one of two descriptors can be read, or is at its end; neither after `milliseconds`.
  static func wait(toRead first: Int32, or second: Int32?, milliseconds: Int) -> Readiness {
    var entries = [pollfd(fd: first, events: Int16(POLLIN), revents: 0)]
    if let second { entries.append(pollfd(fd: second, events: Int16(POLLIN), revents: 0)) }
    var count: Int32
    repeat {
      count = poll(&entries, nfds_t(entries.count), Int32(clamping: max(0, milliseconds)))
    } while count < 0
      && errno == EINTR
    guard count > 0 else { return Readiness() }
    return Readiness(first: entries[0].revents != 0, second: entries.count > 1 && entries[1].revents != 0)
  }

  /// Waits until the descriptor can be written.
  static func waitToWrite(_ descriptor: Int32, milliseconds: Int) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&entry, 1, Int32(clamping: max(0, milliseconds))) > 0
  }

  /// What can be read now, at most `count` bytes; empty at the end or where reading fails.
  static func receive(_ descriptor: Int32, upTo count: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    while true {
      let received = recv(descriptor, &buffer, count, 0)
      if received >= 0 { return Array(buffer.prefix(received)) }
      if errno != EINTR { return [] }
    }
  }

  /// How many of the bytes could be sent without waiting; `nil` where the connection is gone.
  static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int? {
    #if canImport(Glibc)
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    #else
      let flags = Int32(MSG_DONTWAIT)
    #endif
    while true {
      let step = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.send(descriptor, buffer.baseAddress, buffer.count, flags)
        #else
          Darwin.send(descriptor, buffer.baseAddress, buffer.count, flags)
        #endif
      }
      if step >= 0 { return step }
      if errno == EAGAIN || errno == EWOULDBLOCK { return 0 }
      if errno != EINTR { return nil }
    }
  }

  static var lastError: String { String(cString: strerror(errno)) }

  // MARK: - Processes and files

  static func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }

  /// What a terminal sends for Ctrl-C.
  static let interruptSignal = SIGINT

  static func interrupt(_ process: Int32) { _ = kill(process, interruptSignal) }

  /// Bytes of a file behind `offset`, at most `limit`; none where there are none yet.
  static func bytes(of path: String, from offset: Int, limit: Int) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = pread(descriptor, &buffer, limit, off_t(offset))
    return count > 0 ? Array(buffer.prefix(count)) : []
  }

  /// What tells one state of a file from another without reading it: nanoseconds of its last change, size and number.
  static func signature(of path: String) -> [Int]? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    #if canImport(Glibc)
      let time = information.st_mtim
    #else
      let time = information.st_mtimespec
    #endif
    return [
      time.tv_sec &* 1_000_000_000 &+ time.tv_nsec, Int(information.st_size),
      Int(truncatingIfNeeded: information.st_ino),
    ]
  }

  /// The path with all links followed; `nil` where there is nothing.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// A new folder that only this user can look into; `nil` with `errno` set where it cannot be made.
  ///
  /// In `TMPDIR` where its path is short: the path of a socket in it has a hundred bytes at most.
  static func makePrivateFolder() -> String? {
    let wish = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let place = wish.hasPrefix("/") && wish.utf8.count <= 64 ? wish : "/tmp"
    var template = Array("\(place)/gan-book-XXXXXX".utf8CString)
    return mkdtemp(&template).map { String(cString: $0) }
  }

  static func makePrivate(_ path: String, isFolder: Bool) { chmod(path, isFolder ? 0o700 : 0o600) }

  static func removeFolder(_ path: String) { rmdir(path) }
}
