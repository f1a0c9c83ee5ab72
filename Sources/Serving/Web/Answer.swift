import Files
import FlyingFox
import Foundation

/// What the server answers, with the fields that every answer has.
enum Answer {
  /// Nothing but the server's own files, and no frame of another site around them. Pages have one script of their own,
  /// the one of their animations, which is known by its digest; plots and pictures carry their sizes as styles.
  static let policy = [
    "default-src 'none'", "script-src 'self' '\(PageScript.digest)'", "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private static func fields(_ type: String) -> HTTPHeaders {
    var fields = HTTPHeaders()
    for (name, value) in [
      "Content-Type": type, "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
      "Connection": "close",
    ] { fields.setValues([value], for: HTTPHeader(name)) }
    return fields
  }

  static func text(_ text: String, code: Int = 200, type: String = "text/plain; charset=utf-8") -> HTTPResponse {
    HTTPResponse(
      statusCode: HTTPStatusCode(code, phrase: phrase(code)), headers: fields(type), body: Data(text.utf8))
  }

  static func html(_ text: String) -> HTTPResponse { Self.text(text, type: "text/html; charset=utf-8") }

  static func json(_ value: some Encodable, code: Int = 200) -> HTTPResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(value) else { return text("it cannot be said as JSON", code: 500) }
    return HTTPResponse(
      statusCode: HTTPStatusCode(code, phrase: phrase(code)), headers: fields("application/json"), body: data)
  }

  /// Says in JSON why something was not done.
  static func refusal(_ reason: String, code: Int = 409) -> HTTPResponse { json(["error": reason], code: code) }

  /// A file, as what its name says it is.
  static func file(_ path: String) -> HTTPResponse {
    guard let bytes = try? FileSystem.read(path, limit: 256 << 20) else {
      return text("there is no such file", code: 404)
    }
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    return HTTPResponse(statusCode: .ok, headers: fields(type(of: name)), body: Data(bytes))
  }

  static func events(_ stream: EventStream) -> HTTPResponse {
    HTTPResponse(statusCode: .ok, headers: fields("text/event-stream"), body: HTTPBodySequence(from: stream))
  }

  private static func type(of name: String) -> String {
    switch name.split(separator: ".").last?.lowercased() {
    case "html": "text/html; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "png": "image/png"
    case "svg": "image/svg+xml"
    case "ipynb", "json": "application/json"
    default: "text/plain; charset=utf-8"
    }
  }

  private static func phrase(_ code: Int) -> String {
    switch code {
    case 200: "OK"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    case 415: "Unsupported Media Type"
    default: "Internal Server Error"
    }
  }
}
