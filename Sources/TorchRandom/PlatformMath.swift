// The only file of this module that knows the platform. These functions are libm's: glibc's differ from other systems'
// in the last bit now and then, so the *serial* and *float64* normals are PyTorch's bits only on glibc. The float32
// normals of 16 elements and more, which is nearly everything a chapter draws, use the polynomials of
// CephesPolynomials.swift instead.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

func naturalLog(_ x: Double) -> Double { log(x) }
func naturalLog(onePlus x: Double) -> Double { log1p(x) }
func cosine(_ x: Double) -> Double { cos(x) }
func sine(_ x: Double) -> Double { sin(x) }
