import Datasets
import Files
import Foundation
import Pictures
import TestSupport
import Testing
import TorchRandom

@Suite struct PortraitTests {
  /// `portraits.json`: what `goldens/reference/portraits.py` draws and `portrait_reader.py` reads.
  private struct Samples: Decodable {
    let digests: [Digest]
    let readings: [Readings]

    struct Digest: Decodable {
      let count, size: Int
      let seed: UInt64
      let sha256: String
    }

    struct Readings: Decodable {
      let count, size, noise: Int
      let seed: UInt64
      let text: String
    }
  }

  private func samples() throws -> Samples {
    try JSONDecoder().decode(
      Samples.self, from: Data(contentsOf: Repository.sample("portraits.json", of: "Datasets")))
  }

  @Test func `portraits are the Python program's to the byte`() throws {
    for sample in try samples().digests {
      let portraits = Portraits(count: sample.count, size: sample.size, seed: sample.seed)
      var hash = SHA256()
      for picture in portraits.pictures(0..<portraits.count) { hash.update(data: picture.pixels) }
      let digest = SHA256.hexadecimal(hash.finalize())
      #expect(digest == sample.sha256, "seed \(sample.seed) at \(sample.size) px")
    }
  }

  @Test func `a portrait does not depend on how many there are or which is drawn first`() {
    let (few, many) = (Portraits(count: 3, size: 40, seed: 6), Portraits(count: 90, size: 40, seed: 6))
    #expect(few.colorPicture(2) == many.colorPicture(2))
    #expect(many.pictures(2..<90).first == few.colorPicture(2))
    #expect(many.factors.prefix(3) == few.factors[...])
  }

  @Test(arguments: [32, 33, 64, 100, 128, 256]) func `the reader recovers what was drawn`(size: Int) {
    let portraits = Portraits(count: size > 64 ? 400 : 3000, size: size, seed: UInt64(size))
    let pictures = portraits.pictures(0..<portraits.count)
    let right = zip(portraits.factors, pictures).count { factors, picture in
      PortraitReader.read(picture)
        == PortraitReading(
          background: factors.background, skin: factors.skin, hair: factors.hair, style: factors.style,
          shirt: factors.shirt, hasGlasses: factors.hasGlasses)
    }
    #expect(Double(right) >= 0.999 * Double(portraits.count), "\(right) of \(portraits.count)")
  }

  @Test func `clean and noisy portraits are read as the Python program reads them`() throws {
    for sample in try samples().readings {
      let portraits = Portraits(count: sample.count, size: sample.size, seed: sample.seed)
      let random = TorchGenerator(seed: sample.seed)
      let bound = Int64(sample.noise)
      let words = portraits.pictures(0..<portraits.count).map { picture in
        if bound == 0 { return text(PortraitReader.read(picture)) }
        let noise = random.integers(picture.pixels.count, in: -bound..<bound + 1)
        let pixels = zip(picture.pixels, noise).map { UInt8(clamping: Int64($0) + $1) }
        return text(
          PortraitReader.read(Picture(width: picture.width, height: picture.height, channels: 3, pixels: pixels)))
      }
      #expect(words == sample.text.split(separator: " ").map(String.init))
      // Noise is there to make the reader give up.
      #expect(words.contains { $0.contains("-") } == (sample.noise > 0))
    }
  }

  private func text(_ reading: PortraitReading) -> String {
    let values = [
      reading.background, reading.skin, reading.hair, reading.shirt, reading.style?.rawValue,
      reading.hasGlasses.map { $0 ? 1 : 0 },
    ]
    return values.map { $0.map(String.init) ?? "-" }.joined()
  }

  @Test func `noise and single colors are not read`() {
    let random = TorchGenerator(seed: 4)
    for _ in 0..<50 {
      let pixels = random.integers(3 * 32 * 32, in: 0..<256).map { UInt8($0) }
      #expect(!PortraitReader.read(Picture(width: 32, height: 32, channels: 3, pixels: pixels)).isComplete)
    }
    for gray in [UInt8(0), 128, 255] {
      let pixels = [UInt8](repeating: gray, count: 64 * 64)
      #expect(!PortraitReader.read(Picture(width: 64, height: 64, channels: 1, pixels: pixels)).isComplete)
    }
  }

  @Test func `every value occurs as often as it should`() {
    let factors = Portraits(count: 8000, size: 32, seed: 2).factors
    func shares(_ value: (PortraitFactors) -> Int, _ count: Int) -> [Double] {
      (0..<count).map { index in Double(factors.count { value($0) == index }) / Double(factors.count) }
    }
    for (value, count) in [
      ({ $0.background }, 4), ({ $0.skin }, 5), ({ $0.hair }, 5), ({ $0.style.rawValue }, 3), ({ $0.shirt }, 4),
      ({ $0.eyes }, 2), ({ $0.mouth }, 9), ({ $0.x }, 17), ({ $0.y }, 13), ({ $0.width }, 13), ({ $0.height }, 13),
    ] as [((PortraitFactors) -> Int, Int)] {
      for share in shares(value, count) { #expect(abs(share - 1 / Double(count)) < 0.02) }
    }
    #expect(abs(shares({ $0.hasGlasses ? 1 : 0 }, 2)[1] - 0.3) < 0.02)
  }
}
