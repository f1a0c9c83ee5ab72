/// Passes over pictures that are neither element by element nor products: pooling and upsampling by 2, and pixel norm.
///
/// Vectors run over pixels; what is added, in which order, stands with each function and in the numeric contract.
package protocol PictureKernels<Scalar>: ScalarKernels {
  /// The sums over blocks of 2×2 pixels, scaled; each begins at 0, as every sum:
  ///
  ///     out[r·columns + i] = ((((0 + s[2r, 2i]) + s[2r, 2i + 1]) + s[2r + 1, 2i]) + s[2r + 1, 2i + 1])·scale
  ///
  /// `s[r, i]` is source[r·sourceStride + i].
  static func poolPairs(
    rows: Int, columns: Int, _ source: Source, stride sourceStride: Int, scale: Scalar, to out: Destination)
  /// The adjoint of `poolPairs`: every element, scaled and added to 0, written to the 2×2 pixels of its block.
  ///
  /// `out` has rows of `outStride` elements; only the first 2·columns of a row are written.
  static func spreadPairs(
    rows: Int, columns: Int, _ source: Source, scale: Scalar, to out: Destination, stride outStride: Int)

  /// Pixel norm of rows that hold one channel each, `channelStride` elements apart:
  ///
  ///     root[i] = √(Σ_c x[c, i]²/channels + epsilon),  out[c, i] = x[c, i]/root[i]
  static func pixelNorm(
    channels: Int, channelStride: Int, pixels: Int, _ x: Source, epsilon: Scalar, root: Destination, to out: Destination
  )
  /// The gradient of `pixelNorm` for the cotangent y̅, each operation rounded as it stands here:
  ///
  ///     slope[i] = Σ_c −(y̅[c, i]·(x[c, i]/root[i]))/root[i] · ½ / root[i] / channels
  ///     out[c, i] = y̅[c, i]/root[i] + slope[i]·(x[c, i]·2)
  ///
  /// `slope` is working memory for `pixels` elements.
  static func pixelNormGradient(
    channels: Int, channelStride: Int, pixels: Int, cotangent: Source, _ x: Source, root: Source, slope: Destination,
    to out: Destination)
}
