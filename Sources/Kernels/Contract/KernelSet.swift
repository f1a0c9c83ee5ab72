// The numeric contract of every kernel
//
// The same input gives the same bits on every x86-64 processor from v3 on and on aarch64, in debug and release builds
// and for any number of threads. Where a result is NaN, that it is NaN is promised, its sign and its payload are not:
// processors, and instructions of one, hand on another of two NaNs, and v3 and v4 already differ there. That holds
// because
// - loops vectorize over *outputs* only; nothing is reassociated, and a fused multiply-add appears only where the
//   source says `addingProduct`;
// - a reduction adds into 16 fixed lanes over fixed chunks, the lanes of a chunk are added pairwise in a fixed order,
//   and chunk sums are added in order in Double. Chunks are never per thread;
// - a sum over the channels of one pixel (pixel norm) is made in the element type, one addition per channel in
//   ascending order, in blocks of 256 channels that are added in order; vectors run over pixels;
// - the sum under a pooling window begins at 0 and takes the window's rows from the top, each from the left; a scale
//   multiplies the finished sum;
// - every output of a matrix product or direct convolution is a sum of chains of fused multiply-adds over 32
//   consecutive k, the chains added in order of k. k runs over the depth of a matrix product; over (input channel, tap
//   row, tap column) of a convolution; over (output channel, tap row, tap column) of an input gradient, taps ascending,
//   those left out that meet no cotangent element for any input of the same residue modulo the stride;
// - a weight gradient runs over the output pixels of a fixed band of a few rows or images (at most 256 pixels, or one
//   row), in the order image, row, column, or row, image, column where fewer than 16 input channels make the taps the
//   rows of the product. Bands follow one another in fixed parts of the batch, and the parts' sums are added in order;
// - where two or three taps of each phase meet enough channels, convolutions and their gradients go through Winograd's
//   minimal filtering (Winograd.swift): which do, and in which tiles, depends on the extents alone. At every point the
//   chains are 16 products long, 24 in products of 512 and deeper, and k runs over (row phase, column phase, channel),
//   or in a weight gradient over the squares of the bands that have the point (WinogradSquares.swift); transforms are
//   applied along rows first, then along columns, in the order of operations that stands in the source;
// - exp, log, tanh, sigmoid and softplus are our own: glibc picks other code on other processors.

/// The element types kernels are compiled for: Float and Double.
package typealias KernelScalar = BinaryFloatingPoint & SIMDScalar & Sendable

// What the standard library asks of a vector's elements beside; Embedded Swift, in which the kernels are compiled for a
// processor that is only emulated (`scripts/emulate-aarch64`), knows no `Codable`.
#if hasFeature(Embedded)
  package typealias CodableScalar = Any
#else
  package typealias CodableScalar = Codable
#endif

/// What every kernel is written in: pointers to elements of one type.
///
/// Every function takes element counts and pointers; sources and destinations do not overlap unless they are equal.
/// Kernels are static functions, so there is no table of them to fill: the code of an instruction set is reached by
/// calling it, and by nothing else.
package protocol ScalarKernels<Scalar> {
  associatedtype Scalar: KernelScalar

  typealias Source = UnsafePointer<Scalar>
  typealias Destination = UnsafeMutablePointer<Scalar>
  /// Distances in elements.
  typealias Offsets = UnsafePointer<Int32>
}

/// All the arithmetic of one element type, compiled for one instruction set. `Kernels/Source` implements it, once for
/// all of them.
package protocol KernelSet<Scalar>: ElementwiseKernels, NormalizationKernels, PictureKernels, TileKernels,
  LayoutKernels, WinogradKernels, DigestKernels
{}

/// What tells contents apart.
package protocol DigestKernels<Scalar>: ScalarKernels {
  /// 128 bits of so many bytes at `base`: the same for the same bytes, whatever their alignment.
  static func contentDigest(_ base: UnsafeRawPointer, byteCount: Int) -> (UInt64, UInt64)
}
