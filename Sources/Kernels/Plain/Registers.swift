// Other processors: sized for 32 vector registers of 16 bytes (aarch64).

extension Float: VectorScalar { package typealias Vector = SIMD4<Float> }
extension Double: VectorScalar { package typealias Vector = SIMD2<Double> }

typealias WideTile<Scalar: VectorScalar> = RegisterTile<Scalar, 8, 2>
typealias NarrowTile<Scalar: VectorScalar> = RegisterTile<Scalar, 3, 4>
