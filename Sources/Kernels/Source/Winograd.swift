import KernelContract

// See `MinimalFiltering`: the matrices of F(2, 2), F(3, 2) and F(2, 3), each applied along the rows of a square of
// elements and then along its columns. Only additions, subtractions and halvings, in the order that stands here.

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

/// The transforms of one algorithm.
private protocol Algorithm {
  associatedtype Data: AxisTransform
  associatedtype Filter: AxisTransform
  associatedtype Inverse: AxisTransform
  associatedtype TransposedInverse: AxisTransform
  associatedtype TransposedFilter: AxisTransform
}

private enum F22: Algorithm {
  enum Data: AxisTransform {
    static var inputs: Int { 3 }
    static var outputs: Int { 3 }
    @inline(__always) static func apply<V: SIMD>(_ d: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(d[0] - d[1], d[1], d[2] - d[1])
    }
  }

  enum Filter: AxisTransform {
    static var inputs: Int { 2 }
    static var outputs: Int { 3 }
    @inline(__always) static func apply<V: SIMD>(_ g: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(g[0], g[0] + g[1], g[1])
    }
  }

  enum Inverse: AxisTransform {
    static var inputs: Int { 3 }
    static var outputs: Int { 2 }
    @inline(__always) static func apply<V: SIMD>(_ m: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(m[0] + m[1], m[1] + m[2])
    }
  }

  // The algorithm is symmetric in the filter and the cotangents.
  typealias TransposedInverse = Filter
  typealias TransposedFilter = Inverse
}

private enum F32: Algorithm {
  enum Data: AxisTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 4 }
    @inline(__always) static func apply<V: SIMD>(_ d: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(d[0] - d[2], (d[1] + d[2]) * 0.5, d[3] - d[1], (d[2] - d[1]) * 0.5)
    }
  }

  enum Filter: AxisTransform {
    static var inputs: Int { 2 }
    static var outputs: Int { 4 }
    @inline(__always) static func apply<V: SIMD>(_ g: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(g[0], g[0] + g[1], g[1], g[0] - g[1])
    }
  }

  enum Inverse: AxisTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 3 }
    @inline(__always) static func apply<V: SIMD>(_ m: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      let inner = m[1] + m[3]
      return axis(m[0] + inner, m[1] - m[3], inner + m[2])
    }
  }

  enum TransposedInverse: AxisTransform {
    static var inputs: Int { 3 }
    static var outputs: Int { 4 }
    @inline(__always) static func apply<V: SIMD>(_ e: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      let outer = e[0] + e[2]
      return axis(e[0], outer + e[1], e[2], outer - e[1])
    }
  }

  enum TransposedFilter: AxisTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 2 }
    @inline(__always) static func apply<V: SIMD>(_ u: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(u[0] + (u[1] + u[3]), (u[1] - u[3]) + u[2])
    }
  }
}

private enum F23: Algorithm {
  enum Data: AxisTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 4 }
    @inline(__always) static func apply<V: SIMD>(_ d: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(d[0] - d[2], d[1] + d[2], d[2] - d[1], d[3] - d[1])
    }
  }

  enum Filter: AxisTransform {
    static var inputs: Int { 3 }
    static var outputs: Int { 4 }
    @inline(__always) static func apply<V: SIMD>(_ g: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      let outer = g[0] + g[2]
      return axis(g[0], (outer + g[1]) * 0.5, (outer - g[1]) * 0.5, g[2])
    }
  }

  enum Inverse: AxisTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 2 }
    @inline(__always) static func apply<V: SIMD>(_ m: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(m[0] + m[1] + m[2], m[1] - m[2] + m[3])
    }
  }

  enum TransposedInverse: AxisTransform {
    static var inputs: Int { 2 }
    static var outputs: Int { 4 }
    @inline(__always) static func apply<V: SIMD>(_ e: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      axis(e[0], e[0] + e[1], e[0] - e[1], e[1])
    }
  }

  enum TransposedFilter: AxisTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 3 }
    @inline(__always) static func apply<V: SIMD>(_ u: Axis<V>) -> Axis<V> where V.Scalar: KernelScalar {
      let outer = (u[1] + u[2]) * 0.5
      return axis(u[0] + outer, (u[1] - u[2]) * 0.5, outer + u[3])
    }
  }
}

extension CompiledKernels {
  @inline(never)
  package static func winograd(
    _ planes: WinogradPlanes, lines: UnsafeBufferPointer<WinogradLine>, elements: Offsets, _ source: Source,
    to out: Destination
  ) {
    switch (planes.rows, planes.columns) {
    case (.f22, .f22): transform(F22.self, F22.self, planes, lines, elements, source, out)
    case (.f22, .f32): transform(F22.self, F32.self, planes, lines, elements, source, out)
    case (.f32, .f22): transform(F32.self, F22.self, planes, lines, elements, source, out)
    case (.f32, .f32): transform(F32.self, F32.self, planes, lines, elements, source, out)
    case (.f23, _), (_, .f23): transform(F23.self, F23.self, planes, lines, elements, source, out)
    }
  }
}

private func transform<Rows: Algorithm, Columns: Algorithm, Scalar: VectorScalar>(
  _: Rows.Type, _: Columns.Type, _ planes: WinogradPlanes, _ lines: UnsafeBufferPointer<WinogradLine>,
  _ elements: UnsafePointer<Int32>, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  switch planes.transform {
  case .data: transformLines(Rows.Data.self, Columns.Data.self, planes, lines, elements, source, out)
  case .filter: transformLines(Rows.Filter.self, Columns.Filter.self, planes, lines, elements, source, out)
  case .inverse: transformLines(Rows.Inverse.self, Columns.Inverse.self, planes, lines, elements, source, out)
  case .transposedInverse:
    transformLines(
      Rows.TransposedInverse.self, Columns.TransposedInverse.self, planes, lines, elements, source, out)
  case .transposedFilter:
    transformLines(Rows.TransposedFilter.self, Columns.TransposedFilter.self, planes, lines, elements, source, out)
  }
}

private func transformLines<Rows: AxisTransform, Columns: AxisTransform, Scalar: VectorScalar>(
  _ rows: Rows.Type, _ columns: Columns.Type, _ planes: WinogradPlanes, _ lines: UnsafeBufferPointer<WinogradLine>,
  _ elements: UnsafePointer<Int32>, _ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>
) {
  for line in lines {
    let from = source + Int(line.source)
    let to = out + Int(line.out)
    var x = 0
    x = transformSquares(rows, columns, Scalar.Vector.self, planes, from: x, elements, from, to)
    x = transformSquares(rows, columns, SIMD8<Scalar>.self, planes, from: x, elements, from, to)
    x = transformSquares(rows, columns, SIMD4<Scalar>.self, planes, from: x, elements, from, to)
    // What is left fills no vector: one element at a time.
    while x < planes.width {
      transformSquare(rows, columns, SIMD2<Scalar>.self, planes, elements, from + x, to + x) {
        SIMD2($0.pointee, 0)
      } _: {
        $0.pointee = $1.x
      }
      x &+= 1
    }
  }
}

/// As many squares as fill whole vectors; returns where it stopped.
@inline(__always)
private func transformSquares<Rows: AxisTransform, Columns: AxisTransform, Vector: SIMD>(
  _ rows: Rows.Type, _ columns: Columns.Type, _: Vector.Type, _ planes: WinogradPlanes, from start: Int,
  _ elements: UnsafePointer<Int32>, _ source: UnsafePointer<Vector.Scalar>, _ out: UnsafeMutablePointer<Vector.Scalar>
) -> Int where Vector.Scalar: KernelScalar {
  var x = start
  while x &+ Vector.scalarCount <= planes.width {
    transformSquare(rows, columns, Vector.self, planes, elements, source + x, out + x) {
      UnsafeRawPointer($0).loadUnaligned(as: Vector.self)
    } _: {
      UnsafeMutableRawPointer($0).storeBytes(of: $1, as: Vector.self)
    }
    x &+= Vector.scalarCount
  }
  return x
}

/// Along every row first, then along every column of what came out.
@inline(__always)
private func transformSquare<Rows: AxisTransform, Columns: AxisTransform, Vector: SIMD>(
  _: Rows.Type, _: Columns.Type, _: Vector.Type, _ planes: WinogradPlanes, _ elements: UnsafePointer<Int32>,
  _ source: UnsafePointer<Vector.Scalar>, _ out: UnsafeMutablePointer<Vector.Scalar>,
  _ load: (UnsafePointer<Vector.Scalar>) -> Vector, _ store: (UnsafeMutablePointer<Vector.Scalar>, Vector) -> Void
) where Vector.Scalar: KernelScalar {
  var rows = InlineArray<4, Axis<Vector>>(repeating: Axis(repeating: Vector()))
  for i in 0..<Rows.inputs {
    var row = Axis(repeating: Vector())
    for j in 0..<Columns.inputs { row[j] = load(source + Int(elements[i &* Columns.inputs &+ j])) }
    rows[i] = Columns.apply(row)
  }
  for j in 0..<Columns.outputs {
    var column = Axis(repeating: Vector())
    for i in 0..<Rows.inputs { column[i] = rows[i][j] }
    let results = Rows.apply(column)
    for i in 0..<Rows.outputs { store(out + (i &* planes.outRow &+ j &* planes.outColumn), results[i]) }
  }
}
