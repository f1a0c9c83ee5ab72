import KernelContract
import Kernels

#if arch(x86_64)
  import KernelsV3
  import KernelsV4
#else
  import KernelsPlain
#endif

/// Kernels whose elements a tensor can hold.
package protocol TensorKernels: KernelSet where Scalar: TensorScalar {}

#if arch(x86_64)
  extension KernelsV3.Float32Kernels: TensorKernels {}
  extension KernelsV3.Float64Kernels: TensorKernels {}
  extension KernelsV4.Float32Kernels: TensorKernels {}
  extension KernelsV4.Float64Kernels: TensorKernels {}
#else
  extension KernelsPlain.Float32Kernels: TensorKernels {}
  extension KernelsPlain.Float64Kernels: TensorKernels {}
#endif

/// Something to compute with kernels, written once for every element type and instruction set.
///
/// A primitive is such a computation: what it was called with, and `run(with:)`. The compiler makes `run(with:)` anew
/// for every set of kernels, with plain calls of them in its loops.
package protocol KernelComputation<Result> {
  associatedtype Result

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Result
}

extension KernelComputation {
  /// The one place where an element type and an instruction set choose kernels, once for every call of a primitive. A
  /// processor comes to the code of its own instruction set alone.
  package func run(on dtype: DType, using instructionSet: InstructionSet = .current) -> Result {
    #if arch(x86_64)
      switch (instructionSet, dtype) {
      case (.v3, .float32): run(with: KernelsV3.Float32Kernels.self)
      case (.v3, .float64): run(with: KernelsV3.Float64Kernels.self)
      case (.v4, .float32): run(with: KernelsV4.Float32Kernels.self)
      case (.v4, .float64): run(with: KernelsV4.Float64Kernels.self)
      }
    #else
      switch dtype {
      case .float32: run(with: KernelsPlain.Float32Kernels.self)
      case .float64: run(with: KernelsPlain.Float64Kernels.self)
      }
    #endif
  }
}

extension LayoutKernels {
  /// out[j·outStride + i] = source[i·sourceStride + j] for i < rows, j < columns.
  @inline(__always)
  static func transpose(
    rows: Int, columns: Int, _ source: Source, stride sourceStride: Int, to out: Destination, stride outStride: Int
  ) {
    transposeEach(
      count: 1, rows: rows, columns: columns, source, step: 0, stride: sourceStride, to: out, step: 0,
      stride: outStride)
  }
}

extension TileKernels {
  /// The narrow tile for products that have no more rows than it, else the wide one.
  static func fittingTile(rows: Int) -> RegisterTileExtents {
    let narrow = extents(of: .narrow)
    return rows <= narrow.rows ? narrow : extents(of: .wide)
  }
}
