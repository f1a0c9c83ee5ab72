/// Who may ask: whoever knows the secret, under the server's own name, from the server's own pages.
///
/// The secret alone would do. The other checks stand where it has got out: a page of another site cannot send requests
/// here, neither under the name of that site bound to 127.0.0.1 (DNS rebinding: `Host`) nor across sites (`Origin`,
/// `Sec-Fetch-Site`).
struct Admission: Sendable {
  let secret: Secret
  let port: UInt16
  let isReadOnly: Bool

  /// A request as far as admission is concerned.
  struct Question {
    let method: String
    /// As it stands in the request line, percent-encoded.
    let path: String
    var host: String?
    var origin: String?
    var site: String?
    var contentType: String?
  }

  enum Decision: Equatable {
    /// The path behind the secret, decoded, in parts.
    case admitted([String])
    case refused(Int, String)
  }

  private var hosts: [String] { ["127.0.0.1:\(port)", "localhost:\(port)"] }

  func decision(on question: Question) -> Decision {
    guard let host = question.host, hosts.contains(host) else {
      return .refused(403, "this server answers to \(hosts.joined(separator: " and ")) alone")
    }
    guard let parts = SafePath.parts(ofAddress: question.path) else {
      return .refused(400, "the address is not one of this server")
    }
    guard let first = parts.first, secret.matches(first) else {
      return .refused(403, "the secret is missing or wrong: open the address that `book serve` has printed")
    }
    if let origin = question.origin, origin != "http://\(host)" {
      return .refused(403, "the request comes from another site")
    }
    if let site = question.site, !["same-origin", "none"].contains(site) {
      return .refused(403, "the request comes from another site")
    }
    switch question.method {
    case "GET", "HEAD": break
    case "POST":
      if isReadOnly { return .refused(403, "this server was started with --read-only") }
      // Browsers send it with every POST; a form of another site cannot send JSON.
      guard question.origin != nil else {
        return .refused(403, "a request that changes something has to say its origin")
      }
      guard question.contentType == "application/json" else { return .refused(415, "expected JSON") }
    default: return .refused(405, "expected GET, HEAD or POST")
    }
    return .admitted(Array(parts.dropFirst()))
  }
}
