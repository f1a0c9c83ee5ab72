import Tensors
import Testing

/// Every primitive against PyTorch: values, first and second gradients, in both precisions.
@Suite struct ConformanceTests {
  @Test(arguments: ConformanceRun.operations.keys.sorted(), DType.allCases)
  func `agrees with PyTorch`(op: String, dtype: DType) throws {
    let results = try ConformanceRun.results.get().filter { $0.op == op && $0.dtype == dtype }
    #expect(!results.isEmpty, "the harness knows \(op), but no case tests it")
    for result in results {
      for failure in result.failures {
        Issue.record("\(result.name), \(result.dtype), \(result.products) products: \(failure)")
      }
    }
  }

  /// A case whose operation the harness does not know would otherwise belong to no test above.
  @Test func `knows every operation`() throws {
    let unknown = Set(try ConformanceFile.shared.get().cases.map(\.op)).subtracting(ConformanceRun.operations.keys)
    #expect(unknown.isEmpty, "no operation of the harness for \(unknown.sorted())")
  }

  @Test func `runs every case in both precisions`() throws {
    let cases = try ConformanceFile.shared.get().cases
    #expect(cases.count > 800)
    #expect(Set(cases.map(\.name)).count == cases.count)
    for products in ProductImplementation.allCases {
      for dtype in DType.allCases {
        let names = try ConformanceRun.results.get().filter { $0.products == products && $0.dtype == dtype }.map(\.name)
        #expect(names == cases.map(\.name), "\(products), \(dtype)")
      }
    }
  }
}

/// The comparison itself must not be satisfied too easily.
@Suite struct ComparisonTests {
  let expected = Tensor([1.0, -2, 4], shape: [3])

  func mismatch(_ values: [Double], _ tolerance: Tolerance = .general(.float64)) -> String? {
    Conformance.mismatch(Tensor(values, shape: [values.count]), expected, dtype: .float64, tolerance)
  }

  @Test func `accepts the tolerance and no more`() {
    #expect(mismatch([1, -2, 4]) == nil)
    #expect(mismatch([1 + 3.9e-12, -2, 4]) == nil)
    #expect(mismatch([1 + 4.1e-12, -2, 4])?.contains("worst at [0]") == true)
    #expect(mismatch([1, -2, 4 * (1 + 1e-13)], .elementwise(.float64)) != nil)
  }

  @Test func `refuses what is not a number`() {
    #expect(mismatch([1, .nan, 4])?.contains("worst at [1]") == true)
    #expect(mismatch([1, -2, .infinity]) != nil)
  }

  @Test func `refuses another shape or precision`() {
    #expect(mismatch([1, -2]) == "has shape [2], expected [3]")
    #expect(
      Conformance.mismatch(expected, expected, dtype: .float32, .general(.float32)) == "is float64, expected float32")
  }

  @Test func `wants exact zeros where all is zero`() {
    let zeros = Tensor.zeros([2], dtype: .float64)
    let almost = Tensor([0, 1e-300], shape: [2])
    #expect(Conformance.mismatch(zeros, zeros, dtype: .float64, .general(.float64)) == nil)
    #expect(Conformance.mismatch(almost, zeros, dtype: .float64, .general(.float64)) != nil)
  }
}
