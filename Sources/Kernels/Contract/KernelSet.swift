// The numeric contract of every kernel
//
// The same input gives the same bits on every x86-64 processor from v3 on and on aarch64, in debug and release builds and for any number of
// threads. Where a result is NaN, that it is NaN is promised, its sign and its payload are not: processors, and instructions of one,
// hand on another of two NaNs, and v3 and v4 already differ there. That holds because
// - loops vectorize over *outputs* only; nothing is reassociated, and a fused multiply-add appears only where the source
//   says `addingProduct`;
// - a reduction adds into 16 fixed lanes over fixed chunks, the lanes of a chunk are added pairwise in a fixed order, and
//   chunk sums are added in order in Double. Chunks are never per thread;
// - a sum over the channels of one pixel (pixel norm) is made in the element type, one addition per channel in ascending order,
//   in blocks of 256 channels that are added in order; vectors run over pixels;
// - the sum under a pooling window begins at 0 and takes the window's rows from the top, each from the left; a scale
//   multiplies the finished sum;
// - every output of a matrix product or direct convolution is a sum of chains of fused multiply-adds over 32 consecutive k, the
//   chains added in order of k. k runs over the depth of a matrix product; over (input channel, tap row, tap column) of a convolution;
//   over (output channel, tap row, tap column) of an input gradient, taps ascending, those left out that meet no cotangent
//   element for any input of the same residue modulo the stride;
// - a weight gradient runs over the output pixels of a fixed band of a few rows or images (at most 256 pixels, or one row), in
//   the order image, row, column, or row, image, column where fewer than 16 input channels make the taps the rows of the product.
//   Bands follow one another in fixed parts of the batch, and the parts' sums are added in order;
// - where two or three taps of each phase meet enough channels, convolutions and their gradients go through Winograd's minimal
//   filtering (Winograd.swift): which do, and in which tiles, depends on the extents alone. At every point the chains are 16 products
//   long, 24 in products of 512 and deeper, and k runs over (row phase, column phase, channel), or in a weight gradient over the squares of
//   the bands that have the point (WinogradSquares.swift); transforms are applied along rows first, then along columns, in the order of
//   operations that stands in the source;
// - exp, log, tanh, sigmoid and softplus are our own: glibc picks other code on other processors.

/// The element types kernels are compiled for: Float and Double.
package typealias KernelScalar = BinaryFloatingPoint & SIMDScalar & Sendable

// What the standard library asks of a vector's elements beside; Embedded Swift, in which the kernels are compiled for a processor that is
// only emulated (`scripts/emulate-aarch64`), knows no `Codable`.
#if hasFeature(Embedded)
  package typealias CodableScalar = Any
#else
  package typealias CodableScalar = Codable
#endif

/// Element-wise functions of one argument.
///
/// Constants are given in Double and narrowed once to the element type.
package enum UnaryOperation: Sendable {
  case negate, absolute, exponential, logarithm, tanh, sigmoid, softplus, squareRoot
  /// 1/x, but 0 for ±0: the slope PyTorch gives a norm or a standard deviation where it vanishes.
  case reciprocalOrZero
  case add(Double)
  case multiply(Double)
  /// x where x > 0, slope·x elsewhere (also at ±0, as PyTorch). NaN stays NaN.
  case leakyReLU(slope: Double)
  /// `relu`: 0 where x < 0, x elsewhere. NaN stays NaN.
  case relu
  /// min(max(x, lower), upper). NaN stays NaN.
  case clamp(lower: Double, upper: Double)
}

/// Element-wise functions of two arguments a and b.
package enum BinaryOperation: Sendable {
  case add, subtract, multiply, divide
  /// The larger; NaN if either is.
  case maximum
  /// The smaller; NaN if either is.
  case minimum
  /// 1 where a > b, ½ where a = b, 0 elsewhere: the derivative of max(a, b) with respect to a.
  case step
  /// sign(b)·a, 0 where b = 0.
  case bySign
  /// a where b > 0, slope·a elsewhere.
  case leakyReLUGradient(slope: Double)
  /// a where lower < b < upper, 0 elsewhere (at the bounds too, as PyTorch 2).
  case clampGradient(lower: Double, upper: Double)
}

/// The arithmetic of one element type, compiled for one instruction set.
///
/// Every function takes element counts and pointers; sources and destinations do not overlap unless they are equal.
package struct KernelSet<Scalar: KernelScalar>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Destination = UnsafeMutablePointer<Scalar>

  /// out[i] = f(a[i]).
  package let unary: @Sendable (UnaryOperation, _ count: Int, _ a: Source, _ out: Destination) -> Void
  /// out[i] = f(a[i·aStride], b[i·bStride]) with strides 0 or 1.
  package let binary:
    @Sendable (
      BinaryOperation, _ count: Int, _ a: Source, _ aStride: Int, _ b: Source, _ bStride: Int, _ out: Destination
    ) -> Void
  /// out[i] += a[i].
  package let accumulate: @Sendable (_ count: Int, _ a: Source, _ out: Destination) -> Void

  /// Σ a[i].
  package let sum: @Sendable (_ count: Int, _ a: Source) -> Double
  /// Σ a[i]·b[i].
  package let dotProduct: @Sendable (_ count: Int, _ a: Source, _ b: Source) -> Double

  /// One Adam step in a single pass over memory; see `AdamConstants`.
  package let adam:
    @Sendable (
      AdamConstants<Scalar>, _ count: Int, _ gradient: Source, _ parameter: Destination, _ firstMoment: Destination,
      _ secondMoment: Destination
    ) -> Void

  /// Batch normalization.
  package let normalization: NormalizationKernels<Scalar>
  /// Pooling, upsampling and pixel norm.
  package let pictures: PictureKernels<Scalar>
  /// Matrix products and convolutions.
  package let products: ProductKernels<Scalar>

  /// 128 bits that tell contents apart, of so many bytes.
  package let contentDigest: @Sendable (_ byteCount: Int, UnsafeRawPointer) -> (UInt64, UInt64)

  package init(
    unary: @escaping @Sendable (UnaryOperation, Int, Source, Destination) -> Void,
    binary: @escaping @Sendable (BinaryOperation, Int, Source, Int, Source, Int, Destination) -> Void,
    accumulate: @escaping @Sendable (Int, Source, Destination) -> Void,
    sum: @escaping @Sendable (Int, Source) -> Double,
    dotProduct: @escaping @Sendable (Int, Source, Source) -> Double,
    adam: @escaping @Sendable (AdamConstants<Scalar>, Int, Source, Destination, Destination, Destination) -> Void,
    normalization: NormalizationKernels<Scalar>, pictures: PictureKernels<Scalar>, products: ProductKernels<Scalar>,
    contentDigest: @escaping @Sendable (Int, UnsafeRawPointer) -> (UInt64, UInt64)
  ) {
    self.unary = unary
    self.binary = binary
    self.accumulate = accumulate
    self.sum = sum
    self.dotProduct = dotProduct
    self.adam = adam
    self.normalization = normalization
    self.pictures = pictures
    self.products = products
    self.contentDigest = contentDigest
  }
}
