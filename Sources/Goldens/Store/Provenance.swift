import Foundation
import TensorFiles

/// With what, where and when something was made.
package enum Provenance {
  /// What a blessing notes: the machine, the compiler and the time.
  package static func ofThisBuild(command: String, at date: Date = Date()) -> JSONObject {
    [
      "command": .string(command), "date": .string(timestamp(date)), "host_cpu": .string(processorName()),
      "package": .string(Version.current), "swift": .string(swiftVersion),
    ]
  }

  package static func timestamp(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(timeZone: .gmt))
  }

  /// The compiler this was built with, as far as conditional compilation can tell.
  package static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }

  /// The processor's model name, as the kernel gives it.
  package static func processorName() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    for line in text.split(separator: "\n") where line.hasPrefix("model name") {
      if let colon = line.firstIndex(of: ":") {
        return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      }
    }
    return "unknown"
  }
}
