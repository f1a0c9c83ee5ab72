import Files
import Goldens
import TensorFiles
import TestSupport
import Testing

@Suite struct FileDiffTests {
  private func file(_ entries: [(String, ElementType, [UInt8])], unread: [TensorFile.Unread] = []) throws -> TensorFile
  {
    var file = try TensorFile(
      entries: entries.map {
        try .init(name: $0.0, elementType: $0.1, shape: [$0.2.count / $0.1.byteCount], bytes: $0.2[...])
      })
    file.unread = unread
    return file
  }

  private func bytes<I: FixedWidthInteger>(_ values: I...) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
  }

  private func diff(_ a: TensorFile, _ b: TensorFile, _ tolerance: Tolerance = .exact, prefixes: [String] = []) throws
    -> PrecisionResult
  {
    try FileDiff(tolerance: tolerance, prefixes: prefixes).compare(expected: a, found: b)
  }

  private func text(_ result: PrecisionResult) -> String {
    TextReport([result], exact: false, style: TextStyle(usesColor: false)).text
  }

  @Test func `whole numbers are compared and printed exactly, whatever their size`() throws {
    let cases: [([UInt8], [UInt8], ElementType, String, String, String)] = [
      (bytes(Int64(1) << 53), bytes(Int64(1) << 53 + 1), .int64, "9007199254740992", "9007199254740993", "1"),
      (
        bytes(Int64.min), bytes(Int64.max), .int64, "-9223372036854775808", "9223372036854775807",
        "18446744073709551615"
      ),
      (bytes(UInt64.max), bytes(UInt64.max - 2), .uint64, "18446744073709551615", "18446744073709551613", "2"),
      (bytes(Int64(1) << 62), bytes(Int64(1) << 62 + 512), .int64, "4611686018427387904", "4611686018427388416", "512"),
      (bytes(Int8(-3)), bytes(Int8(4)), .int8, "-3", "4", "7"),
    ]
    for (a, b, type, left, right, distance) in cases {
      let result = try diff(file([("x", type, a)]), file([("x", type, b)]))
      let report = text(result)
      #expect(report.contains("expected \(left), found \(right)\n"), "\(report)")
      #expect(report.contains("worst absolute \(distance), relative"), "\(report)")
      let json = JSONReport.text([result], exact: false)
      #expect(json.contains("\"value\": \(left)") && json.contains("\"value\": \(right)"), "\(json)")
      let number = try #require(Double(distance))
      if number < 1e6 {
        #expect(
          try !diff(file([("x", type, a)]), file([("x", type, b)]), .within(atol: number, rtol: 0)).fails(exact: false))
        #expect(
          try diff(file([("x", type, a)]), file([("x", type, b)]), .within(atol: number - 0.5, rtol: 0)).fails(
            exact: false))
      }
    }
  }

  @Test func `complex numbers are compared part by part`() throws {
    let a = try TensorFile(entries: [
      .init(name: "z", elementType: .complex64, shape: [2], bytes: [UInt8](repeating: 0, count: 16)[...])
    ])
    var changed = [UInt8](repeating: 0, count: 16)
    changed[15] = 0x40
    let b = try TensorFile(entries: [.init(name: "z", elementType: .complex64, shape: [2], bytes: changed[...])])
    #expect(try !diff(a, a).fails(exact: false))
    #expect(text(try diff(a, b)).contains("at [1, 1]: expected 0.0"))
    #expect(try !diff(a, b, .within(atol: 2, rtol: 0)).fails(exact: false))
  }

  @Test func `one-byte floats have units in the last place`() throws {
    // e4m3fn: 0x38 is 1, 0x3A two numbers further.
    let (a, b) = (try file([("x", .float8_e4m3fn, [0x38])]), try file([("x", .float8_e4m3fn, [0x3A])]))
    #expect(text(try diff(a, b)).contains("2 ULP"))
    #expect(try !diff(a, b, .ulps(2)).fails(exact: false))
    #expect(try diff(a, b, .ulps(1)).fails(exact: false))
  }

  @Test func `a common prefix is named, and the option takes it off`() throws {
    let plain = try file([("a", .uint8, [1]), ("b.c", .uint8, [2])])
    for prefix in ["module.", "_orig_mod.", "module._orig_mod.", "model."] {
      let wrapped = try file([(prefix + "a", .uint8, [1]), (prefix + "b.c", .uint8, [2])])
      let result = try diff(plain, wrapped)
      #expect(result.fails(exact: false))
      #expect(result.notes.first?.contains("--strip-prefix \(prefix)") == true, "\(result.notes)")
      #expect(try !diff(plain, wrapped, prefixes: [prefix]).fails(exact: false))
      #expect(try !diff(wrapped, plain, prefixes: [prefix]).fails(exact: false))
    }
    let compiled = try file([("_orig_mod.a", .uint8, [1])])
    let parallel = try file([("module.a", .uint8, [1])])
    #expect(
      try diff(compiled, parallel).notes.first?.contains("--strip-prefix _orig_mod. --strip-prefix module.") == true)
    #expect(try !diff(compiled, parallel, prefixes: ["module.", "_orig_mod."]).fails(exact: false))
    #expect(try diff(plain, plain).notes.isEmpty)
    #expect(throws: FileError.self) {
      try diff(file([("module.a", .uint8, [1]), ("a", .uint8, [1])]), plain, prefixes: ["module."])
    }
  }

  @Test func `what is not read is named, and an array that is not read must be the same bytes`() throws {
    func with(_ bytes: [UInt8]?) throws -> TensorFile {
      try file(
        [("a", .uint8, [1])], unread: [.init(name: "t", what: "an array of texts", bytes: bytes.map { $0[...] })])
    }
    let plain = try file([("a", .uint8, [1])])
    let result = try diff(plain, with([1]))
    #expect(!result.fails(exact: false) && text(result).contains("not compared: t, an array of texts"))
    #expect(try !diff(with([1]), with([1])).fails(exact: false))
    #expect(try !diff(with(nil), with(nil)).fails(exact: false))
    #expect(try diff(with([1]), with([2])).fails(exact: false))
    let tensor = try file([("a", .uint8, [1]), ("t", .uint8, [1])])
    #expect(text(try diff(tensor, with([1]))).contains("it is an array of texts, which is not read"))
  }

  @Test func `a damaged entry is named and does not hold, and the rest is compared`() throws {
    let good = try TensorFile.Entry(name: "a", elementType: .uint8, shape: [1], bytes: [7])
    let npy = try NPY.bytes(of: good)
    let bytes = StoredZip.bytes([("a.npy", npy), ("b.npy", Array(npy.dropLast())), ("c.npy", npy + [1])])
    let damaged = try TensorFile(bytes: bytes, path: "x.npz")
    #expect(damaged.entries.map(\.name) == ["a"] && damaged.unread.allSatisfy(\.isDamaged))
    let whole = try TensorFile(bytes: StoredZip.bytes([("a.npy", npy), ("b.npy", npy)]), path: "y.npz")
    for (left, right) in [(damaged, damaged), (damaged, whole), (whole, damaged)] {
      let result = try diff(left, right)
      #expect(result.fails(exact: false))
      #expect(result.entries.contains { $0.name == "a" && $0.verdict == .identical })
      #expect(result.entries.contains { $0.name == "b" && $0.note.contains("damaged") }, "\(result.entries)")
      let only = try FileDiff(tolerance: .exact, pattern: Glob("a")).compare(expected: left, found: right)
      #expect(!only.fails(exact: false))
    }
  }

  @Test func `names reach a terminal as text`() throws {
    let name = "w\u{1B}[2J\u{9B}31m\n\u{202E}x"
    let result = try diff(file([(name, .uint8, [1])]), file([(name, .uint8, [2])]))
    let report = text(result)
    #expect(report.contains(#"w\x1B[2J\x9B31m\n\u{202E}x"#), "\(report)")
    #expect(!report.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) })
    let error = FileError("a\u{7}b", .badName, at: "tensor \u{1B}]0;x", expected: "x", found: "\r")
    #expect("\(error)" == #"a\x07b, tensor \x1B]0;x: expected x, found \r"#)
  }

  @Test func `names are matched by code points`() throws {
    let result = try diff(file([("caf\u{E9}", .uint8, [1])]), file([("cafe\u{301}", .uint8, [1])]))
    #expect(result.entries.map(\.verdict) == [.orphan, .missing])
    #expect(!Glob("caf\u{E9}").matches("cafe\u{301}"))
  }
}
