import Datasets
import Files
import Foundation
import Pictures
import TestSupport
import Testing

@Suite struct ImageFolderTests {
  struct Listing: Decodable {
    let classes, files, paths: [String]
    let labels: [Int]
  }

  private func write(_ bytes: [UInt8], _ folder: TemporaryFolder, _ path: String) throws {
    let cut = path.lastIndex(of: "/") ?? path.startIndex
    try FileSystem.createFolder(folder(String(path[..<cut])))
    try AtomicFile.write(bytes, to: folder(path))
  }

  private func png(_ gray: UInt8, width: Int = 4, height: Int = 4) throws -> [UInt8] {
    try PNG.encode(
      Picture(width: width, height: height, channels: 1, pixels: Array(repeating: gray, count: width * height)))
  }

  @Test func filesComeInTorchvisionsOrder() throws {
    let data = try Data(contentsOf: Repository.sample("image-folder.json", of: "Datasets"))
    let listing = try JSONDecoder().decode(Listing.self, from: data)
    let folder = try TemporaryFolder()
    for path in listing.paths { try write([], folder, path) }
    let images = try ImageFolder(folder.path)
    #expect(images.classNames == listing.classes)
    #expect(images.files == listing.files)
    #expect(images.labels == listing.labels)
  }

  @Test func flatFolderIsOneClass() throws {
    let folder = try TemporaryFolder()
    for (name, gray) in [("b.png", 9), ("a.png", 7)] { try write(png(UInt8(gray)), folder, name) }
    let images = try ImageFolder(folder.path)
    #expect(images.count == 2 && images.files == ["a.png", "b.png"])
    #expect(try images.colorPicture(0).pixels == Array(repeating: 7, count: 48))
  }

  @Test func whatIsNoDatasetIsRefusedByName() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ImageFolderError.missingFolder(path: folder("none"))) { try ImageFolder(folder("none")) }
    #expect(throws: ImageFolderError.noPictures(path: folder.path)) { try ImageFolder(folder.path) }
    try write(png(1), folder, "a/1.png")
    try write(Array("hello".utf8), folder, "b/readme.txt")
    #expect(throws: ImageFolderError.noPictures(path: folder("b"))) { try ImageFolder(folder.path) }
    try write([], folder, "b/1.webp")
    #expect(throws: ImageFolderError.unsupportedFormat(path: folder("b/1.webp"), format: "webp")) {
      try ImageFolder(folder.path)
    }
  }

  @Test func linkInACircleEnds() throws {
    let folder = try TemporaryFolder()
    try write(png(1), folder, "a/1.png")
    try FileManager.default.createSymbolicLink(atPath: folder("a/loop"), withDestinationPath: folder("a"))
    #expect(throws: ImageFolderError.self) { try ImageFolder(folder.path) }
  }

  @Test func damagedPicturesAreNamedWhenTheirTurnComes() throws {
    let folder = try TemporaryFolder()
    try write(png(1), folder, "a/1.png")
    try write(Array("no picture".utf8), folder, "a/2.jpg")
    try write(Array(try png(3).dropLast(20)), folder, "a/3.png")
    try write([], folder, "a/4.png")
    let images = try ImageFolder(folder.path)
    #expect(throws: ImageFolderError.notAPicture(path: folder("a/2.jpg"))) { try images.colorPicture(1) }
    #expect(throws: PNGError.self) { try images.colorPicture(2) }
    #expect(throws: ImageFolderError.notAPicture(path: folder("a/4.png"))) { try images.colorPicture(3) }
  }

  @Test func jpegThatIsCalledPNGIsRead() throws {
    let folder = try TemporaryFolder()
    try write(FileSystem.read(Repository.sample("jpeg/gray.jpg", of: "Pictures").path), folder, "a/1.png")
    let picture = try ImageFolder(folder.path).colorPicture(0, size: 8)
    #expect(picture.width == 8 && picture.height == 8 && picture.channels == 3)
  }
}

@Suite struct DecodingAheadTests {
  struct Numbered: ImageDataset {
    let count = 40
    var damaged: Int?
    struct Damage: Error, Equatable { let index: Int }

    func colorPicture(_ index: Int) throws -> Picture {
      if index == damaged { throw Damage(index: index) }
      return Picture(width: 2, height: 2, channels: 3, pixels: Array(repeating: UInt8(index), count: 12))
    }
  }

  @Test(arguments: [5, 6, 64]) func picturesComeInTheOrderAskedFor(limit: Int) throws {
    let order = (0..<40).map { $0 * 7 % 40 }
    let ahead = DecodingAhead(Numbered(), order, size: 2, limit: limit)
    var seen: [Int] = []
    while seen.count < 40 { seen += try ahead.next(5).map { Int($0.pixels[0]) } }
    #expect(seen == order)
  }

  @Test func errorComesWhereTheDamagedPictureWouldHaveAndAgainAfterwards() throws {
    let ahead = DecodingAhead(Numbered(damaged: 7), 0..<40, size: 2, limit: 10)
    #expect(try ahead.next(5).map { Int($0.pixels[0]) } == [0, 1, 2, 3, 4])
    for _ in 0..<2 { #expect(throws: Numbered.Damage(index: 7)) { try ahead.next(5) } }
    #expect(try ahead.next(2).map { Int($0.pixels[0]) } == [5, 6])
  }

  @Test func cancellingEndsTheThread() throws {
    weak var observed: DecodingAhead?
    do {
      let ahead = DecodingAhead(Numbered(), 0..<40, size: 2, limit: 2)
      _ = try ahead.next(1)
      ahead.cancel()
      observed = ahead
    }
    let deadline = Date(timeIntervalSinceNow: 10)
    while observed != nil && Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
    #expect(observed == nil)
  }
}
