/// One column of a convolution's taps: output column j meets column j + shift of column phase `phase`.
package struct TapColumn: Sendable, Equatable {
  package let phase: Int
  package let shift: Int

  package init(phase: Int, shift: Int) {
    self.phase = phase
    self.shift = shift
  }
}

/// What the taps of a convolution meet, laid out so that every tap reads at a fixed distance from its output.
///
/// For every channel, row phase and tap column there is a plane of the inputs that the column meets:
/// [channel][row phase][tap column][row][image][output column]. Row r of row phase φ is input row
/// firstRow + r·rowSplit + φ, column q of column phase ψ is input column q·columnSplit + ψ; what lies outside the image
/// is zero. Images stand side by side inside a row, so neighboring outputs (in the order row, image, column) are
/// neighbors for every tap, across rows and images alike: a tap one row down is `rowPitch` elements further on. The
/// input is unrolled along its rows alone, where im2col would unroll it along both axes.
package struct TapPlanes: Sendable {
  /// Input channels and images to lay out.
  package var channels: Int
  package var images: Int
  /// Images that a row has room for; where the last band of a batch has fewer, the rest is zero.
  package var imageCapacity: Int
  /// The input plane and the distance between the planes of neighboring channels and images.
  package var inputHeight: Int
  package var inputWidth: Int
  package var channelStride: Int
  package var imageStride: Int
  /// Input row of row 0 of phase 0; negative in the margin above the image.
  package var firstRow: Int
  package var rowSplit: Int
  package var columnSplit: Int
  /// Rows of a plane and outputs along each.
  package var rows: Int
  package var width: Int
  /// The smallest and largest shift of a tap column.
  package var shifts: ClosedRange<Int>

  package init(
    channels: Int, images: Int, imageCapacity: Int, inputHeight: Int, inputWidth: Int, channelStride: Int,
    imageStride: Int, firstRow: Int, rowSplit: Int, columnSplit: Int, rows: Int, width: Int, shifts: ClosedRange<Int>
  ) {
    self.channels = channels
    self.images = images
    self.imageCapacity = imageCapacity
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.channelStride = channelStride
    self.imageStride = imageStride
    self.firstRow = firstRow
    self.rowSplit = rowSplit
    self.columnSplit = columnSplit
    self.rows = rows
    self.width = width
    self.shifts = shifts
  }

  /// Elements of a row of all images.
  package var rowPitch: Int { imageCapacity * width }
  /// Elements of a plane: an odd number of cache lines (of Float), so that planes do not compete for the same cache
  /// sets.
  package var planePitch: Int { (rows * rowPitch + 15) / 16 * 16 | 16 }

  /// Zeros before a staged row, and the distance between staged rows.
  package var stageMargin: Int { max(0, -shifts.lowerBound) }
  package var stagePitch: Int {
    stageMargin + max((inputWidth + columnSplit - 1) / columnSplit, width + max(0, shifts.upperBound))
  }
  /// Elements to work in: one channel of one image, padded and split.
  package var stageCount: Int { rowSplit * columnSplit * rows * stagePitch }
}
