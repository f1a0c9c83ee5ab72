import Goldens
import TensorFiles
import Tensors
import TestSupport

let here = SourceLocation(file: "tests/File.swift", line: 7)
let tight = Tolerance.within(atol: 1e-9, rtol: 1e-7)

/// A recording of a chapter "98-test" in float64.
func recording(_ fill: (Recorder) -> Void) throws -> Recording {
  let recorder = Recorder(chapter: "98-test", precision: .float64)
  fill(recorder)
  return try recorder.recording()
}

/// The result of holding `found` against a golden set made of `expected`.
func check(_ found: Recording, against expected: Recording, blessed: Bool = true, pattern: String? = nil) throws
  -> PrecisionResult
{
  let folder = try TemporaryFolder()
  var writer = GoldenSetWriter(chapter: "98-test")
  writer.add(expected, blessed: blessed)
  try writer.write(to: folder("98-test"))
  return Checker(goldens: try GoldenSet(readingFrom: folder("98-test")), pattern: pattern.map(Glob.init)).check(found)
}

/// The only entry of a check of one tensor against another.
func compare(_ found: [Double], with expected: [Double], _ tolerance: Tolerance = tight) throws -> EntryResult {
  func record(_ values: [Double]) throws -> Recording {
    try recording { $0.record("x", Tensor(values, shape: [values.count]), tolerance, at: here) }
  }
  let result = try check(record(found), against: record(expected))
  guard let entry = result.entries.first, result.entries.count == 1, result.failure == nil else {
    throw CatalogError("no single entry: \(result)")
  }
  return entry
}
