import KernelContract

extension KernelProducts {
  /// op(A)·op(B): A packed once, then blocks of the result on the threads.
  static func matrixProduct<Scalar: TensorScalar>(
    _ a: Tensor, _ transposingA: Bool, _ b: Tensor, _ transposingB: Bool,
    _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    let left = MatrixOperand(a, isTransposed: transposingA, of: Scalar.self)
    // The right operand is described by its columns.
    let right = MatrixOperand(b, isTransposed: !transposingB, of: Scalar.self)
    guard left.depth > 0 else { return .zeros([left.count, right.count], dtype: a.dtype) }
    return Primitive.make([left.count, right.count], Scalar.self) { out in
      // Vectors run along the columns, so the longer side lies there; x·y = y·x keeps the bits.
      if right.count < kernels.wide.columns, left.count > right.count {
        MatrixProduct(kernels: kernels, left: right, right: left, out: out, isOutTransposed: true).run()
      } else {
        MatrixProduct(kernels: kernels, left: left, right: right, out: out, isOutTransposed: false).run()
      }
    }
  }
}

/// One side of a matrix product: `count` lines of `depth` elements.
struct MatrixOperand<Scalar: TensorScalar> {
  let base: UnsafePointer<Scalar>
  let count: Int
  let depth: Int
  /// Distance between the elements of a line, and between lines; one of them is 1.
  let depthStride: Int
  let lineStride: Int

  /// The rows of `matrix`, or its columns.
  init(_ matrix: Tensor, isTransposed: Bool, of _: Scalar.Type) {
    base = matrix.pointer(to: Scalar.self)
    count = matrix.shape[isTransposed ? 1 : 0]
    depth = matrix.shape[isTransposed ? 0 : 1]
    depthStride = isTransposed ? matrix.shape[1] : 1
    lineStride = isTransposed ? 1 : matrix.shape[1]
  }

  var linesAreNeighbours: Bool { depthStride != 1 || depth == 1 && lineStride == 1 }
}

private struct MatrixProduct<Scalar: TensorScalar> {
  let kernels: ProductKernels<Scalar>
  let left: MatrixOperand<Scalar>
  let right: MatrixOperand<Scalar>
  let out: UnsafeMutablePointer<Scalar>
  /// Whether out holds the product's transpose.
  let isOutTransposed: Bool

  /// The depth brought in front of the micro-kernel at a time: four chains, so that a strip stays in the first cache.
  private static var chunk: Int { 4 * ProductKernels<Scalar>.chain }

  func run() {
    let tile = left.count <= kernels.narrow.rows ? kernels.narrow : kernels.wide
    let packed =
      left.linesAreNeighbours
      ? PackedLeft(
        rows: left.count, linesAt: left.base, offsets: (0..<left.depth).map { Int32($0 * left.depthStride) },
        chunk: Self.chunk, tile: tile, kernels)
      : PackedLeft(
        rows: left.count, depth: left.depth, rowsAt: left.base, rowStride: left.lineStride, chunk: Self.chunk,
        tile: tile, kernels)
    packed.use(multiply)
  }

  /// Blocks of at most 512 rows and four strips of columns: their sums and a chunk of both operands stay in the second cache.
  private func multiply(_ packed: PackedLeft<Scalar>) {
    let tile = packed.tile
    let panelsPerBlock = max(1, 512 / tile.rows)
    let width = tile.columns * 4
    let bands = (packed.panels + panelsPerBlock - 1) / panelsPerBlock
    let blocks = (right.count + width - 1) / width
    let isSmall = left.count * right.count * left.depth < 1 << 16
    let height = min(packed.panels, panelsPerBlock) * tile.rows
    let bytes = (height * width + Self.chunk * tile.columns) * MemoryLayout<Scalar>.stride
    let columnOffsets = (0..<Self.chunk).map { Int32($0 * tile.columns) }
    let rightOffsets = (0..<Self.chunk).map { Int32($0 * right.depthStride) }
    columnOffsets.withUnsafeBufferPointer { stripTable in
      rightOffsets.withUnsafeBufferPointer { rightTable in
        guard let inStrip = stripTable.baseAddress, let inRight = rightTable.baseAddress else { return }
        let body = { (part: Int, workspace: UnsafeMutableRawPointer) in
          let sums = workspace.assumingMemoryBound(to: Scalar.self)
          let firstPanel = part % bands * panelsPerBlock
          let block = Block(
            firstPanel: firstPanel, panels: min(panelsPerBlock, packed.panels - firstPanel),
            firstColumn: part / bands * width, columns: min(width, right.count - part / bands * width), sums: sums,
            strip: sums + height * width, stride: width, offsetsInStrip: inStrip, offsetsInRight: inRight)
          multiply(block, packed)
          deliver(block, packed)
        }
        if isSmall {
          withWorkspace(bytes) { workspace in
            for part in 0..<bands * blocks { body(part, workspace) }
          }
        } else {
          ThreadPool.shared.run(parts: bands * blocks, workspace: bytes, body)
        }
      }
    }
  }

  private struct Block {
    let firstPanel: Int
    let panels: Int
    let firstColumn: Int
    let columns: Int
    let sums: UnsafeMutablePointer<Scalar>
    let strip: UnsafeMutablePointer<Scalar>
    let stride: Int
    let offsetsInStrip: UnsafePointer<Int32>
    let offsetsInRight: UnsafePointer<Int32>
  }

  private func multiply(_ block: Block, _ packed: PackedLeft<Scalar>) {
    let tile = packed.tile
    for start in Swift.stride(from: 0, to: left.depth, by: Self.chunk) {
      let depth = min(Self.chunk, left.depth - start)
      let panels = packed.chunk(start / Self.chunk, fromPanel: block.firstPanel)
      for column in Swift.stride(from: 0, to: block.columns, by: tile.columns) {
        let count = min(tile.columns, block.columns - column)
        let line = block.firstColumn + column
        let source = right.base + start * right.depthStride + line * right.lineStride
        // A few panels read the right operand where it lies; for more of them a compact copy pays.
        let readsInPlace = right.linesAreNeighbours && count == tile.columns && block.panels <= 2
        if readsInPlace {
          tile.multiply(
            block.panels, depth, panels, source, block.offsetsInRight, block.sums + column, block.stride, start > 0)
        } else {
          if right.linesAreNeighbours {
            kernels.copyLines(depth, count, source, block.offsetsInRight, block.strip, tile.columns)
          } else {
            kernels.transpose(count, depth, source, right.lineStride, block.strip, tile.columns)
          }
          tile.multiply(
            block.panels, depth, panels, block.strip, block.offsetsInStrip, block.sums + column, block.stride, start > 0
          )
        }
      }
    }
  }

  private func deliver(_ block: Block, _ packed: PackedLeft<Scalar>) {
    let firstRow = block.firstPanel * packed.tile.rows
    let rows = min(block.panels * packed.tile.rows, left.count - firstRow)
    if isOutTransposed {
      kernels.transpose(
        rows, block.columns, block.sums, block.stride, out + block.firstColumn * left.count + firstRow, left.count)
    } else {
      kernels.interleave(
        1, rows, block.columns, block.sums, 0, block.stride, out + firstRow * right.count + block.firstColumn,
        right.count)
    }
  }
}

/// Calls `body` with working memory for the calling thread alone.
func withWorkspace(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
  let memory = Storage(byteCount: byteCount)
  withExtendedLifetime(memory) { body(memory.pointer) }
}
