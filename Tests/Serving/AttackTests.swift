import Files
import Foundation
import TestSupport
import Testing

import Serving

/// What somebody may try who is not the reader: each is refused, and the server goes on serving. Alone: tests that wait
/// for programs block the threads on which it answers.
@Suite(.serialized, .timed) struct AttackTests {
  @Test func `a page is served to whoever knows the secret, as a page that may ask nobody else for anything`() throws {
    let book = try ServedBook()
    let answer = book.answer(book.request("98-none.html"))
    #expect(RawClient.code(of: answer) == 200 && answer.contains("the page") && answer.contains("live.js"))
    #expect(answer.contains("default-src 'none'") && answer.contains("frame-ancestors 'none'"))
    #expect(answer.contains("Referrer-Policy: no-referrer") && answer.contains("X-Content-Type-Options: nosniff"))
    #expect(book.get("98-none/loss.svg") == 200 && book.get("live.js") == 200 && book.get("live.css") == 200)
    #expect(book.get("there-is-none.html") == 404)
  }

  @Test func `without the secret, or with another, nothing is served`() throws {
    let book = try ServedBook()
    let wrong = String(book.secret.dropLast()) + (book.secret.hasSuffix("0") ? "1" : "0")
    for path in [
      "/", "/98-none.html", "/live.js", "/-/status", "/\(wrong)/98-none.html", "/\(book.secret)x/", "//98-none.html",
    ] {
      let answer = book.answer(book.request(path, isSecret: false))
      #expect([400, 403].contains(RawClient.code(of: answer)) && !answer.contains("the page"), "\(path)")
    }
    #expect(book.code(book.request("/98-none.html?\(book.secret)", isSecret: false)) == 403)
    #expect(Secret().text != Secret().text && Secret().text.count == 64)
  }

  @Test func `a name that was bound to this machine is no name of the server`() throws {
    let book = try ServedBook()
    for host in ["evil.example", "evil.example:\(book.port)", "127.0.0.1", "127.0.0.1:1", "[::1]:\(book.port)"] {
      #expect(book.get("98-none.html", ["Host": host]) == 403, "\(host)")
    }
    #expect(book.get("98-none.html", ["Host": ""]) == 403)
    #expect(book.get("98-none.html", ["Host": "localhost:\(book.port)"]) == 200)
    // Two of them are none.
    let two = "GET /\(book.secret)/98-none.html HTTP/1.1\r\nHost: \(book.host)\r\nHost: evil.example\r\n\r\n"
    #expect(book.code(two) == 400)
  }

  @Test func `a request from a page of another site is refused, with the secret too`() throws {
    let book = try ServedBook()
    for origin in [
      "http://evil.example", "null", "http://127.0.0.1:1", "https://\(book.host)", "http://localhost:\(book.port)",
    ] {
      #expect(book.get("98-none.html", ["Origin": origin]) == 403, "\(origin)")
      #expect(book.post("-/stop", "{}", ["Origin": origin]) == 403, "\(origin)")
    }
    #expect(book.get("98-none.html", ["Sec-Fetch-Site": "cross-site"]) == 403)
    #expect(book.get("98-none.html", ["Sec-Fetch-Site": "same-site"]) == 403)
    #expect(book.get("98-none.html", ["Sec-Fetch-Site": "none"]) == 200)
    // What a form, or a script without permission, can send.
    #expect(book.post("-/stop", "{}", ["Origin": ""]) == 403)
    #expect(book.post("-/stop", "{}", ["Content-Type": "text/plain"]) == 415)
    // The same from our own page is understood: there is no such run.
    #expect(book.post("-/stop", "{}") == 409)
  }

  @Test func `no path leaves the book, encoded or not`() throws {
    let book = try ServedBook()
    let paths = [
      "../private.html", "%2e%2e/private.html", "..%2fprivate.html", "%2e%2e%2fprivate.html", "%252e%252e/private.html",
      "98-none/../../private.html", "..\\private.html", "..%5cprivate.html", "./98-none.html", "%00",
      "98-none.html%00.png",
      "/etc/passwd", "link.html", ".hidden", "98-none//loss.svg", "-/runs/../../private.html/x.png",
      "-/source?chapter=98-none&path=../../private.html&first=1&last=1",
      "-/source?chapter=98-none&path=%2Fetc%2Fpasswd&first=1&last=1",
      "-/source?chapter=..&path=private.html&first=1&last=1", "compare?chapter=98-none&a=../..&b=golden",
    ]
    for path in paths {
      let answer = book.answer(book.request(path))
      #expect(!answer.contains("out of bounds") && !answer.contains("root:"), "\(path)")
      #expect(!answer.hasPrefix("HTTP/1.1 200") || path.hasPrefix("compare"), "\(path): \(answer.prefix(60))")
    }
    #expect(book.get("98-none.html") == 200)
  }

  @Test func `bodies and heads above their limits are refused, and so is one without a length`() throws {
    let book = try ServedBook()
    let huge = book.request("-/stop", method: "POST", fields: ["Content-Length": "10000000000"], body: "{}")
    #expect(book.code(huge) == 413)
    #expect(
      book.code(book.request("-/stop", method: "POST", fields: ["Content-Length": "99999999999999999999"], body: "{}"))
        == 411)
    #expect(book.code(book.request("-/stop", method: "POST", fields: ["Content-Length": ""], body: "{}")) == 411)
    #expect(
      book.code(book.request("-/stop", method: "POST", fields: ["Transfer-Encoding": "chunked"], body: "{}")) == 411)
    #expect(book.get("98-none.html", ["X-Long": String(repeating: "x", count: 100_000)]) == 431)
    #expect(book.get(String(repeating: "x", count: 5000)) == 400)
    #expect(book.code("GARBAGE\r\n\r\n") == 400)
    #expect(book.code("GET / HTTP/1.1\nHost: x\n\n\r\n\r\n") == 400)
    #expect(book.get("98-none.html") == 200)
  }

  @Test func `a client that says its request slowly, or never, is left alone`() throws {
    var limits = Guard.Limits()
    limits.patience = 0.5
    let book = try ServedBook(limits: limits)
    let slow = try #require(RawClient(port: book.port))
    let clock = ContinuousClock()
    let start = clock.now
    // A byte now and then keeps many servers waiting for ever.
    for _ in 0..<40 {
      guard slow.send("X") else { break }
      Thread.sleep(forTimeInterval: 0.05)
    }
    // Told so, or cut off while it still sends.
    let answer = slow.answer()
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
    #expect(clock.now - start < .seconds(5))
    let half = try #require(RawClient(port: book.port))
    half.send("POST /\(book.secret)/-/stop HTTP/1.1\r\nHost: \(book.host)\r\nContent-Length: 100\r\n\r\n{")
    #expect(half.code() == 408)
    let silent = try #require(RawClient(port: book.port))
    #expect(silent.answer().isEmpty)
    #expect(book.get("98-none.html") == 200)
  }

  @Test func `a thousand connections at once do not stop it`() throws {
    var limits = Guard.Limits()
    limits.patience = 60
    let book = try ServedBook(limits: limits)
    var clients = (0..<1000).compactMap { _ in RawClient(port: book.port) }
    #expect(clients.count > 900)
    // Without this the others are let go, and closed, as soon as the last one is found, which then is not one too many.
    withExtendedLifetime(clients) {
      #expect(clients.last?.code() == 503, "those above the limit are told so at once")
    }
    clients.removeAll()
    // Those that wait see that they are gone.
    for _ in 0..<100 where book.get("98-none.html") != 200 { Thread.sleep(forTimeInterval: 0.1) }
    #expect(book.get("98-none.html") == 200)
  }

  @Test func `more requests a second than a reader can make are refused`() throws {
    var limits = Guard.Limits()
    (limits.rate, limits.burst) = (1, 5)
    let book = try ServedBook(limits: limits)
    let codes = (0..<10).map { _ in book.get("98-none/loss.svg") }
    #expect(codes.prefix(5).allSatisfy { $0 == 200 } && codes.contains(429), "\(codes)")
  }

  @Test func `a web socket is not opened, with the secret or without`() throws {
    let book = try ServedBook()
    let upgrade = [
      "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]
    #expect(book.code(book.request("/-/events?chapter=98-none", fields: upgrade, isSecret: false)) == 403)
    #expect(book.code(book.request("/socket", fields: upgrade, isSecret: false)) == 403)
    let answer = book.answer(book.request("-/status", fields: upgrade))
    #expect(RawClient.code(of: answer) == 200 && !answer.contains("101"))
  }

  @Test func `with --read-only nothing that changes anything is served, and no script that would ask for it`() throws {
    let book = try ServedBook(isReadOnly: true)
    let page = book.answer(book.request("98-none.html"))
    #expect(page.contains("the page") && !page.contains("live.js"))
    for path in ["-/run", "-/stop", "-/go-on", "-/propose", "-/write", "-/accept", "-/skip", "-/comment"] {
      #expect(book.post(path, "{}") == 403, "\(path)")
    }
    #expect(book.get("live.js") == 404)
    #expect(book.get("-/source?chapter=98-none&path=main.swift&first=1&last=2") == 404)
    #expect(!FileManager.default.fileExists(atPath: book.folder("out/serve")))
  }

  @Test func `other methods are refused`() throws {
    let book = try ServedBook()
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"] {
      #expect(book.code(book.request("98-none.html", method: method)) == 405, "\(method)")
    }
  }
}
