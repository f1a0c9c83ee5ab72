import KernelContract

// See `WinogradTransform`: the matrices of F(2, 2) and F(2, 3), each applied along the columns of a square of elements and then
// along its rows. Only additions, subtractions and halvings, in the order that stands here.

/// Four elements, fewer of them in use.
private typealias Axis<V: SIMD> = InlineArray<4, V>

private protocol AxisTransform {
  static var inputs: Int { get }
  static var outputs: Int { get }
  static func apply<V: SIMD>(_ x: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar
}

@inline(__always) private func axis<V: SIMD>(_ a: V, _ b: V, _ c: V = V(), _ d: V = V()) -> Axis<V>
where V.Scalar: KernelScalar {
  [a, b, c, d]
}

private enum Data2: AxisTransform {
  static var inputs: Int { 3 }
  static var outputs: Int { 3 }
  @inline(__always) static func apply<V: SIMD>(_ d: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    axis(d[0] - d[1], d[1], d[2] - d[1])
  }
}

/// G, and A: the algorithm for two taps is symmetric in the filter and the cotangents.
private enum Filter2: AxisTransform {
  static var inputs: Int { 2 }
  static var outputs: Int { 3 }
  @inline(__always) static func apply<V: SIMD>(_ g: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    axis(g[0], g[0] + g[1], g[1])
  }
}

/// Aᵀ, and Gᵀ.
private enum Inverse2: AxisTransform {
  static var inputs: Int { 3 }
  static var outputs: Int { 2 }
  @inline(__always) static func apply<V: SIMD>(_ m: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    axis(m[0] + m[1], m[1] + m[2])
  }
}

private enum Data3: AxisTransform {
  static var inputs: Int { 4 }
  static var outputs: Int { 4 }
  @inline(__always) static func apply<V: SIMD>(_ d: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    axis(d[0] - d[2], d[1] + d[2], d[2] - d[1], d[3] - d[1])
  }
}

private enum Filter3: AxisTransform {
  static var inputs: Int { 3 }
  static var outputs: Int { 4 }
  @inline(__always) static func apply<V: SIMD>(_ g: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    let outer = g[0] + g[2]
    return axis(g[0], (outer + g[1]) * 0.5, (outer - g[1]) * 0.5, g[2])
  }
}

private enum Inverse3: AxisTransform {
  static var inputs: Int { 4 }
  static var outputs: Int { 2 }
  @inline(__always) static func apply<V: SIMD>(_ m: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    axis(m[0] + m[1] + m[2], m[1] - m[2] + m[3])
  }
}

private enum TransposedInverse3: AxisTransform {
  static var inputs: Int { 2 }
  static var outputs: Int { 4 }
  @inline(__always) static func apply<V: SIMD>(_ e: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    axis(e[0], e[0] + e[1], e[0] - e[1], e[1])
  }
}

private enum TransposedFilter3: AxisTransform {
  static var inputs: Int { 4 }
  static var outputs: Int { 3 }
  @inline(__always) static func apply<V: SIMD>(_ u: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
    let outer = (u[1] + u[2]) * 0.5
    return axis(u[0] + outer, (u[1] - u[2]) * 0.5, outer + u[3])
  }
}

/// See `ProductKernels.winograd`.
@inline(never)
func winograd<Scalar: VectorScalar>(
  _ planes: WinogradPlanes, _ lines: UnsafeBufferPointer<Int32>, _ elements: UnsafePointer<Int32>,
  _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  switch (planes.transform, planes.taps) {
  case (.data, 2): transformLines(Data2.self, planes, lines, elements, source, out)
  case (.data, _): transformLines(Data3.self, planes, lines, elements, source, out)
  case (.filter, 2), (.transposedInverse, 2): transformLines(Filter2.self, planes, lines, elements, source, out)
  case (.filter, _): transformLines(Filter3.self, planes, lines, elements, source, out)
  case (.inverse, 2), (.transposedFilter, 2): transformLines(Inverse2.self, planes, lines, elements, source, out)
  case (.inverse, _): transformLines(Inverse3.self, planes, lines, elements, source, out)
  case (.transposedInverse, _): transformLines(TransposedInverse3.self, planes, lines, elements, source, out)
  case (.transposedFilter, _): transformLines(TransposedFilter3.self, planes, lines, elements, source, out)
  }
}

private func transformLines<Transform: AxisTransform, Scalar: VectorScalar>(
  _ transform: Transform.Type, _ planes: WinogradPlanes, _ lines: UnsafeBufferPointer<Int32>,
  _ elements: UnsafePointer<Int32>, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  var to = out
  for line in lines {
    let from = source + Int(line)
    var x = 0
    x = transformSquares(transform, Scalar.Vector.self, planes, from: x, elements, from, to)
    x = transformSquares(transform, SIMD8<Scalar>.self, planes, from: x, elements, from, to)
    x = transformSquares(transform, SIMD4<Scalar>.self, planes, from: x, elements, from, to)
    // What is left fills no vector: one element at a time.
    while x < planes.width {
      transformSquare(transform, SIMD2<Scalar>.self, planes, elements, from + x, to + x) {
        SIMD2($0.pointee, 0)
      } _: {
        $0.pointee = $1.x
      }
      x &+= 1
    }
    to += planes.outLine
  }
}

/// As many squares as fill whole vectors; returns where it stopped.
@inline(__always)
private func transformSquares<Transform: AxisTransform, Vector: SIMD>(
  _ transform: Transform.Type, _: Vector.Type, _ planes: WinogradPlanes, from start: Int,
  _ elements: UnsafePointer<Int32>, _ source: UnsafePointer<Vector.Scalar>, _ out: UnsafeMutablePointer<Vector.Scalar>
) -> Int where Vector.Scalar: KernelScalar {
  var x = start
  while x &+ Vector.scalarCount <= planes.width {
    transformSquare(transform, Vector.self, planes, elements, source + x, out + x) {
      UnsafeRawPointer($0).loadUnaligned(as: Vector.self)
    } _: {
      UnsafeMutableRawPointer($0).storeBytes(of: $1, as: Vector.self)
    }
    x &+= Vector.scalarCount
  }
  return x
}

/// Columns first, then rows.
@inline(__always)
private func transformSquare<Transform: AxisTransform, Vector: SIMD>(
  _: Transform.Type, _: Vector.Type, _ planes: WinogradPlanes, _ elements: UnsafePointer<Int32>,
  _ source: UnsafePointer<Vector.Scalar>, _ out: UnsafeMutablePointer<Vector.Scalar>,
  _ load: (UnsafePointer<Vector.Scalar>) -> Vector, _ store: (UnsafeMutablePointer<Vector.Scalar>, Vector) -> Void
) where Vector.Scalar: KernelScalar {
  var rows = InlineArray<4, Axis<Vector>>(repeating: Axis(repeating: Vector()))
  for i in 0..<Transform.inputs {
    var row = Axis(repeating: Vector())
    for j in 0..<Transform.inputs { row[j] = load(source + Int(elements[i &* Transform.inputs &+ j])) }
    rows[i] = Transform.apply(row)
  }
  for j in 0..<Transform.outputs {
    var column = Axis(repeating: Vector())
    for i in 0..<Transform.inputs { column[i] = rows[i][j] }
    let results = Transform.apply(column)
    for i in 0..<Transform.outputs { store(out + (i &* planes.outRow &+ j &* planes.outColumn), results[i]) }
  }
}
