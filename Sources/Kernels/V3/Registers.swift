// x86-64-v3: 16 vector registers of 32 bytes. A tile takes rows·vectors of them for its sums, `vectors` for the right
// operand and one for the left; one register more and the sums go through memory, at a third of the speed.

extension Float: VectorScalar { package typealias Vector = SIMD8<Float> }
extension Double: VectorScalar { package typealias Vector = SIMD4<Double> }

typealias WideTile<Scalar: VectorScalar> = RegisterTile<Scalar, 6, 2>
typealias NarrowTile<Scalar: VectorScalar> = RegisterTile<Scalar, 3, 3>
