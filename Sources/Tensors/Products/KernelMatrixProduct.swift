import KernelContract

extension KernelProducts {
  /// op(A)·op(B): A packed once, then blocks of the result on the threads.
  static func matrixProduct<Scalar: TensorScalar>(
    _ a: Tensor, _ transposingA: Bool, _ b: Tensor, _ transposingB: Bool, _ kernels: ProductKernels<Scalar>
  ) -> Tensor {
    let left = MatrixOperand(a, isTransposed: transposingA, of: Scalar.self)
    // The right operand is described by its columns.
    let right = MatrixOperand(b, isTransposed: !transposingB, of: Scalar.self)
    guard left.depth > 0 else { return .zeros([left.count, right.count], dtype: a.dtype) }
    return Primitive.make([left.count, right.count], Scalar.self) { out in
      // Vectors run along the columns, so the longer side lies there; x·y = y·x keeps the bits.
      let isTurned = right.count < kernels.wide.columns && left.count > right.count
      MatrixProduct(
        kernels: kernels, left: isTurned ? right : left, right: isTurned ? left : right, batch: 1, out: out,
        isOutTransposed: isTurned
      ).run()
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

  /// The rows of `matrix`, or its columns; only the first `depth` elements of each if that is given.
  init(_ matrix: Tensor, isTransposed: Bool, of _: Scalar.Type, depth: Int? = nil) {
    base = matrix.pointer(to: Scalar.self)
    count = matrix.shape[isTransposed ? 1 : 0]
    self.depth = depth ?? matrix.shape[isTransposed ? 0 : 1]
    depthStride = isTransposed ? matrix.shape[1] : 1
    lineStride = isTransposed ? 1 : matrix.shape[1]
  }

  var linesAreNeighbors: Bool { depthStride != 1 || depth == 1 && lineStride == 1 }
}

/// left·right for every right matrix of a batch; they follow one another in memory, and so do the results.
struct MatrixProduct<Scalar: TensorScalar> {
  let kernels: ProductKernels<Scalar>
  let left: MatrixOperand<Scalar>
  let right: MatrixOperand<Scalar>
  let batch: Int
  let out: UnsafeMutablePointer<Scalar>
  /// Whether out holds the product's transpose.
  let isOutTransposed: Bool

  /// The depth brought in front of the micro-kernel at a time: four chains, so that a strip stays in the first cache.
  private static var chunk: Int { 4 * ProductKernels<Scalar>.chain }

  func run() {
    let tile = left.count <= kernels.narrow.rows ? kernels.narrow : kernels.wide
    let packed =
      left.linesAreNeighbors
      ? PackedLeft(
        rows: left.count, linesAt: left.base, offsets: (0..<left.depth).map { Int32($0 * left.depthStride) },
        chunk: Self.chunk, tile: tile, kernels)
      : PackedLeft(
        rows: left.count, depth: left.depth, rowsAt: left.base, rowStride: left.lineStride, chunk: Self.chunk,
        tile: tile, kernels)
    packed.use(multiply)
  }

  /// Blocks of at most 512 rows and a few strips of columns: their sums and a chunk of both operands stay in the second cache.
  private func multiply(_ packed: PackedLeft<Scalar>) {
    let tile = packed.tile
    let panelsPerBlock = max(1, 512 / tile.rows)
    let bands = (packed.panels + panelsPerBlock - 1) / panelsPerBlock
    let height = min(packed.panels, panelsPerBlock) * tile.rows
    // A shallow product is soon done with its strips; so that a part is worth its while, it gets more of them.
    let width = tile.columns * max(4, min(32, 4096 / (left.depth * max(1, height / 64))))
    let blocks = (right.count + width - 1) / width
    let parts = batch * bands * blocks
    let bytes = (height * width + Self.chunk * tile.columns) * MemoryLayout<Scalar>.stride
    let stripOffsets = (0..<Self.chunk).map { Int32($0 * tile.columns) }
    let rightOffsets = (0..<Self.chunk).map { Int32($0 * right.depthStride) }
    let body = { (part: Int, workspace: UnsafeMutableRawPointer) in
      let sums = workspace.assumingMemoryBound(to: Scalar.self)
      let index = part % (bands * blocks)
      let firstPanel = index % bands * panelsPerBlock
      let firstColumn = index / bands * width
      let block = Block(
        image: part / (bands * blocks), firstPanel: firstPanel,
        panels: min(panelsPerBlock, packed.panels - firstPanel), firstColumn: firstColumn,
        columns: min(width, right.count - firstColumn), sums: sums, strip: sums + height * width, stride: width)
      multiply(block, packed, stripOffsets, rightOffsets)
      deliver(block, packed)
    }
    if batch * left.count * right.count * left.depth < 1 << 16 {
      withWorkspace(bytes) { workspace in
        for part in 0..<parts { body(part, workspace) }
      }
    } else {
      ThreadPool.shared.run(parts: parts, workspace: bytes, body)
    }
  }

  private struct Block {
    let image: Int
    let firstPanel: Int
    let panels: Int
    let firstColumn: Int
    let columns: Int
    let sums: UnsafeMutablePointer<Scalar>
    let strip: UnsafeMutablePointer<Scalar>
    let stride: Int
  }

  /// Panels of a block whose rows all exist; together with whole strips they are written where they belong at once.
  private func wholePanels(_ block: Block, _ tile: ProductTile<Scalar>) -> Int {
    isOutTransposed ? 0 : min(block.panels, left.count / tile.rows - block.firstPanel)
  }

  private func result(_ block: Block, _ tile: ProductTile<Scalar>, column: Int) -> UnsafeMutablePointer<Scalar> {
    out + (block.image * left.count + block.firstPanel * tile.rows) * right.count + block.firstColumn + column
  }

  private func multiply(
    _ block: Block, _ packed: PackedLeft<Scalar>, _ stripOffsets: [Int32], _ rightOffsets: [Int32]
  ) {
    let tile = packed.tile
    let image = right.base + block.image * right.depth * right.depthStride
    let wholePanels = wholePanels(block, tile)
    for start in Swift.stride(from: 0, to: left.depth, by: Self.chunk) {
      let depth = min(Self.chunk, left.depth - start)
      let panels = packed.chunk(start / Self.chunk, fromPanel: block.firstPanel)
      for column in Swift.stride(from: 0, to: block.columns, by: tile.columns) {
        let count = min(tile.columns, block.columns - column)
        let source = image + start * right.depthStride + (block.firstColumn + column) * right.lineStride
        // A few panels, or a few lines, are read where they lie; for more a compact copy pays.
        let readsInPlace =
          right.linesAreNeighbors && count == tile.columns && (block.panels <= 2 || right.depth <= 16)
        if !readsInPlace {
          if right.linesAreNeighbors {
            rightOffsets.withUnsafeBufferPointer { table in
              guard let table = table.baseAddress else { return }
              kernels.copyLines(depth, count, source, table, block.strip, tile.columns)
            }
          } else {
            kernels.transpose(count, depth, source, right.lineStride, block.strip, tile.columns)
          }
        }
        (readsInPlace ? rightOffsets : stripOffsets).withUnsafeBufferPointer { table in
          guard let table = table.baseAddress else { return }
          let strip = readsInPlace ? source : UnsafePointer(block.strip)
          let whole = count == tile.columns ? wholePanels : 0
          if whole > 0 {
            let to = result(block, tile, column: column)
            tile.multiply(whole, depth, panels, strip, table, to, right.count, start > 0, ProductKernels<Scalar>.chain)
          }
          if whole < block.panels {
            tile.multiply(
              block.panels - whole, depth, panels + whole * tile.rows * depth, strip, table,
              block.sums + whole * tile.rows * block.stride + column, block.stride, start > 0,
              ProductKernels<Scalar>.chain)
          }
        }
      }
    }
  }

  /// Copies what was not written at once: the last columns where they fill no strip, the last rows where they fill no panel.
  private func deliver(_ block: Block, _ packed: PackedLeft<Scalar>) {
    let tile = packed.tile
    let rows = min(block.panels * tile.rows, left.count - block.firstPanel * tile.rows)
    if isOutTransposed {
      kernels.transpose(
        rows, block.columns, block.sums, block.stride,
        out + block.firstColumn * left.count + block.firstPanel * tile.rows, left.count)
      return
    }
    let wholeRows = wholePanels(block, tile) * tile.rows
    let wholeColumns = block.columns / tile.columns * tile.columns
    let to = result(block, tile, column: 0)
    if wholeColumns < block.columns {
      kernels.interleave(
        1, wholeRows, block.columns - wholeColumns, block.sums + wholeColumns, 0, block.stride, to + wholeColumns,
        right.count)
    }
    if wholeRows < rows {
      kernels.interleave(
        1, rows - wholeRows, block.columns, block.sums + wholeRows * block.stride, 0, block.stride,
        to + wholeRows * right.count, right.count)
    }
  }
}

/// Calls `body` with working memory for the calling thread alone.
func withWorkspace(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
  let memory = Storage(byteCount: byteCount)
  withExtendedLifetime(memory) { body(memory.pointer) }
}
