import KernelContract

/// This module's kernels; every module compiled from this source has the same ones for its own instruction set.
package enum KernelTable {
  package static let float32 = make(Float.self)
  package static let float64 = make(Double.self)

  private static func make<Scalar: VectorScalar>(_: Scalar.Type) -> KernelSet<Scalar> {
    KernelSet(
      unary: { unary($0, $1, $2, $3) },
      binary: { binary($0, $1, $2, $3, $4, $5, $6) },
      accumulate: { accumulate($0, $1, $2) },
      sum: { sum($0, $1) },
      dotProduct: { dotProduct($0, $1, $2) },
      adam: { adam($0, $1, $2, $3, $4, $5) },
      normalization: NormalizationKernels(
        moments: { moments($0, $1, $2, $3) },
        normalize: { normalize($0, $1, $2, $3, $4, $5) },
        gradientSums: { gradientSums($0, $1, $2, $3, $4, $5, $6, $7) },
        inputGradient: { inputGradient($0, $1, $2, $3, $4, $5, $6, $7, $8) }),
      pictures: PictureKernels(
        poolPairs: { poolPairs($0, $1, $2, $3, $4, $5) },
        spreadPairs: { spreadPairs($0, $1, $2, $3, $4, $5) },
        pixelNorm: { pixelNorm($0, $1, $2, $3, $4, $5, $6) },
        pixelNormGradient: { pixelNormGradient($0, $1, $2, $3, $4, $5, $6, $7) }),
      products: ProductKernels(
        wide: WideTile<Scalar>.tile, narrow: NarrowTile<Scalar>.tile,
        transposeEach: { transposeEach($0, $1, $2, $3, $4, $5, $6, $7, $8) },
        copyLines: { copyLines($0, $1, $2, $3, $4, $5) },
        layTaps: { layTaps($0, $1, $2, $3, $4) },
        interleave: { interleave($0, $1, $2, $3, $4, $5, $6, $7) },
        winograd: { winograd($0, $1, $2, $3, $4) }),
      contentDigest: { contentDigest($0, $1) })
  }
}
