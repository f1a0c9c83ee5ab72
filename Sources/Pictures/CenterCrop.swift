extension Picture {
  /// The middle of the picture: `transforms.CenterCrop((height, width))`.
  ///
  /// An odd remainder is split as Python rounds it (a half goes to the even neighbor). A picture smaller than asked for
  /// is first padded with black on both sides, the odd pixel right and below.
  package func centerCropped(width newWidth: Int, height newHeight: Int) -> Picture {
    precondition(newWidth > 0 && newHeight > 0, "cannot crop to \(newWidth)x\(newHeight)")
    let padded = paddedCentrally(width: max(width, newWidth), height: max(height, newHeight))
    let left = Self.pythonRoundedHalf(padded.width - newWidth)
    let top = Self.pythonRoundedHalf(padded.height - newHeight)
    var kept: [UInt8] = []
    kept.reserveCapacity(newWidth * newHeight * channels)
    for row in top..<(top + newHeight) {
      let start = (row * padded.width + left) * channels
      kept.append(contentsOf: padded.pixels[start..<(start + newWidth * channels)])
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, pixels: kept)
  }

  private func paddedCentrally(width newWidth: Int, height newHeight: Int) -> Picture {
    if newWidth == width && newHeight == height { return self }
    let (left, top) = ((newWidth - width) / 2, (newHeight - height) / 2)
    var padded = [UInt8](repeating: 0, count: newWidth * newHeight * channels)
    for row in 0..<height {
      let target = ((row + top) * newWidth + left) * channels
      let source = row * width * channels
      padded.replaceSubrange(
        target..<(target + width * channels), with: pixels[source..<(source + width * channels)])
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, pixels: padded)
  }

  /// Python's `round(count / 2)`.
  private static func pythonRoundedHalf(_ count: Int) -> Int {
    Int((Double(count) / 2).rounded(.toNearestOrEven))
  }
}
