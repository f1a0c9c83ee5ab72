import KernelContract
import Kernels
import Testing

#if arch(x86_64)
  import KernelsV3
  import KernelsV4
#endif

/// The kernels of one instruction set.
struct InstructionSet: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let float32: KernelSet<Float>
  let float64: KernelSet<Double>

  /// All that this processor can run.
  static let all: [InstructionSet] = {
    #if arch(x86_64)
      let v3 = InstructionSet(
        testDescription: "v3", float32: KernelsV3.KernelTable.float32, float64: KernelsV3.KernelTable.float64)
      // Behind the question: on a processor without v4 its tables must not be touched.
      guard Kernels.hasInstructionSet("v4") else { return [v3] }
      let v4 = InstructionSet(
        testDescription: "v4", float32: KernelsV4.KernelTable.float32, float64: KernelsV4.KernelTable.float64)
      return [v3, v4]
    #else
      return [
        InstructionSet(testDescription: "plain", float32: Kernels.float32, float64: Kernels.float64)
      ]
    #endif
  }()
}

extension KernelSet {
  func apply(_ operation: UnaryOperation, _ elements: [Scalar]) -> [Scalar] {
    var result = elements
    result.withUnsafeMutableBufferPointer { out in
      elements.withUnsafeBufferPointer { source in
        guard let out = out.baseAddress, let source = source.baseAddress else { return }
        unary(operation, elements.count, source, out)
      }
    }
    return result
  }

  func applyInPlace(_ operation: UnaryOperation, _ elements: [Scalar]) -> [Scalar] {
    var result = elements
    result.withUnsafeMutableBufferPointer { out in
      guard let out = out.baseAddress else { return }
      unary(operation, elements.count, out, out)
    }
    return result
  }

  func apply(_ operation: BinaryOperation, _ a: [Scalar], _ b: [Scalar]) -> [Scalar] {
    var result = a
    result.withUnsafeMutableBufferPointer { out in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          guard let out = out.baseAddress, let left = a.baseAddress, let right = b.baseAddress else { return }
          binary(operation, a.count, left, 1, right, 1, out)
        }
      }
    }
    return result
  }
}
