import Files
import Foundation
import Goldens
import TestSupport

import Serving

/// A checkout of one chapter that has no program, served: what attacks are tried on.
final class ServedBook {
  let folder: TemporaryFolder
  let server: BookServer
  let port: UInt16
  let secret: String

  /// Accepts where CI is set, too, unless there is a `blessingRefusal`.
  ///
  /// `recording` writes what somebody has recorded to a folder, and their goldens to another.
  init(
    isReadOnly: Bool = false, limits: Guard.Limits = Guard.Limits(), blessingRefusal: String? = nil,
    recording: ((_ recordings: String, _ goldens: String) throws -> Void)? = nil
  ) throws {
    folder = try TemporaryFolder()
    for name in ["chapters/98-none", "goldens", "out/book/98-none"] { try FileSystem.createFolder(folder(name)) }
    try AtomicFile.write("//: # Nothing\nlet number = 1\nlet other = 2\n", to: folder("chapters/98-none/main.swift"))
    try AtomicFile.write(
      "<html><head><title>x</title></head><body><main>the page</main></body></html>",
      to: folder("out/book/98-none.html"))
    try AtomicFile.write("a picture", to: folder("out/book/98-none/loss.svg"))
    try AtomicFile.write("out of bounds", to: folder("out/private.html"))
    try AtomicFile.write("out of bounds", to: folder("private.html"))
    try FileManager.default.createSymbolicLink(
      atPath: folder("out/book/link.html"), withDestinationPath: folder("private.html"))
    var settings = ServeSettings(
      repository: folder.path, goldens: folder("goldens"), executables: folder("programs"), goldenArguments: { _ in [] }
    )
    (settings.runs, settings.pages, settings.isReadOnly) = (folder("out"), folder("out/book"), isReadOnly)
    settings.blessingRefusal = blessingRefusal
    if let recording {
      try recording(folder("recordings"), folder("theirs"))
      settings.recordings = RecordingReview(recordings: folder("recordings"), goldens: folder("theirs"))
    }
    server = try BookServer(settings, limits: limits)
    let parts = server.address.split(separator: "/")
    secret = String(parts.last ?? "")
    port = UInt16(parts[1].split(separator: ":").last ?? "") ?? 0
  }

  deinit { server.close() }

  var host: String { "127.0.0.1:\(port)" }

  /// A whole request. Fields with an empty value are left out.
  func request(
    _ path: String, method: String = "GET", fields: [String: String] = [:], body: String? = nil, isSecret: Bool = true
  ) -> String {
    var all = ["Host": host]
    if body != nil {
      all.merge([
        "Content-Type": "application/json", "Origin": "http://\(host)", "Content-Length": "\(body?.utf8.count ?? 0)",
      ]) {
        $1
      }
    }
    all.merge(fields) { $1 }
    let lines = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.joined()
    return "\(method) \(isSecret ? "/\(secret)/\(path)" : path) HTTP/1.1\r\n\(lines)\r\n\(body ?? "")"
  }

  func answer(_ request: String) -> String {
    guard let client = RawClient(port: port) else { return "" }
    client.send(request)
    return client.answer()
  }

  func code(_ request: String) -> Int { RawClient.code(of: answer(request)) }

  func get(_ path: String, _ fields: [String: String] = [:]) -> Int { code(request(path, fields: fields)) }

  func post(_ path: String, _ body: String, _ fields: [String: String] = [:]) -> Int {
    code(request(path, method: "POST", fields: fields, body: body))
  }
}
