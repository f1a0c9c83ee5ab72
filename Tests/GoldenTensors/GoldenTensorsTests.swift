import Foundation
import GoldenTensors
import Goldens
import Tensors
import TestSupport
import Testing

/// The library as another package's tests use it; where it must fail, its verdict is looked at, and not this test's
/// end.
@Suite struct GoldenTensorsTests {
  private let place: TemporaryFolder
  private let files: GoldenFiles

  init() throws {
    place = try TemporaryFolder()
    files = GoldenFiles(filePath: place("LossTests.swift"), module: "ModelTests")
  }

  private func failure(
    _ values: [Double], shape: [Int]? = nil, named name: String = "x", _ tolerance: Tolerance = .exact,
    environment: [String: String] = [:]
  ) -> String? {
    let here = TestPlace(fileID: #fileID, filePath: #filePath, line: #line, column: #column)
    return GoldenExpectation(name: name, tolerance: tolerance, place: here)
      .failure(values, shape: shape, files, environment: environment)
  }

  @Test func `what is committed beside this file holds, as every type`() {
    expectGolden([1.0, 0.5, 0.25], named: "halves", atol: 0, rtol: 1e-9)
    expectGolden([1, 2, 3, 4, 5, 6], shape: [2, 3], named: "whole numbers", ulps: 0)
    expectGolden([true, false], named: "flags", ulps: 0)
    expectGolden((0..<5000).map { Float($0) / 8 }, shape: [50, 100], named: "large", ulps: 0)
  }

  @Test func `an expectation that fails is an issue at the caller's line, with the verdict`() {
    withKnownIssue {
      expectGolden([1.0, 0.5, 0.3], named: "halves", atol: 0, rtol: 1e-9)
    } matching: { issue in
      let text = issue.description
      return text.contains("1 of 3 elements") && issue.sourceLocation?.line == #line - 3
        && issue.sourceLocation?.fileID.hasSuffix("GoldenTensorsTests.swift") == true
    }
  }

  @Test func `a golden that is not there fails and is not written unless that is said`() throws {
    let absent = try #require(failure([1]))
    #expect(absent.contains("no golden yet") && absent.contains("GOLDENS=missing"))
    #expect(place.names.isEmpty)
    let written = try #require(failure([1], environment: ["GOLDENS": "missing"]))
    #expect(written.contains("it was written now") && written.contains("Goldens/LossTests"))
    #expect(failure([1]) == nil)
    #expect(failure([1], environment: ["GOLDENS": "missing"]) == nil)
  }

  @Test func `a golden that does not hold is replaced by all, not by missing, and never in CI`() throws {
    _ = failure([1, 2], environment: ["GOLDENS": "missing"])
    for mode in ["", "never", "missing"] {
      #expect(failure([1, 3], environment: ["GOLDENS": mode])?.contains("1 of 2 elements") == true)
    }
    #expect(failure([1, 3], environment: ["GOLDENS": "all", "CI": "true"])?.contains("CI is set") == true)
    #expect(failure([1, 2]) == nil)
    #expect(failure([1, 3], environment: ["GOLDENS": "all"])?.contains("it was written now") == true)
    #expect(failure([1, 3]) == nil)
    #expect(withGoldens(.never) { failure([1, 4], environment: ["GOLDENS": "all"]) }?.contains("GOLDENS=all") == true)
    #expect(failure([1, 3]) == nil)
  }

  @Test func `the tolerance decides, and NaN is nothing but NaN`() {
    _ = failure([1, .nan], environment: ["GOLDENS": "missing"])
    #expect(failure([1.001, .nan], .within(atol: 1e-2, rtol: 0)) == nil)
    #expect(failure([1.001, .nan], .within(atol: 1e-4, rtol: 0)) != nil)
    #expect(failure([1, 0], .within(atol: 1e300, rtol: 0)) != nil)
    #expect(failure([1, .nan], shape: [2, 1], .within(atol: 1, rtol: 0))?.contains("expected shape [2]") == true)
  }

  @Test func `of many elements every one is compared`() throws {
    let count = 20_000
    let sampled = Set(SamplePositions.positions(name: "x", count: count))
    let unsampled = try #require((0..<count).first { !sampled.contains($0) })
    var values = [Double](repeating: 0.5, count: count)
    _ = failure(values, environment: ["GOLDENS": "missing"])
    values[unsampled] += 1
    #expect(failure(values, .within(atol: 1e-2, rtol: 0))?.contains("1 of 20000 elements") == true)
  }

  @Test(arguments: [
    Tolerance.within(atol: .nan, rtol: 0), .within(atol: -1, rtol: 0), .within(atol: 0, rtol: .infinity),
  ])
  func `a tolerance that makes no sense fails even where values are equal`(tolerance: Tolerance) {
    _ = failure([1], environment: ["GOLDENS": "missing"])
    #expect(failure([1], tolerance)?.contains("tolerance") == true)
  }

  @Test func `bad names, bad shapes and a mode that is none fail and write nothing`() {
    let all = ["GOLDENS": "all"]
    for name in ["", "log", "a#b", "a\u{1B}b"] { #expect(failure([1], named: name, environment: all) != nil) }
    for shape in [[2], [-1], [], [Int.max, Int.max], [0]] {
      #expect((failure([1], shape: shape, environment: all)?.contains("written") == true) == (shape == []))
      #expect(shape == [] || failure([1], shape: shape, environment: all)?.contains("does not hold 1 values") == true)
    }
    #expect(failure([1], environment: ["GOLDENS": "al"])?.contains("expected one of never, missing, all") == true)
  }

  @Test func `a damaged golden fails and is named`() throws {
    _ = failure([1], environment: ["GOLDENS": "missing"])
    try Data("x".utf8).write(to: URL(filePath: place("Goldens/LossTests/log.txt")))
    for mode in GoldenMode.allCases {
      #expect(failure([1], environment: ["GOLDENS": mode.rawValue])?.contains("log.txt") == true)
    }
  }

  @Test func `expectations side by side lose nothing`() async throws {
    let files = files
    let here = TestPlace(fileID: #fileID, filePath: #filePath, line: #line, column: #column)
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          let expectation = GoldenExpectation(name: "x\(index)", tolerance: .exact, place: here)
          _ = expectation.failure([Double(index)], shape: nil, files, environment: ["GOLDENS": "missing"])
        }
      }
    }
    for index in 0..<20 { #expect(failure([Double(index)], named: "x\(index)") == nil) }
  }

  @Test func `what is expected is recorded where that is asked for, and the checker takes it`() throws {
    let environment = ["GOLDENS": "missing", "GOLDEN_RECORDINGS": place("recordings")]
    _ = failure([1], named: "a", environment: environment)
    _ = failure([2], named: "b", environment: environment)
    _ = failure([3], named: "b", environment: environment)
    let recordings = try RecordingFolder(place("recordings/ModelTests"))
    #expect(recordings.names == ["LossTests"])
    let results = try RecordingCheck(recordings, goldens: place("Goldens")).results()
    #expect(results.flatMap(\.entries).map(\.verdict) == [.identical, .wrong])
  }
}
