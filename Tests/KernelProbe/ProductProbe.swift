import KernelContract

// The register tiles, what lays operands in front of them, and Winograd's transforms.

extension KernelProbe {
  func product() {
    let (m, n) = (47, 101)
    func one(_ name: StaticString, _ nameRows: StaticString, _ shape: RegisterTileShape) {
      let tile = Kernels.extents(of: shape)
      let panels = (m + tile.rows - 1) / tile.rows
      let strips = (n + tile.columns - 1) / tile.columns
      let pitch = strips * tile.columns
      forKinds { kind in
        for depth in [1, 2, 15, 16, 31, 32, 33, 100, 577] {
          for chain in [16, 24, 32] {
            // The matrices are the same for every tile; what pads them is 0.
            let left = filled(kind, 40, m * depth)
            let right = filled(kind, 41, n * depth)
            let packed = unset(panels * tile.rows * depth)
            let rows = unset(panels * tile.rows * depth)
            let strip = unset(tile.columns * depth)
            let offsets = UnsafeMutablePointer<Int32>.allocate(capacity: depth)
            let out = unset(panels * tile.rows * pitch)
            let rowsOut = unset(panels * tile.rows * pitch)
            let result = unset(m * n)
            for i in 0..<panels * tile.rows {
              for k in 0..<depth {
                let value: Scalar = i < m ? left[i * depth + k] : 0
                rows[i * depth + k] = value
                packed[(i / tile.rows * depth + k) * tile.rows + i % tile.rows] = value
              }
            }
            for k in 0..<depth { offsets[k] = Int32(k * tile.columns) }
            let initial = filled(kind, 42, m * n)
            for adding in 0..<2 {
              for s in 0..<strips {
                for k in 0..<depth {
                  for j in 0..<tile.columns {
                    let at = s * tile.columns + j
                    strip[k * tile.columns + j] = at < n ? right[k * n + at] : 0
                  }
                }
                if adding == 1 {
                  for i in 0..<m {
                    for j in s * tile.columns..<min(n, (s + 1) * tile.columns) {
                      out[i * pitch + j] = initial[i * n + j]
                    }
                  }
                }
                Kernels.multiply(
                  shape, panels: panels, depth: depth, packed, strip, offsets: offsets, to: out + s * tile.columns,
                  stride: pitch, adding: adding == 1, chain: chain)
                Kernels.multiplyRows(
                  shape, panels: panels, depth: depth, rows, stride: depth, strip, to: rowsOut + s * tile.columns,
                  stride: pitch, chain: chain)
              }
              for i in 0..<m { for j in 0..<n { result[i * n + j] = out[i * pitch + j] } }
              report(name, kind.rawValue, depth * 1000 + chain * 10 + adding, result, m * n)
            }
            for i in 0..<m { for j in 0..<n { result[i * n + j] = rowsOut[i * pitch + j] } }
            report(nameRows, kind.rawValue, depth * 1000 + chain * 10, result, m * n)
            left.deallocate()
            right.deallocate()
            packed.deallocate()
            rows.deallocate()
            strip.deallocate()
            offsets.deallocate()
            out.deallocate()
            rowsOut.deallocate()
            result.deallocate()
            initial.deallocate()
          }
        }
      }
    }
    one("wide.multiply", "wide.multiplyRows", .wide)
    one("narrow.multiply", "narrow.multiplyRows", .narrow)
  }

  func copy() {
    forKinds { kind in
      for shape in [1 << 8 | 1, 3 << 8 | 5, 8 << 8 | 8, 13 << 8 | 29, 64 << 8 | 33, 4 << 8 | 100] {
        let (rows, columns) = (shape >> 8, shape & 255)
        let source = filled(kind, 50, 2 * rows * columns * 4)
        let out = unset(2 * rows * columns * 4)
        Kernels.transposeEach(
          count: 2, rows: rows, columns: columns, source, step: rows * columns, stride: columns, to: out,
          step: rows * columns, stride: rows)
        report("transposeEach", kind.rawValue, shape, out, 2 * rows * columns + 16)
        let offsets = UnsafeMutablePointer<Int32>.allocate(capacity: rows)
        for i in 0..<rows { offsets[i] = Int32((i * 7 % rows) * columns) }
        Kernels.copyLines(
          depth: rows, count: columns, source, offsets: offsets, to: out, stride: columns + 1)
        report("copyLines", kind.rawValue, shape, out, rows * (columns + 1) + 16)
        for phases in 1...3 {
          let each = (columns + phases - 1) / phases
          Kernels.interleave(
            phases: phases, rows: rows, width: columns, source, phaseStride: rows * each, stride: each, to: out,
            stride: columns)
          report("interleave", kind.rawValue, shape * 10 + phases, out, rows * columns)
        }
        offsets.deallocate()
        source.deallocate()
        out.deallocate()
      }
      for split in 1...3 {
        let (width, height, images, channels) = (19, 11, 3, 2)
        let planes = TapPlanes(
          channels: channels, images: images, imageCapacity: images + 1, inputHeight: height, inputWidth: width,
          channelStride: width * height, imageStride: channels * width * height, firstRow: -2, rowSplit: split,
          columnSplit: split, rows: height / split + 2, width: (width + split - 1) / split, shifts: -1...1)
        let columns = UnsafeMutableBufferPointer<TapColumn>.allocate(capacity: split * 2)
        for i in 0..<split * 2 { columns[i] = TapColumn(phase: i % split, shift: i / split - 1) }
        let source = filled(kind, 51, images * channels * width * height)
        let size = channels * split * columns.count * planes.planePitch
        let out = unset(size)
        let stage = unset(planes.stageCount)
        Kernels.layTaps(planes, columns: UnsafeBufferPointer(columns), source, to: out, stage: stage)
        report("layTaps", kind.rawValue, split, out, size)
        columns.deallocate()
        source.deallocate()
        out.deallocate()
        stage.deallocate()
      }
    }
  }

  func winograd() {
    func one(_ rows: MinimalFiltering, _ columns: MinimalFiltering, _ transform: WinogradTransform, _ id: Int) {
      forKinds { kind in
        for width in [1, 3, 4, 7, 8, 13, 16, 23, 32, 47] {
          let inputs = transform.inputs(rows) * transform.inputs(columns)
          let outputs = transform.outputs(rows) * transform.outputs(columns)
          let source = filled(kind, 60, 3 * inputs * width)
          let out = unset(3 * outputs * width)
          let elements = UnsafeMutablePointer<Int32>.allocate(capacity: inputs)
          for i in 0..<inputs { elements[i] = Int32(i * width) }
          let lines = UnsafeMutableBufferPointer<WinogradLine>.allocate(capacity: 3)
          for i in 0..<3 { lines[i] = WinogradLine(source: (2 - i) * inputs * width, out: i * outputs * width) }
          let planes = WinogradPlanes(
            transform, rows: rows, columns: columns, width: width, outRow: transform.outputs(columns) * width,
            outColumn: width)
          Kernels.winograd(
            planes, lines: UnsafeBufferPointer(lines), elements: elements, source, to: out)
          report("winograd", kind.rawValue, id * 1000 + width, out, 3 * outputs * width)
          source.deallocate()
          out.deallocate()
          elements.deallocate()
          lines.deallocate()
        }
      }
    }
    func all(_ transform: WinogradTransform, _ id: Int) {
      one(.f22, .f22, transform, id)
      one(.f22, .f32, transform, id + 1)
      one(.f32, .f22, transform, id + 2)
      one(.f32, .f32, transform, id + 3)
      one(.f23, .f23, transform, id + 4)
    }
    all(.data, 10)
    all(.filter, 20)
    all(.inverse, 30)
    all(.transposedInverse, 40)
    all(.transposedFilter, 50)
  }
}
