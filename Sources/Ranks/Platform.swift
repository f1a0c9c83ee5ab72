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

  static func complain(_ text: String) {
    let line = text + "\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }

  static func end(_ code: Int32) -> Never { exit(code) }
}
