import Goldens
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite struct ComparisonTests {
  @Test func `the tolerance is atol + rtol times the expected value, to the last bit`() throws {
    let tolerance = Tolerance.within(atol: 0.5, rtol: 0.25)
    #expect(try compare([1.75], with: [1], tolerance).verdict == .drifted)
    #expect(try compare([(1.75).nextUp], with: [1], tolerance).verdict == .wrong)
    // Relative to the expected side: 1.4 against 2.4 is inside, 2.4 against 1.4 is not.
    #expect(try compare([1.4], with: [2.4], tolerance).verdict == .drifted)
    #expect(try compare([2.4], with: [1.4], tolerance).verdict == .wrong)
    #expect(try compare([1], with: [1], .within(atol: 0, rtol: 0)).verdict == .identical)
  }

  @Test func `NaN equals NaN and nothing else, infinities equal themselves`() throws {
    let loose = Tolerance.within(atol: 1e300, rtol: 10)
    #expect(try compare([.nan, 1], with: [.nan, 1], loose).verdict == .identical)
    #expect(try compare([.nan, 1], with: [0, 1], loose).verdict == .wrong)
    #expect(try compare([0, 1], with: [.nan, 1], loose).verdict == .wrong)
    #expect(try compare([.infinity, 2], with: [.infinity, 1], loose).verdict == .drifted)
    #expect(try compare([-.infinity], with: [.infinity], loose).verdict == .wrong)
    // rtol·∞ is ∞: without care every number would be inside.
    #expect(try compare([5], with: [.infinity], loose).verdict == .wrong)
    #expect(try compare([.infinity], with: [5], loose).verdict == .wrong)
  }

  @Test func `the exact mode takes the same bits only`() throws {
    #expect(try compare([1, 2], with: [1, 2], .exact).verdict == .identical)
    #expect(try compare([1, 2.0.nextUp], with: [1, 2], .exact).verdict == .wrong)
    #expect(try compare([-0.0], with: [0.0], .exact).verdict == .wrong)
    #expect(try compare([-0.0], with: [0.0], tight).verdict == .drifted)
  }

  @Test func `the ULP mode counts representable numbers, across zero too`() throws {
    #expect(try compare([(1.0).nextUp.nextUp], with: [1], .ulps(2)).verdict == .drifted)
    #expect(try compare([(1.0).nextUp.nextUp.nextUp], with: [1], .ulps(2)).verdict == .wrong)
    #expect(try compare([(0.0).nextUp], with: [(0.0).nextDown], .ulps(2)).verdict == .drifted)
    #expect(try compare([.nan], with: [1], .ulps(.max)).verdict == .wrong)
    #expect(try compare([.infinity], with: [Double.greatestFiniteMagnitude], .ulps(4)).verdict == .wrong)
    #expect(ULPDistance.between(0.0, -0.0) == 0)
    #expect(ULPDistance.between(Float(1), Float(1).nextDown) == 1)
    #expect(ULPDistance.between(-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude) == 0xFFDF_FFFF_FFFF_FFFE)
  }

  @Test func `ULPs of the short formats are their own`() {
    #expect(ULPDistance.between(1, 1 + 0x1p-10, in: .float16) == 1)
    #expect(ULPDistance.between(65504, .infinity, in: .float16) == 1)
    #expect(ULPDistance.between(0x1p-24, -0x1p-24, in: .float16) == 2)
    #expect(ULPDistance.between(0x1p-14, 0x1p-14 - 0x1p-24, in: .float16) == 1)
    #expect(ULPDistance.between(2, 1, in: .float16) == 1024)
    #expect(ULPDistance.between(1, 1 + 0x1p-7, in: .bfloat16) == 1)
    #expect(ULPDistance.between(1, 2, in: .int32) == nil)
  }

  @Test func `a report names the worst elements, their index, both values and how many`() throws {
    let expected = try recording { $0.record("w", Tensor([1, 2, 3, 4, 5, 0.001], shape: [2, 3]), tight, at: here) }
    let found = try recording { $0.record("w", Tensor([1, 2, 3, 4.5, 5, 0.002], shape: [2, 3]), tight, at: here) }
    let result = try check(found, against: expected)
    let entry = try #require(result.entries.first)
    let mismatch = try #require(entry.mismatch)
    #expect(entry.verdict == .wrong && entry.source == here)
    #expect(mismatch.failing == 2 && mismatch.compared == 6 && mismatch.shape == [2, 3])
    #expect(mismatch.worstAbsolute?.index == [1, 0] && mismatch.worstAbsolute?.absolute == 0.5)
    #expect(mismatch.worstRelative?.index == [1, 2] && mismatch.worstRelative?.expected == 0.001)
    #expect(mismatch.first?.index == [1, 0] && mismatch.first?.ulps == 1 << 49)
    #expect(
      mismatch.histogram == [
        .init(label: "0", count: 4), .init(label: "1e-1", count: 1), .init(label: "1e0", count: 1),
      ])
    let text = TextReport([result], exact: false, style: TextStyle(usesColor: false)).text
    for part in ["w float64  tests/File.swift:7", "[1, 0]", "4.5 (0x1.2p+2)", "4.0 (0x1p+2)", "2 of 6", "33.3 %"] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func `a large tensor is held by its sample, and what the sample misses by its moments`() throws {
    let values = (0..<20_000).map { Double($0 % 97) / 97 }
    func record(_ values: [Double], _ tolerance: Tolerance = tight) throws -> Recording {
      try recording { $0.record("big", Tensor(values, shape: [100, 200]), tolerance, at: here) }
    }
    let sampled = Set(SamplePositions.positions(name: "big", count: 20_000))
    let inside = try #require(sampled.first)
    let outside = try #require((0..<20_000).first { !sampled.contains($0) })
    var changed = values
    changed[inside] += 1e-3
    let hit = try #require(try check(record(changed), against: record(values)).entries.first)
    #expect(hit.verdict == .wrong && hit.mismatch?.worstAbsolute?.index == [inside / 200, inside % 200])
    changed = values
    changed[outside] = 5
    let missed = try #require(try check(record(changed), against: record(values)).entries.first)
    #expect(missed.verdict == .wrong && missed.mismatch?.moments.map(\.name) == ["mean", "std", "max"])
    changed = values
    changed[outside] = changed[outside].nextUp
    #expect(try check(record(changed), against: record(values)).entries.first?.verdict == .drifted)
    #expect(try check(record(changed, .exact), against: record(values, .exact)).entries.first?.verdict == .wrong)
  }

  @Test func `what every element of a short format may be off by, its moments may be, too`() throws {
    func record(_ bits: UInt16) throws -> Recording {
      let bytes = (0..<6000).flatMap { _ in [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)] }
      let entry = try TensorFile.Entry(name: "half", elementType: .float16, shape: [6000], bytes: bytes[...])
      let value = try GoldenValue(.tensor, entry, name: "half")
      return Recording(
        chapter: "98-test", precision: .float64,
        entries: [RecordedEntry(name: "half", value: value, tolerance: .ulps(2), source: here)], log: [])
    }
    let one: UInt16 = 0x3C00
    #expect(try check(record(one + 1), against: record(one)).entries.first?.verdict == .drifted)
    #expect(try check(record(one + 3), against: record(one)).entries.first?.verdict == .wrong)
  }

  @Test func `a whole tensor and a sampled one meet`() throws {
    let values = Tensor((0..<5000).map { Double($0) }, shape: [5000])
    let other = Tensor((0..<5000).map { Double($0) + 1 }, shape: [5000])
    for keeping in [(Keeping?.some(.whole), Keeping?.none), (nil, .whole), (.hash, .whole), (.sample, .hash)] {
      let expected = try recording { $0.record("x", values, tight, keeping: keeping.0, at: here) }
      let same = try recording { $0.record("x", values, tight, keeping: keeping.1, at: here) }
      let wrong = try recording { $0.record("x", other, tight, keeping: keeping.1, at: here) }
      #expect(try check(same, against: expected).entries.first?.verdict == .identical)
      #expect(try check(wrong, against: expected).entries.first?.verdict == .wrong)
    }
  }

  @Test func `integers are compared as integers beyond 2^53`() throws {
    func entry(_ value: Int64) throws -> TensorFile.Entry {
      try .init(name: "n", elementType: .int64, shape: [1], bytes: withUnsafeBytes(of: value) { Array($0) }[...])
    }
    func record(_ value: Int64) throws -> Recording {
      let value = try GoldenValue(.tensor, entry(value), name: "n")
      let entry = RecordedEntry(name: "n", value: value, tolerance: .within(atol: 0, rtol: 0), source: here)
      return Recording(chapter: "98-test", precision: .float64, entries: [entry], log: [])
    }
    #expect(try check(record(1 << 60), against: record(1 << 60)).entries.first?.verdict == .identical)
    #expect(try check(record(1 << 60 + 1), against: record(1 << 60)).entries.first?.verdict == .wrong)
  }

  @Test func `a picture is compared in steps of 1 of 255`() throws {
    func record(_ pixel: UInt8) throws -> Recording {
      try recording {
        $0.record("p", pixels: [0, pixel, 9], height: 1, width: 3, channels: 1, .within(atol: 1, rtol: 0), at: here)
      }
    }
    #expect(try check(record(255), against: record(254)).entries.first?.verdict == .drifted)
    #expect(try check(record(253), against: record(255)).entries.first?.verdict == .wrong)
  }

  @Test func `an all-zero tensor does not pass for one with values`() throws {
    let entry = try compare(
      [Double](repeating: 0, count: 8), with: (1...8).map(Double.init), .within(atol: 1e-3, rtol: 0.9))
    #expect(entry.verdict == .wrong)
  }
}

@Suite struct SampledVerdictTests {
  private func check(_ count: Int, changing: Bool = false) throws -> PrecisionResult {
    func made(_ offset: Double) throws -> Recording {
      let values = (0..<count).map { Double($0 % 97) / 97 + offset }
      return try recording { $0.record("x", Tensor(values, shape: [count]), tight, at: here) }
    }
    return try GoldensTests.check(made(changing ? 1e-12 : 0), against: made(0))
  }

  @Test(arguments: [false, true]) func `the verdict on a sampled tensor says how many elements were compared`(
    changing: Bool
  )
    throws
  {
    let result = try check(20_000, changing: changing)
    let entry = try #require(result.entries.first)
    let sampled = try #require(entry.sampled)
    #expect(entry.verdict == (changing ? .drifted : .identical))
    #expect(sampled.of == 20_000 && sampled.compared < 20_000 && sampled.compared > 0)
    #expect(entry.note.contains("\(sampled.compared) of 20000 elements were compared"))
    let text = TextReport([result], exact: false, style: TextStyle(usesColor: false)).text
    #expect(text.contains("1 of them by a sample"))
    #expect(
      JSONReport.text([result], exact: false).contains(
        "\"sampled\": {\"compared\": \(sampled.compared), \"of\": 20000}"))
  }

  @Test func `a verdict on all elements says nothing of the kind`() throws {
    let result = try check(100)
    #expect(result.entries.first?.sampled == nil && result.entries.first?.note == "")
  }
}

@Suite struct LogComparisonTests {
  let tolerance = Tolerance.within(atol: 1e-4, rtol: 0)

  @Test(arguments: [
    ("Loss_D: 1.4032  D(x): 0.6174 / 0.5039", "Loss_D: 1.4033  D(x): 0.6173 / 0.5039"),
    ("x -0.0001", "x 0.0000"), ("nan", "nan"), ("v 1e-3", "v 0.001"), ("loss=.5", "loss=0.5"), ("", ""),
    ("-inf", "-inf"),
  ])
  func `numbers inside the tolerance hold`(expected: String, found: String) {
    #expect(LogComparison.difference(expected, found, tolerance) == nil)
  }

  @Test(arguments: [
    ("Loss_D: 1.4032", "Loss_D: 1.4034"), ("Loss_D: 1.4032", "Loss_G: 1.4032"), ("[1/50]", "[2/50]"), ("nan", "1.0"),
    ("1.0", "nan"), ("a 1.0", "a 1.0 "), ("a 1.0 b", "a 1.0"), ("a", "a 1"), ("conv2d", "conv3d"), ("5", "5.0"),
    ("inf", "-inf"),
    ("10000", "10001"), ("é", "e\u{301}"), ("v1", "v2"), ("1.0 2.0", "1.0"),
  ])
  func `anything else does not`(expected: String, found: String) {
    #expect(LogComparison.difference(expected, found, tolerance) != nil)
  }

  @Test func `whole numbers are counters and must be equal, however wide the tolerance`() {
    let wide = Tolerance.within(atol: 10, rtol: 1)
    #expect(LogComparison.difference("[3/50] loss 1.0", "[4/50] loss 1.0", wide) != nil)
    #expect(LogComparison.difference("[3/50] loss 1.0", "[3/50] loss 5.0", wide) == nil)
  }

  @Test(arguments: [
    ("9007199254740993", "9007199254740992"), ("step 9007199254740993", "step 9007199254740992"),
    (String(repeating: "9", count: 400), String(repeating: "9", count: 399) + "8"), ("1e400", "1e401"),
    ("1e-400", "1e-401"),
    ("1" + String(repeating: "0", count: 400) + ".5", "2" + String(repeating: "0", count: 400) + ".5"), ("0", "1"),
  ])
  func `numbers that float64 takes for equal are told apart`(expected: String, found: String) {
    #expect(LogComparison.difference(expected, found, .exact) != nil)
    guard !expected.contains("-") else { return }  // within a tolerance, 1e-400 and 1e-401 are both 0
    #expect(LogComparison.difference(expected, found, tolerance) != nil)
    #expect(LogComparison.difference(expected, found, .ulps(4)) != nil)
  }

  @Test(arguments: [("0", "-0"), ("5", "+5"), ("0.0", "-0.0"), ("007", "7")])
  func `equal numbers in other writings are told apart where every bit counts, and only there`(a: String, b: String) {
    #expect(LogComparison.difference(a, b, .exact) != nil)
    #expect(LogComparison.difference(b, a, .exact) != nil)
    #expect(LogComparison.difference(a, b, tolerance) == nil)
    #expect(LogComparison.difference(a, a, .exact) == nil)
  }

  @Test func `the first line that differs is named with both texts`() throws {
    let expected = try recording { r in for n in 0..<5 { r.record(log: "step \(n) 0.5", tolerance, at: here) } }
    let found = try recording { r in
      for n in 0..<4 {
        r.record(log: "step \(n) \(n == 2 ? 0.6 : 0.5)", tolerance, at: SourceLocation(file: "c", line: UInt(n)))
      }
    }
    let entry = try #require(try check(found, against: expected).entries.first)
    #expect(entry.verdict == .wrong && entry.name == "log" && entry.source?.line == 2)
    #expect(entry.mismatch?.lines.map(\.number) == [3, 5])
    #expect(entry.mismatch?.lines[0].reason.contains("expected 0.5, found 0.6") == true)
    #expect(entry.mismatch?.lines[1].reason == "the line is missing")
  }
}

@Suite struct GlobTests {
  @Test(arguments: [
    ("*", "anything/at/all", true), ("gen/*", "gen/conv.0", true), ("gen/*", "disc/conv.0", false),
    ("*weight", "a.weight", true),
    ("*weight", "a.weights", false), ("a?c", "abc", true), ("a?c", "ac", false), ("", "", true), ("", "x", false),
    ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false), ("[a]", "[a]", true),
  ])
  func `patterns match what they say`(pattern: String, name: String, expected: Bool) {
    #expect(Glob(pattern).matches(name) == expected)
  }

  @Test func `a hostile pattern takes no exponential time`() {
    #expect(!Glob(String(repeating: "*a", count: 30) + "b").matches(String(repeating: "a", count: 200)))
  }
}
