/// Passes over pictures that are neither element by element nor products: pooling and upsampling by 2, and pixel norm.
///
/// Vectors run over pixels; what is added, in which order, stands with each function and in the numeric contract.
package struct PictureKernels<Scalar: KernelScalar>: Sendable {
  package typealias Source = UnsafePointer<Scalar>
  package typealias Destination = UnsafeMutablePointer<Scalar>

  /// The sums over blocks of 2×2 pixels, scaled; each begins at 0, as every sum:
  ///
  ///     out[r·columns + i] = ((((0 + s[2r, 2i]) + s[2r, 2i + 1]) + s[2r + 1, 2i]) + s[2r + 1, 2i + 1])·scale
  ///
  /// `s[r, i]` is source[r·sourceStride + i].
  package let poolPairs:
    @Sendable (
      _ rows: Int, _ columns: Int, _ source: Source, _ sourceStride: Int, _ scale: Scalar, _ out: Destination
    ) -> Void
  /// The adjoint of `poolPairs`: every element, scaled and added to 0, written to the 2×2 pixels of its block.
  ///
  /// `out` has rows of `outStride` elements; only the first 2·columns of a row are written.
  package let spreadPairs:
    @Sendable (
      _ rows: Int, _ columns: Int, _ source: Source, _ scale: Scalar, _ out: Destination, _ outStride: Int
    ) -> Void

  /// Pixel norm of rows that hold one channel each, `channelStride` elements apart:
  ///
  ///     root[i] = √(Σ_c x[c, i]²/channels + epsilon),  out[c, i] = x[c, i]/root[i]
  package let pixelNorm:
    @Sendable (
      _ channels: Int, _ channelStride: Int, _ pixels: Int, _ x: Source, _ epsilon: Scalar, _ root: Destination,
      _ out: Destination
    ) -> Void
  /// The gradient of `pixelNorm` for the cotangent y̅, each operation rounded as it stands here:
  ///
  ///     slope[i] = Σ_c −(y̅[c, i]·(x[c, i]/root[i]))/root[i] · ½ / root[i] / channels
  ///     out[c, i] = y̅[c, i]/root[i] + slope[i]·(x[c, i]·2)
  ///
  /// `slope` is working memory for `pixels` elements.
  package let pixelNormGradient:
    @Sendable (
      _ channels: Int, _ channelStride: Int, _ pixels: Int, _ cotangent: Source, _ x: Source, _ root: Source,
      _ slope: Destination, _ out: Destination
    ) -> Void

  package init(
    poolPairs: @escaping @Sendable (Int, Int, Source, Int, Scalar, Destination) -> Void,
    spreadPairs: @escaping @Sendable (Int, Int, Source, Scalar, Destination, Int) -> Void,
    pixelNorm: @escaping @Sendable (Int, Int, Int, Source, Scalar, Destination, Destination) -> Void,
    pixelNormGradient:
      @escaping @Sendable (Int, Int, Int, Source, Source, Source, Destination, Destination) -> Void
  ) {
    self.poolPairs = poolPairs
    self.spreadPairs = spreadPairs
    self.pixelNorm = pixelNorm
    self.pixelNormGradient = pixelNormGradient
  }
}
