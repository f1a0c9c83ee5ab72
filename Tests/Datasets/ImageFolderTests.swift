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

  @Test func `files come in torchvision's order`() throws {
    let data = try Data(contentsOf: Repository.sample("image-folder.json", of: "Datasets"))
    let listing = try JSONDecoder().decode(Listing.self, from: data)
    let folder = try TemporaryFolder()
    for path in listing.paths { try write([], folder, path) }
    let images = try ImageFolder(folder.path)
    #expect(images.classNames == listing.classes)
    #expect(images.files == listing.files)
    #expect(images.labels == listing.labels)
  }

  @Test func `flat folder is one class`() throws {
    let folder = try TemporaryFolder()
    for (name, gray) in [("b.png", 9), ("a.png", 7)] { try write(png(UInt8(gray)), folder, name) }
    let images = try ImageFolder(folder.path)
    #expect(images.count == 2 && images.files == ["a.png", "b.png"])
    #expect(try images.colorPicture(0).pixels == Array(repeating: 7, count: 48))
  }

  @Test func `what is no dataset is refused by name`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ImageFolderError.missingFolder(path: folder("none"))) { try ImageFolder(folder("none")) }
    #expect(throws: ImageFolderError.noPictures(path: folder.path)) { try ImageFolder(folder.path) }
    try write(png(1), folder, "a/1.png")
    try write(Array("hello".utf8), folder, "b/readme.txt")
    #expect(try ImageFolder(folder.path).problems.map(\.path) == ["b"])
    try write([], folder, "b/1.webp")
    let problems = try ImageFolder(folder.path).problems
    #expect(problems.map(\.path) == ["b/1.webp"] && problems[0].what.contains("torchvision would read"))
  }

  @Test func `link in a circle ends`() throws {
    let folder = try TemporaryFolder()
    try write(png(1), folder, "a/1.png")
    try FileManager.default.createSymbolicLink(atPath: folder("a/loop"), withDestinationPath: folder("a"))
    try FileManager.default.createSymbolicLink(atPath: folder("a/top"), withDestinationPath: folder.path)
    let images = try ImageFolder(folder.path)
    #expect(images.files == ["a/1.png"])
    #expect(images.problems.map(\.path) == ["a/loop", "a/top"])
  }

  @Test func `all that cannot be trained on is named at once, with what it is`() throws {
    let folder = try TemporaryFolder()
    try write(png(1), folder, "a/1.png")
    try write(Array("no picture".utf8), folder, "a/2.jpg")
    try write(Array(try png(3).dropLast(20)), folder, "a/3.png")
    try write([], folder, "a/4.png")
    try write(Array("GIF89a....".utf8), folder, "a/5.jpg")
    try write(Array("RIFF1234WEBPVP8 ".utf8), folder, "a/6.jpg")
    try write([0, 5, 0x16, 7, 0, 2, 0, 0], folder, "a/._1.png")
    try write([0, 5, 0x16, 7, 0, 2, 0, 0], folder, "__MACOSX/a/._1.png")
    try write(Array("hello".utf8), folder, "empty/readme.txt")
    try FileManager.default.createSymbolicLink(atPath: folder("a/7.jpg"), withDestinationPath: "nothing.jpg")
    try FileManager.default.createSymbolicLink(atPath: folder("a/8.jpg"), withDestinationPath: "8.jpg")
    let images = try ImageFolder(folder.path)
    let error = try #require(throws: ImageFolderError.self) { try VerifiedFolder(images, leavingOut: false) }
    for (name, what) in [
      ("a/2.jpg", "text"), ("a/3.png", "cut"), ("a/4.png", "empty file"), ("a/5.jpg", "a GIF"), ("a/6.jpg", "a WebP"),
      ("a/._1.png", "AppleDouble"), ("__MACOSX", "macOS"), ("empty", "no .png"), ("a/7.jpg", "link to nothing"),
      ("a/8.jpg", "circle"),
    ] {
      let lines = "\(error)".split(separator: "\n").filter { $0.contains("/\(name): ") }
      #expect(lines.count == 1 && (lines[0].contains(what) || name == "a/3.png"), "\(name): \(error)")
    }
    #expect("\(error)".split(separator: "\n").count == 11)
    let verified = try VerifiedFolder(images, leavingOut: true)
    #expect(verified.images.files == ["a/1.png"] && verified.leftOut.count == 10)
    try FileSystem.remove(folder("a/1.png"))
    #expect(throws: ImageFolderError.self) { try VerifiedFolder(ImageFolder(folder.path), leavingOut: true) }
  }

  @Test func `the digest of a folder knows names, classes and contents`() throws {
    let folder = try TemporaryFolder()
    func digest() throws -> String { try VerifiedFolder(ImageFolder(folder.path), leavingOut: false).digest }
    try write(png(1), folder, "a/1.png")
    try write(png(2), folder, "a/2.png")
    let first = try digest()
    #expect(try digest() == first)
    try write(png(3), folder, "a/2.png")
    let changed = try digest()
    #expect(changed != first)
    try write(png(2), folder, "a/2.png")
    #expect(try digest() == first)
    try FileSystem.rename(folder("a/2.png"), to: folder("a/3.png"))
    #expect(try digest() != first)
    try FileSystem.createFolder(folder("b"))
    try FileSystem.rename(folder("a/3.png"), to: folder("b/2.png"))
    #expect(try digest() != first)
  }

  @Test func `a name that is not UTF-8 is a name`() throws {
    let folder = try TemporaryFolder()
    try write(png(1), folder, "a/1.png")
    let name = PathBytes.text(of: Array("a/caf".utf8) + [0xE9] + Array(".png".utf8))
    try write(png(2), folder, name)
    let images = try ImageFolder(folder.path)
    #expect(images.files == ["a/1.png", name])
    #expect(try images.colorPicture(1).pixels[0] == 2)
    try write([1], folder, name)
    let error = try #require(throws: ImageFolderError.self) {
      try VerifiedFolder(ImageFolder(folder.path), leavingOut: false)
    }
    #expect("\(error)".contains(#"a/caf\xE9.png"#), "\(error)")
  }

  @Test func `JPEG that is called PNG is read`() throws {
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

  @Test(arguments: [5, 6, 64]) func `pictures come in the order asked for`(limit: Int) throws {
    let order = (0..<40).map { $0 * 7 % 40 }
    let ahead = DecodingAhead(Numbered(), order, size: 2, limit: limit)
    var seen: [Int] = []
    while seen.count < 40 { seen += try ahead.next(5).map { Int($0.pixels[0]) } }
    #expect(seen == order)
  }

  @Test func `error comes where the damaged picture would have and again afterwards`() throws {
    let ahead = DecodingAhead(Numbered(damaged: 7), 0..<40, size: 2, limit: 10)
    #expect(try ahead.next(5).map { Int($0.pixels[0]) } == [0, 1, 2, 3, 4])
    for _ in 0..<2 { #expect(throws: Numbered.Damage(index: 7)) { try ahead.next(5) } }
    #expect(try ahead.next(2).map { Int($0.pixels[0]) } == [5, 6])
  }

  @Test func `cancelling ends the thread`() throws {
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
