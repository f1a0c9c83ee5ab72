/// Why a chapter cannot be woven: where, what is wrong, and what to do about it.
package struct WeavingError: Error, Equatable, Sendable, CustomStringConvertible {
  package let file: String
  package let line: Int?
  package let problem: String
  package let remedy: String?

  package init(_ file: String, line: Int? = nil, _ problem: String, remedy: String? = nil) {
    self.file = file
    self.line = line
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(problem)" + (remedy.map { "; \($0)" } ?? "")
  }
}
