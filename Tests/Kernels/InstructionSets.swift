import KernelContract
import Kernels
import Testing

#if arch(x86_64)
  import KernelsV3
  import KernelsV4
#else
  import KernelsPlain
#endif

/// The kernels of one instruction set.
struct CompiledSet: CustomTestStringConvertible, Sendable {
  let instructionSet: InstructionSet
  let float32: any KernelSet<Float>.Type
  let float64: any KernelSet<Double>.Type

  var testDescription: String { instructionSet.rawValue }

  /// All that this processor can run: nothing else is called.
  static let all = InstructionSet.available.map { set in
    #if arch(x86_64)
      switch set {
      case .v3:
        CompiledSet(
          instructionSet: set, float32: KernelsV3.Float32Kernels.self, float64: KernelsV3.Float64Kernels.self)
      case .v4:
        CompiledSet(
          instructionSet: set, float32: KernelsV4.Float32Kernels.self, float64: KernelsV4.Float64Kernels.self)
      }
    #else
      CompiledSet(
        instructionSet: set, float32: KernelsPlain.Float32Kernels.self, float64: KernelsPlain.Float64Kernels.self)
    #endif
  }
}

extension ElementwiseKernels {
  static func apply(_ operation: UnaryOperation, _ elements: [Scalar]) -> [Scalar] {
    var result = elements
    result.withUnsafeMutableBufferPointer { out in
      elements.withUnsafeBufferPointer { source in
        guard let out = out.baseAddress, let source = source.baseAddress else { return }
        unary(operation, count: elements.count, source, to: out)
      }
    }
    return result
  }

  static func applyInPlace(_ operation: UnaryOperation, _ elements: [Scalar]) -> [Scalar] {
    var result = elements
    result.withUnsafeMutableBufferPointer { out in
      guard let out = out.baseAddress else { return }
      unary(operation, count: elements.count, out, to: out)
    }
    return result
  }

  static func apply(_ operation: BinaryOperation, _ a: [Scalar], _ b: [Scalar]) -> [Scalar] {
    var result = a
    result.withUnsafeMutableBufferPointer { out in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          guard let out = out.baseAddress, let left = a.baseAddress, let right = b.baseAddress else { return }
          binary(operation, count: a.count, left, stride: 1, right, stride: 1, to: out)
        }
      }
    }
    return result
  }
}
