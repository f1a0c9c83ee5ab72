import KernelContract

/// op(A)·op(B).
struct OwnMatrixProduct: KernelComputation {
  let a: Tensor
  let isATransposed: Bool
  let b: Tensor
  let isBTransposed: Bool

  func run<Kernels: TensorKernels>(with _: Kernels.Type) -> Tensor {
    MatrixProduct<Kernels>.of(a, isTransposed: isATransposed, b, isTransposed: isBTransposed)
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
  init(_ matrix: Tensor, isTransposed: Bool, depth: Int? = nil) {
    base = matrix.pointer(to: Scalar.self)
    count = matrix.shape[isTransposed ? 1 : 0]
    self.depth = depth ?? matrix.shape[isTransposed ? 0 : 1]
    depthStride = isTransposed ? matrix.shape[1] : 1
    lineStride = isTransposed ? 1 : matrix.shape[1]
  }

  var linesAreNeighbors: Bool { depthStride != 1 || depth == 1 && lineStride == 1 }
}

/// left·right for every right matrix of a batch; they follow one another in memory, and so do the results.
struct MatrixProduct<Kernels: TensorKernels> {
  typealias Scalar = Kernels.Scalar

  let left: MatrixOperand<Scalar>
  let right: MatrixOperand<Scalar>
  let batch: Int
  let out: UnsafeMutablePointer<Scalar>
  /// Whether out holds the product's transpose.
  let isOutTransposed: Bool

  /// op(A)·op(B): A packed once, then blocks of the result on the threads.
  static func of(_ a: Tensor, isTransposed isATransposed: Bool, _ b: Tensor, isTransposed isBTransposed: Bool) -> Tensor
  {
    let left = MatrixOperand<Scalar>(a, isTransposed: isATransposed)
    // The right operand is described by its columns.
    let right = MatrixOperand<Scalar>(b, isTransposed: !isBTransposed)
    guard left.depth > 0 else { return .zeros([left.count, right.count], dtype: a.dtype) }
    return Primitive.make([left.count, right.count], Scalar.self) { out in
      // Vectors run along the columns, so the longer side lies there; x·y = y·x keeps the bits.
      let isTurned = right.count < Kernels.extents(of: .wide).columns && left.count > right.count
      MatrixProduct(
        left: isTurned ? right : left, right: isTurned ? left : right, batch: 1, out: out, isOutTransposed: isTurned
      ).run()
    }
  }

  private static var chunk: Int { Blocking.MatrixProduct.depth }

  func run() {
    let tile = Kernels.fittingTile(rows: left.count)
    let packed =
      left.linesAreNeighbors
      ? PackedLeft<Kernels>(
        rows: left.count, linesAt: left.base, offsets: (0..<left.depth).map { Int32($0 * left.depthStride) },
        chunk: Self.chunk, tile: tile)
      : PackedLeft<Kernels>(
        rows: left.count, depth: left.depth, rowsAt: left.base, rowStride: left.lineStride, chunk: Self.chunk,
        tile: tile)
    packed.use(multiply)
  }

  /// Blocks of some rows and a few strips of columns.
  private func multiply(_ packed: PackedLeft<Kernels>) {
    let tile = packed.tile
    let panelsPerBlock = max(1, Blocking.MatrixProduct.rows / tile.rows)
    let bands = (packed.panels + panelsPerBlock - 1) / panelsPerBlock
    let height = min(packed.panels, panelsPerBlock) * tile.rows
    let width = tile.columns * Blocking.MatrixProduct.strips(rows: height, depth: left.depth)
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
    if batch * left.count * right.count * left.depth < Blocking.MatrixProduct.onOneThread {
      withWorkspace(bytes) { workspace in
        for part in 0..<parts { body(part, workspace) }
      }
    } else {
      ThreadPool.current.run(parts: parts, workspace: bytes, body)
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
  private func wholePanels(_ block: Block, _ tile: RegisterTileExtents) -> Int {
    isOutTransposed ? 0 : min(block.panels, left.count / tile.rows - block.firstPanel)
  }

  private func result(_ block: Block, _ tile: RegisterTileExtents, column: Int) -> UnsafeMutablePointer<Scalar> {
    out + (block.image * left.count + block.firstPanel * tile.rows) * right.count + block.firstColumn + column
  }

  private func multiply(
    _ block: Block, _ packed: PackedLeft<Kernels>, _ stripOffsets: [Int32], _ rightOffsets: [Int32]
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
        let isSmall =
          block.panels <= Blocking.MatrixProduct.panelsInPlace || right.depth <= Blocking.MatrixProduct.linesInPlace
        let readsInPlace = right.linesAreNeighbors && count == tile.columns && isSmall
        if !readsInPlace {
          if right.linesAreNeighbors {
            rightOffsets.withUnsafeBufferPointer { offsets in
              guard let offsets = offsets.baseAddress else { return }
              Kernels.copyLines(
                depth: depth, count: count, source, offsets: offsets, to: block.strip, stride: tile.columns)
            }
          } else {
            Kernels.transpose(
              rows: count, columns: depth, source, stride: right.lineStride, to: block.strip, stride: tile.columns)
          }
        }
        (readsInPlace ? rightOffsets : stripOffsets).withUnsafeBufferPointer { offsets in
          guard let offsets = offsets.baseAddress else { return }
          let strip = readsInPlace ? source : UnsafePointer(block.strip)
          let whole = count == tile.columns ? wholePanels : 0
          if whole > 0 {
            let to = result(block, tile, column: column)
            Kernels.multiply(
              tile.shape, panels: whole, depth: depth, panels, strip, offsets: offsets, to: to, stride: right.count,
              adding: start > 0, chain: Blocking.chain)
          }
          if whole < block.panels {
            Kernels.multiply(
              tile.shape, panels: block.panels - whole, depth: depth, panels + whole * tile.rows * depth, strip,
              offsets: offsets, to: block.sums + whole * tile.rows * block.stride + column, stride: block.stride,
              adding: start > 0, chain: Blocking.chain)
          }
        }
      }
    }
  }

  /// Copies what was not written at once: the last columns where they fill no strip, the last rows where they fill no
  /// panel.
  private func deliver(_ block: Block, _ packed: PackedLeft<Kernels>) {
    let tile = packed.tile
    let rows = min(block.panels * tile.rows, left.count - block.firstPanel * tile.rows)
    if isOutTransposed {
      Kernels.transpose(
        rows: rows, columns: block.columns, block.sums, stride: block.stride,
        to: out + block.firstColumn * left.count + block.firstPanel * tile.rows, stride: left.count)
      return
    }
    let wholeRows = wholePanels(block, tile) * tile.rows
    let wholeColumns = block.columns / tile.columns * tile.columns
    let to = result(block, tile, column: 0)
    if wholeColumns < block.columns {
      Kernels.interleave(
        phases: 1, rows: wholeRows, width: block.columns - wholeColumns, block.sums + wholeColumns, phaseStride: 0,
        stride: block.stride, to: to + wholeColumns, stride: right.count)
    }
    if wholeRows < rows {
      Kernels.interleave(
        phases: 1, rows: rows - wholeRows, width: block.columns, block.sums + wholeRows * block.stride, phaseStride: 0,
        stride: block.stride, to: to + wholeRows * right.count, stride: right.count)
    }
  }
}

/// Calls `body` with working memory for the calling thread alone.
func withWorkspace(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
  let memory = Storage(byteCount: byteCount)
  withExtendedLifetime(memory) { body(memory.pointer) }
}
