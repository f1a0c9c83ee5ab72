import Foundation
import Pictures
import Testing

@Suite struct ResizeTests {
  @Test func `resizing is Pillow's to the byte`() throws {
    for sample in try PictureSamples.load().resized {
      let input = PictureSamples.picture(
        width: sample.width, height: sample.height, channels: sample.channels, seed: sample.seed)
      let result = input.resized(width: sample.newWidth, height: sample.newHeight)
      let label: Comment =
        "\(sample.width)x\(sample.height)x\(sample.channels) to \(sample.newWidth)x\(sample.newHeight)"
      #expect(result.width == sample.newWidth && result.height == sample.newHeight, label)
      if let bytes = sample.bytes { #expect(Data(result.pixels).base64EncodedString() == bytes, label) }
      #expect(sha256(result.pixels) == sample.sha256, label)
    }
  }

  @Test func `shorter side and center crop are torchvision's to the byte`() throws {
    for sample in try PictureSamples.load().transformed {
      let input = PictureSamples.picture(width: sample.width, height: sample.height, channels: 3, seed: sample.seed)
      let result =
        switch sample.kind {
        case "shorterSide": input.resized(shorterSide: sample.arguments[0])
        // torchvision gives sizes as (height, width).
        case "centerCrop": input.centerCropped(width: sample.arguments[1], height: sample.arguments[0])
        default: throw UnknownKind(kind: sample.kind)
        }
      let label: Comment = "\(sample.kind) \(sample.arguments) of \(sample.width)x\(sample.height)"
      #expect(result.width == sample.newWidth && result.height == sample.newHeight, label)
      #expect(sha256(result.pixels) == sample.sha256, label)
    }
  }

  @Test func `planes resize like interleaved pixels`() {
    let picture = PictureSamples.picture(width: 6, height: 5, channels: 3, seed: 1)
    let resizer = Resizer(width: 6, height: 5, newWidth: 9, newHeight: 3)
    let interleaved = resizer(picture)
    for channel in 0..<3 {
      let plane = Picture(
        width: 6, height: 5, channels: 1,
        pixels: stride(from: channel, to: picture.pixels.count, by: 3).map { picture.pixels[$0] })
      let expected = stride(from: channel, to: interleaved.pixels.count, by: 3).map { interleaved.pixels[$0] }
      #expect(resizer(plane).pixels == expected)
    }
  }

  private struct UnknownKind: Error { let kind: String }
}
