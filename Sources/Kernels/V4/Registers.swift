// x86-64-v4: 32 vector registers of 64 bytes. A tile takes rows·vectors of them for its sums, `vectors` for the right
// operand and one for the left.

extension Float: VectorScalar { package typealias Vector = SIMD16<Float> }
extension Double: VectorScalar { package typealias Vector = SIMD8<Double> }

typealias WideTile<Scalar: VectorScalar> = RegisterTile<Scalar, 8, 2>
typealias NarrowTile<Scalar: VectorScalar> = RegisterTile<Scalar, 3, 4>
