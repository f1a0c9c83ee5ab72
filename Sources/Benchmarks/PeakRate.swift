import COpenBLAS
import Foundation
import KernelContract
import Kernels
import Processes
import Tensors

/// What the processor could do at best, in GFLOP/s, measured on the spot.
package enum PeakRate {
  /// Fused multiply-adds on operands that never leave the first cache, on all threads at once.
  package static func fusedMultiplyAdd() -> Double { MicroKernel().run(on: .float32) }

  private struct MicroKernel: KernelComputation {
    func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Double {
      typealias Scalar = Kernels.Scalar
      let tile = Kernels.extents(of: .wide)
      let depth = Blocking.chain
      let threads = ThreadPool.current.threads
      let repetitions = 20_000
      let offsets = [Int32](repeating: 0, count: depth)
      let panel = [Scalar](repeating: 1, count: depth * tile.rows)
      let strip = [Scalar](repeating: 1, count: tile.columns)
      let byteCount = tile.rows * tile.columns * MemoryLayout<Scalar>.stride
      let body = {
        ThreadPool.current.run(parts: threads, workspace: byteCount) { _, workspace in
          let sums = workspace.assumingMemoryBound(to: Scalar.self)
          for _ in 0..<repetitions {
            Kernels.multiply(
              .wide, panels: 1, depth: depth, panel, strip, offsets: offsets, to: sums, stride: tile.columns,
              adding: false, chain: Blocking.chain)
          }
        }
      }
      let operations = 2 * Double(threads * repetitions * depth * tile.rows * tile.columns)
      return PeakRate.best(of: 60, operations, body)
    }
  }

  /// OpenBLAS's matrix product of 1536 × 1536 matrices with the kernels this process has loaded, on its own threads.
  package static func matrixProduct(threads: Int) -> Double {
    let extent = 1536
    let matrix = [Float](repeating: 0.5, count: extent * extent)
    var result = [Float](repeating: 0, count: extent * extent)
    openblas_set_num_threads(Int32(threads))
    defer { openblas_set_num_threads(1) }
    let side = Int32(extent)
    return best(of: 30, 2 * Double(extent * extent * extent)) {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, side, side, side, 1, matrix, side, matrix, side, 0, &result, side)
    }
  }

  /// The rounds fill about a second: the system can leave two threads that have just begun on one core for a third of
  /// that.
  private static func best(of rounds: Int, _ operations: Double, _ body: () -> Void) -> Double {
    body()
    let fastest = (0..<rounds).map { _ in Measurement.milliseconds(of: body) * 1e-3 }.min() ?? .infinity
    return operations / fastest * 1e-9
  }

  /// The fastest of OpenBLAS's kernels that this processor has, whichever the environment asks for.
  ///
  /// OpenBLAS picks its kernels once, when it is loaded, so every candidate is measured by a child: this program again
  /// with `arguments`, which must print the number that `matrixProduct(threads:)` returns.
  package static func bestMatrixProduct(arguments: [String]) -> Double? {
    candidates.compactMap { measureChild(arguments, coreType: $0) }.max()
  }

  /// `OPENBLAS_CORETYPE`s to try; nil leaves the choice to OpenBLAS.
  private static var candidates: [String?] {
    #if arch(x86_64)
      return InstructionSet.v4.isAvailable ? [nil, "SkylakeX", "Haswell"] : [nil, "Haswell"]
    #else
      return [nil]
    #endif
  }

  private static func measureChild(_ arguments: [String], coreType: String?) -> Double? {
    guard let path = Bundle.main.executablePath else { return nil }
    var child = Subprocess(path, arguments)
    child.environment.updateValue(nil, forKey: "OPENBLAS_NUM_THREADS")
    if let coreType { child.environment["OPENBLAS_CORETYPE"] = coreType }
    child.errors = .null
    guard let (ending, output) = try? child.collectOutput(), ending == .exited(0) else { return nil }
    let text = String(decoding: output, as: UTF8.self)
    return Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
