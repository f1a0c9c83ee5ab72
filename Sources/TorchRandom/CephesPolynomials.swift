// PyTorch's vectorized normal fill does not call libm: it uses the single-precision polynomials of Moshier's Cephes
// library (by way of `avx_mathfun.h`), and GCC contracts some of their multiplications and additions into fused ones.
// Which of them are fused decides the last bits, so `addingProduct` below appears exactly where the compiled PyTorch
// has an FMA.
//
// Constants are Doubles narrowed to Float, as the C header writes them.

/// The natural logarithm for x in (0, 1], within 1 ulp or so.
///
/// x = m·2ᵉ with m in [√½, √2), t = m − 1, and log x = t − t²/2 + t³·P(t) + e·ln 2, with ln 2 split in two so that
/// e·(its high part) is exact.
@inline(__always)
func cephesLog(_ x: Float) -> Float {
  let mantissa = Float(bitPattern: (x.bitPattern & 0x807f_ffff) | 0x3f00_0000)  // in [0.5, 1)
  var e = Float(Int32(truncatingIfNeeded: x.bitPattern >> 23) &- 126)
  var t = mantissa - 1
  if mantissa < Float(0.707106781186547524 as Double) {
    e -= 1
    t += mantissa
  }
  let z = t * t
  var y = Float(7.0376836292E-2 as Double)
  y = Float(-1.1514610310E-1 as Double).addingProduct(y, t)
  y = Float(1.1676998740E-1 as Double).addingProduct(y, t)
  y = Float(-1.2420140846E-1 as Double).addingProduct(y, t)
  y = Float(1.4249322787E-1 as Double).addingProduct(y, t)
  y = Float(-1.6668057665E-1 as Double).addingProduct(y, t)
  y = Float(2.0000714765E-1 as Double).addingProduct(y, t)
  y = Float(-2.4999993993E-1 as Double).addingProduct(y, t)
  y = Float(3.3333331174E-1 as Double).addingProduct(y, t)
  y *= t
  y = (e * Float(-2.12194440E-4 as Double)).addingProduct(y, z)
  y -= z * 0.5
  return (t + y).addingProduct(e, Float(0.693359375 as Double))
}

/// Sine and cosine for x in [0, 2π], reduced by π/4 in three parts, then a polynomial for each half of the octant.
@inline(__always)
func cephesSineAndCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
  let octant = (Int32(angle * Float(1.27323954473516 as Double)) &+ 1) & ~1
  let j = Float(octant)
  var x = angle
  x = x.addingProduct(j, Float(-0.78515625 as Double))
  x = x.addingProduct(j, Float(-2.4187564849853515625E-4 as Double))
  x = x.addingProduct(j, Float(-3.77489497744594108E-8 as Double))
  let z = x * x

  var c = Float(-1.388731625493765E-003 as Double).addingProduct(Float(2.443315711809948E-005 as Double), z)
  c = Float(4.166664568298827E-002 as Double).addingProduct(c, z)
  c *= z
  c = (-(z * 0.5)).addingProduct(c, z)
  c += 1

  var s = Float(8.3321608736E-3 as Double).addingProduct(Float(-1.9515295891E-4 as Double), z)
  s = Float(-1.6666654611E-1 as Double).addingProduct(s, z)
  s *= z
  s = x.addingProduct(s, x)

  let isSwapped = octant & 2 != 0
  let sine = isSwapped ? c : s
  let cosine = isSwapped ? s : c
  return (octant & 4 != 0 ? -sine : sine, ~(octant &- 2) & 4 != 0 ? -cosine : cosine)
}
