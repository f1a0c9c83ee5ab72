import KernelContract

/// How the taps of a convolution are laid out for bands of its images: `TapPlanes` together with the tap columns.
struct TapLayout {
  let vertical: TapAxis
  let horizontal: TapAxis
  let columns: [TapColumn]
  let bands: ImageBands
  /// The planes of a full band at the top of its image.
  private let planes: TapPlanes

  /// `channels` of the source [N, C, H, W] are laid out at a time.
  init(_ plan: TapPlan, channels: Int, bands: ImageBands) {
    vertical = plan.vertical
    horizontal = plan.horizontal
    let source = plan.source
    self.bands = bands
    columns = horizontal.columns
    let shifts = columns.map(\.shift)
    planes = TapPlanes(
      channels: channels, images: bands.images, imageCapacity: bands.images, inputHeight: source[2],
      inputWidth: source[3], channelStride: source[2] * source[3], imageStride: source[1] * source[2] * source[3],
      firstRow: 0, rowSplit: vertical.split, columnSplit: horizontal.split, rows: bands.rows + vertical.reach,
      width: horizontal.count, shifts: (shifts.min() ?? 0)...(shifts.max() ?? 0))
  }

  /// Elements between neighboring rows of outputs.
  var rowPitch: Int { planes.rowPitch }

  private var channelPitch: Int { planes.rowSplit * columns.count * planes.planePitch }

  /// Elements to make room for; strips may read `overhang` elements past the last plane.
  func elementCount(overhang: Int) -> Int { planes.channels * channelPitch + overhang + planes.stageCount }

  /// Where the taps of one residue class lie, for k = (channel, tap row, tap column).
  func offsets(_ rows: TapAxis.Residue, _ columns: TapAxis.Residue) -> [Int32] {
    let indices = horizontal.columnIndices(columns, in: self.columns)
    var offsets: [Int32] = []
    offsets.reserveCapacity(planes.channels * rows.taps.count * indices.count)
    for channel in 0..<planes.channels {
      for row in rows.taps {
        for column in indices {
          let plane = row.phase * self.columns.count + column
          offsets.append(
            Int32(channel * channelPitch + plane * planes.planePitch + row.shift * planes.rowPitch))
        }
      }
    }
    return offsets
  }

  /// Lays out `channels` channels from `firstChannel` on for one band.
  func lay<Kernels: TensorKernels>(
    _ source: UnsafePointer<Kernels.Scalar>, _ band: ImageBands.Band, firstChannel: Int = 0, channels: Int,
    to out: UnsafeMutablePointer<Kernels.Scalar>, overhang: Int, with _: Kernels.Type
  ) {
    var planes = self.planes
    planes.channels = channels
    planes.images = band.images
    planes.firstRow = band.firstRow * vertical.split - vertical.margin
    let stage = out + (elementCount(overhang: overhang) - planes.stageCount)
    columns.withUnsafeBufferPointer {
      Kernels.layTaps(
        planes, columns: $0, source + band.firstImage * planes.imageStride + firstChannel * planes.channelStride,
        to: out, stage: stage)
    }
  }
}
