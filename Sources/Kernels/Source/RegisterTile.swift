import KernelContract

/// An element type together with the vector of it that fills one register.
///
/// The conformances stand in each module's Registers.swift: they are all that differs between the instruction sets.
package protocol VectorScalar: KernelScalar, Transcendental, CodableScalar {
  associatedtype Vector: SIMD where Vector.Scalar == Self
}

/// The micro-kernel: `rows` × `vectors` vectors of sums that stay in registers while k runs.
///
/// Each lane of each sum is one output's own chain of fused multiply-adds over ascending k, so the shape of the tile,
/// which differs between instruction sets, does not show in the bits. A chain ends after 32 products (or 16) and is
/// added to `out`: that costs 3 % of the speed and keeps the rounding error below that of im2col with OpenBLAS, whose
/// chains are longer.
enum RegisterTile<Scalar: VectorScalar, let rows: Int, let vectors: Int> {
  typealias Vector = Scalar.Vector

  static var columns: Int { vectors &* Vector.scalarCount }

  static func extents(_ shape: RegisterTileShape) -> RegisterTileExtents {
    RegisterTileExtents(shape, rows: rows, columns: columns)
  }

  /// See `TileKernels.multiply`.
  @inline(never)
  static func multiply(
    _ panels: Int, _ depth: Int, _ left: UnsafePointer<Scalar>, _ right: UnsafePointer<Scalar>,
    _ offsets: UnsafePointer<Int32>, _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int, _ adding: Bool, _ chain: Int
  ) {
    var left = left
    var out = out
    for _ in 0..<panels {
      multiplyPanel(depth, left, rowStride: 1, depthStride: rows, out, outStride, adding, chain) {
        right + Int(offsets[$0])
      }
      left += rows &* depth
      out += rows &* outStride
    }
  }

  /// See `TileKernels.multiplyRows`.
  @inline(never)
  static func multiplyRows(
    _ panels: Int, _ depth: Int, _ left: UnsafePointer<Scalar>, _ leftStride: Int, _ right: UnsafePointer<Scalar>,
    _ out: UnsafeMutablePointer<Scalar>, _ outStride: Int, _ chain: Int
  ) {
    var left = left
    var out = out
    for _ in 0..<panels {
      multiplyPanel(depth, left, rowStride: leftStride, depthStride: 1, out, outStride, false, chain) {
        right + $0 &* columns
      }
      left += rows &* leftStride
      out += rows &* outStride
    }
  }

  @inline(__always)
  private static func multiplyPanel(
    _ depth: Int, _ left: UnsafePointer<Scalar>, rowStride: Int, depthStride: Int, _ out: UnsafeMutablePointer<Scalar>,
    _ outStride: Int, _ adding: Bool, _ chain: Int, rightLine: (Int) -> UnsafePointer<Scalar>
  ) {
    var left = left
    var start = 0
    while start < depth {
      let end = min(start &+ chain, depth)
      var sums = InlineArray<vectors, InlineArray<rows, Vector>>(repeating: InlineArray(repeating: Vector()))
      var k = start
      while k < end {
        let line = UnsafeRawPointer(rightLine(k))
        var b = InlineArray<vectors, Vector>(repeating: Vector())
        for j in 0..<vectors {
          b[j] = line.loadUnaligned(fromByteOffset: j &* MemoryLayout<Vector>.size, as: Vector.self)
        }
        // The left element is spread once and used for the whole row: the other order needs a register more.
        for i in 0..<rows {
          let a = Vector(repeating: left[i &* rowStride])
          for j in 0..<vectors { sums[j][i] = sums[j][i].addingProduct(a, b[j]) }
        }
        left += depthStride
        k &+= 1
      }
      let isAdded = adding || start > 0
      for i in 0..<rows {
        let row = UnsafeMutableRawPointer(out + i &* outStride)
        for j in 0..<vectors {
          let at = j &* MemoryLayout<Vector>.size
          let sum = isAdded ? row.loadUnaligned(fromByteOffset: at, as: Vector.self) + sums[j][i] : sums[j][i]
          row.storeBytes(of: sum, toByteOffset: at, as: Vector.self)
        }
      }
      start = end
    }
  }
}

extension CompiledKernels {
  package static func extents(of tile: RegisterTileShape) -> RegisterTileExtents {
    switch tile {
    case .wide: WideTile<Scalar>.extents(tile)
    case .narrow: NarrowTile<Scalar>.extents(tile)
    }
  }

  package static func multiply(
    _ tile: RegisterTileShape, panels: Int, depth: Int, _ left: Source, _ right: Source, offsets: Offsets,
    to out: Destination, stride outStride: Int, adding: Bool, chain: Int
  ) {
    switch tile {
    case .wide: WideTile<Scalar>.multiply(panels, depth, left, right, offsets, out, outStride, adding, chain)
    case .narrow: NarrowTile<Scalar>.multiply(panels, depth, left, right, offsets, out, outStride, adding, chain)
    }
  }

  package static func multiplyRows(
    _ tile: RegisterTileShape, panels: Int, depth: Int, _ left: Source, stride leftStride: Int, _ right: Source,
    to out: Destination, stride outStride: Int, chain: Int
  ) {
    switch tile {
    case .wide: WideTile<Scalar>.multiplyRows(panels, depth, left, leftStride, right, out, outStride, chain)
    case .narrow: NarrowTile<Scalar>.multiplyRows(panels, depth, left, leftStride, right, out, outStride, chain)
    }
  }
}
