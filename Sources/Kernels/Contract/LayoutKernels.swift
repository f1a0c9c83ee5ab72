/// The ways to bring operands in front of the micro-kernel, and its results to where they belong: copies without
/// arithmetic.
package protocol LayoutKernels<Scalar>: ScalarKernels {
  /// out[b·outStep + j·outStride + i] = source[b·sourceStep + i·sourceStride + j] for b < count, i < rows, j < columns.
  static func transposeEach(
    count: Int, rows: Int, columns: Int, _ source: Source, step sourceStep: Int, stride sourceStride: Int,
    to out: Destination, step outStep: Int, stride outStride: Int)
  /// out[k·outStride + i] = source[offsets[k] + i] for k < depth, i < count.
  static func copyLines(
    depth: Int, count: Int, _ source: Source, offsets: Offsets, to out: Destination, stride outStride: Int)
  /// Lays out the input rows that the taps of a convolution meet; see `TapPlanes`. `stage` has room for
  /// `stageCount` elements.
  static func layTaps(
    _ planes: TapPlanes, columns: UnsafeBufferPointer<TapColumn>, _ source: Source, to out: Destination,
    stage: Destination)
  /// out[r·outStride + x] = source[r·sourceStride + (x mod phases)·phaseStride + ⌊x/phases⌋] for r < rows, x < width.
  static func interleave(
    phases: Int, rows: Int, width: Int, _ source: Source, phaseStride: Int, stride sourceStride: Int,
    to out: Destination, stride outStride: Int)
}
