import Datasets
import Files
import Foundation
import Pictures
import Tensors
import TestSupport
import Testing

/// All of CIFAR-10 inside the package.
@Suite struct EmbeddedCIFAR10Tests {
  private func digest(_ data: CIFAR10) -> String {
    var hash = SHA256()
    for index in 0..<data.count {
      hash.update(data: [UInt8(data.label(index))])
      let pixels = data.picture(index).pixels
      for plane in 0..<3 { hash.update(data: stride(from: plane, to: pixels.count, by: 3).map { pixels[$0] }) }
    }
    return SHA256.hexadecimal(hash.finalize())
  }

  @Test(arguments: CIFAR10.EmbeddedPart.allCases)
  func `every part decodes to Pillow's bytes, in the order of the classes`(part: CIFAR10.EmbeddedPart) throws {
    let data = try CIFAR10.embedded(part)
    #expect(data.count == [.quick: 2_000, .training: 50_000, .test: 10_000][part])
    #expect((0..<data.count).allSatisfy { data.label($0) == $0 % 10 })
    #expect(try digest(data) == DatasetSamples.load().embedded[part.rawValue])
  }

  @Test func `the pictures of quick runs are those of before, and the first of the training set`() throws {
    let quick = try CIFAR10.embedded()
    #expect(try digest(quick) == DatasetSamples.load().recordsSHA256)
    let training = try CIFAR10.embedded(.training)
    for index in 0..<quick.count { #expect(quick.picture(index) == training.picture(index)) }
  }

  @Test func `one class holds its images alone, in their order`() throws {
    let quick = try CIFAR10.embedded()
    for label in [0, 1, 9] {
      let one = quick.only(label: label)
      #expect(one.count == 200)
      for index in 0..<one.count {
        #expect(one.label(index) == label)
        #expect(one.picture(index) == quick.picture(index * 10 + label))
      }
    }
    #expect(quick.only(label: 1).only(label: 2).count == 0)
  }

  @Test func `in a mirror every row is reversed, and nothing else has changed`() throws {
    let quick = try CIFAR10.embedded()
    let mirrored = quick.mirrored
    #expect(mirrored.count == quick.count)
    for index in [0, 1, 777, 1999] {
      #expect(mirrored.label(index) == quick.label(index))
      let (pixels, turned) = (quick.picture(index).pixels, mirrored.picture(index).pixels)
      for row in 0..<32 {
        let own = (0..<32).map { Array(pixels[(row * 32 + $0) * 3..<(row * 32 + $0 + 1) * 3]) }
        let other = (0..<32).map { Array(turned[(row * 32 + $0) * 3..<(row * 32 + $0 + 1) * 3]) }
        #expect(own == other.reversed())
      }
    }
    #expect(try digest(mirrored.mirrored) == digest(quick))
  }
}

/// The reader of the file of JPEGs, on a small one that the tests make of the real one's first pictures.
@Suite struct PackedJPEGsTests {
  /// A file of `pictures`, in one part "all" with a digest; `lie` may falsify what the index says.
  struct Small {
    var jpegs: [[UInt8]]
    var labels: [UInt8]
    var head: [UInt8]
    var sha256: [UInt8] = []

    init(count: Int) throws {
      let path = CIFAR10.embeddedPath
      let pack = try PackedJPEGs(FileSystem.read(path), path: path)
      head = Array(pack.bytes[pack.head])
      labels = Array(pack.labels[..<count])
      jpegs = (0..<count).map { Array(pack.bytes[pack.offsets[$0]..<pack.offsets[$0 + 1]]) }
      let head = head
      sha256 = SHA256.hash(
        data: try jpegs.enumerated().flatMap { number, own in
          let pixels = try JPEG.decode(head + own, path: "one").pixels
          return [labels[number]] + (0..<3).flatMap { plane in stride(from: plane, to: 3072, by: 3).map { pixels[$0] } }
        })
    }

    static func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    var bytes: [UInt8] {
      var bytes = Array("CIFAR10J".utf8)
      for word in [jpegs.count, 1, head.count] { bytes += Self.little(word, 4) }
      bytes += Array("all\0\0\0\0\0".utf8) + Self.little(0, 4) + Self.little(jpegs.count, 4) + sha256
      for (label, own) in zip(labels, jpegs) { bytes += [label] + Self.little(own.count, 2) }
      return bytes + head + jpegs.flatMap { $0 }
    }
  }

  private let small: Small

  init() throws { small = try Small(count: 12) }

  private func read(_ bytes: [UInt8], _ part: String = "all") throws -> [UInt8] {
    try PackedJPEGs(bytes, path: "small").records(part)
  }

  private func defect(_ bytes: [UInt8], _ part: String = "all") -> FileError.Defect? {
    let error = #expect(throws: FileError.self) { try read(bytes, part) }
    #expect(error?.file == "small")
    return error?.defect
  }

  @Test func `an intact file is read`() throws {
    let records = try read(small.bytes)
    #expect(records.count == 12 * 3073)
    #expect(SHA256.hash(data: records) == small.sha256)
  }

  @Test func `one flipped bit of a JPEG is never taken for the picture`() throws {
    let intact = small.bytes
    let end = intact.count
    let start = end - small.jpegs.reduce(0) { $0 + $1.count }
    var found: [FileError.Defect: Int] = [:]
    for place in stride(from: start, to: end - 2, by: 11) {
      var bytes = intact
      bytes[place] ^= 1 << UInt8(place % 8)
      // Bits behind the last pixel, which fill the last byte up, say nothing.
      guard let records = try? read(bytes) else {
        if let defect = defect(bytes) { found[defect, default: 0] += 1 }
        continue
      }
      #expect(SHA256.hash(data: records) == small.sha256)
      found[.inconsistent, default: 0] += 1
    }
    #expect(Set(found.keys).isSubset(of: [.hashMismatch, .corrupt, .inconsistent]))
    #expect(found[.hashMismatch, default: 0] > 100, "\(found)")
    #expect(found[.inconsistent, default: 0] < 5, "\(found)")
  }

  @Test func `other pixels are refused in one line that names the library that decoded`() throws {
    var other = small
    other.jpegs.swapAt(3, 4)
    let error = #expect(throws: FileError.self) { try read(other.bytes) }
    let text = error.map(String.init(describing:)) ?? ""
    #expect(error?.defect == .hashMismatch)
    #expect(text.contains(SHA256.hexadecimal(small.sha256)) && !text.contains("\n"))
    #expect(text.contains(/decoded by libjpeg-turbo [0-9]+\.[0-9]+/), "\(text)")
    var renamed = small
    renamed.labels.swapAt(3, 4)
    #expect(defect(renamed.bytes) == .hashMismatch)
  }

  @Test func `a file that ends early or late is refused, wherever`() throws {
    let bytes = small.bytes
    for length in Array(stride(from: 0, to: bytes.count, by: 13)) + [bytes.count - 1] {
      let found = defect(Array(bytes[..<length]))
      #expect(found == (length < 8 ? .badContainer : .truncated), "\(length)")
    }
    #expect(defect(bytes + [0]) == .trailingBytes)
  }

  @Test(arguments: [
    (8, [255, 255, 255, 255]), (8, [0, 0, 0, 0]), (12, [255, 255, 255, 255]), (12, [0, 0, 0, 0]),
    (16, [255, 255, 255, 255]), (16, [1, 0, 0, 0]), (28, [12, 0, 0, 0]), (28, [255, 255, 255, 255]),
    (32, [13, 0, 0, 0]), (32, [255, 255, 255, 255]), (32, [0, 0, 0, 0]), (68, [10]),
  ]) func `an index that asks for the impossible is refused before anything is made`(offset: Int, lie: [UInt8]) {
    var bytes = small.bytes
    bytes.replaceSubrange(offset..<(offset + lie.count), with: lie)
    #expect(defect(bytes) == .badValue)
  }

  @Test func `lengths that do not add up, missing parts, and other pictures have errors of their own`() throws {
    var bytes = small.bytes
    bytes[70] = 255
    #expect(defect(bytes) == .truncated)
    #expect(defect(small.bytes, "none") == .missingKey)
    #expect(defect(Array("hello, world".utf8)) == .badContainer)
    var wide = small
    let frame = try #require(wide.head.indices.dropLast().first { wide.head[$0] == 0xFF && wide.head[$0 + 1] == 0xC0 })
    wide.head[frame + 8] = 40
    #expect(defect(wide.bytes) == .badShape)
    wide.head[1] = 0
    #expect(defect(wide.bytes) == .corrupt)
  }

  @Test func `damage never crashes, and throws nothing else`() throws {
    let intact = small.bytes
    var mutator = Mutator(seed: 3)
    for _ in 0..<2_000 {
      do { #expect(try SHA256.hash(data: read(mutator.mutated(intact))) == small.sha256) } catch is FileError {}
    }
  }
}

/// The time that the work takes of a processor, whoever else is at work: on one thread, by that thread's own clock.
@Suite struct DecodingSpeedTests {
  @Test func `all sixty thousand are decoded and checked in three seconds of two processors`() throws {
    // What a part of the pool's work hands to the pool stays on its thread.
    let times = try Parallel.map(2) { part -> (count: Int, seconds: Double) in
      guard part == 0 else { return (0, 0) }
      let start = Self.threadSeconds
      let count = try CIFAR10.embedded(.training).count + CIFAR10.embedded(.test).count
      return (count, Self.threadSeconds - start)
    }
    print("\(times[0].count) pictures: \(times[0].seconds) s of one processor")
    #expect(times[0].count == 60_000)
    // Hardly any time would mean that the work was done on another thread.
    #expect((0.1..<6).contains(times[0].seconds))
  }

  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
