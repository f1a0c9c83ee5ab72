import KernelContract

/// The left operand of a product in the order the micro-kernel reads it: chunks of depth, in each the panels of rows,
/// in each [depth][row]. Rows are filled up with zeros to whole panels.
struct PackedLeft<Kernels: TensorKernels> {
  typealias Scalar = Kernels.Scalar

  let rows: Int
  let depth: Int
  /// Depth of every chunk but the last: a multiple of the longest chain of products.
  let chunkDepth: Int
  let tile: RegisterTileExtents
  private let storage: Storage

  var panels: Int { (rows + tile.rows - 1) / tile.rows }
  var paddedRows: Int { panels * tile.rows }

  /// The panels of chunk `index`, from panel `first` on.
  func chunk(_ index: Int, fromPanel first: Int = 0) -> UnsafePointer<Scalar> {
    let start = index * chunkDepth
    return UnsafePointer(base) + paddedRows * start + first * tile.rows * min(chunkDepth, depth - start)
  }

  private var base: UnsafeMutablePointer<Scalar> { storage.pointer.assumingMemoryBound(to: Scalar.self) }

  /// Keeps the panels alive until `body` returns.
  func use<Result>(_ body: (PackedLeft) -> Result) -> Result { withExtendedLifetime(storage) { body(self) } }

  private init(
    rows: Int, depth: Int, chunk: Int, tile: RegisterTileExtents,
    pack: (_ start: Int, _ length: Int, _ row: Int, _ count: Int, _ panel: UnsafeMutablePointer<Scalar>) -> Void
  ) {
    self.rows = rows
    self.depth = depth
    chunkDepth = max(1, chunk)
    self.tile = tile
    let panels = (rows + tile.rows - 1) / tile.rows
    storage = Storage(byteCount: max(1, panels * tile.rows * depth) * MemoryLayout<Scalar>.stride)
    let base = storage.pointer.assumingMemoryBound(to: Scalar.self)
    let chunk = chunkDepth
    let chunks = (depth + chunk - 1) / chunk
    Parallel.forEach(chunks * panels, costPerIndex: tile.rows * min(depth, chunk)) { index in
      let start = index / panels * chunk
      let length = min(chunk, depth - start)
      let row = index % panels * tile.rows
      let count = min(tile.rows, rows - row)
      let panel = base + panels * tile.rows * start + row * length
      if count < tile.rows { panel.update(repeating: 0, count: tile.rows * length) }
      pack(start, length, row, count, panel)
    }
  }

  /// Rows whose elements are neighbors along the depth: row i at source + i·rowStride.
  init(
    rows: Int, depth: Int, rowsAt source: UnsafePointer<Scalar>, rowStride: Int, chunk: Int, tile: RegisterTileExtents
  ) {
    self.init(rows: rows, depth: depth, chunk: chunk, tile: tile) { start, length, row, count, panel in
      Kernels.transpose(
        rows: count, columns: length, source + row * rowStride + start, stride: rowStride, to: panel,
        stride: tile.rows)
    }
  }

  /// Rows that are neighbors of each other: element (i, k) at source + offsets[k] + i.
  init(
    rows: Int, linesAt source: UnsafePointer<Scalar>, offsets: [Int32], chunk: Int, tile: RegisterTileExtents
  ) {
    self.init(rows: rows, depth: offsets.count, chunk: chunk, tile: tile) { start, length, row, count, panel in
      offsets.withUnsafeBufferPointer { offsets in
        guard let offsets = offsets.baseAddress else { return }
        Kernels.copyLines(
          depth: length, count: count, source + row, offsets: offsets + start, to: panel, stride: tile.rows)
      }
    }
  }
}
