import Datasets
import Pictures
import Synchronization
import Testing

@Suite struct KeptPicturesTests {
  @Test func `a picture is made once per size and is the same each time`() throws {
    let counted = Counted()
    let kept = KeptPictures(counted)
    for _ in 0..<3 {
      for index in [2, 0, 2] {
        #expect(try kept.colorPicture(index, size: 2) == counted.made(index, size: 2))
        #expect(try kept.colorPicture(index, size: 4) == counted.made(index, size: 4))
      }
    }
    #expect(counted.calls.withLock(\.self) == 4)
    #expect(kept.count == 3)
  }

  @Test func `what passes the limit is made each time`() throws {
    let counted = Counted()
    let kept = KeptPictures(counted, limit: 2 * 2 * 3)
    for _ in 0..<3 {
      for index in 0..<2 { #expect(try kept.colorPicture(index, size: 2) == counted.made(index, size: 2)) }
    }
    #expect(counted.calls.withLock(\.self) == 1 + 3)
  }

  @Test func `an error is not kept`() throws {
    let counted = Counted()
    let kept = KeptPictures(counted)
    counted.isBroken.withLock { $0 = true }
    #expect(throws: Counted.Broken.self) { try kept.colorPicture(1, size: 2) }
    counted.isBroken.withLock { $0 = false }
    #expect(try kept.colorPicture(1, size: 2) == counted.made(1, size: 2))
  }

  @Test func `many threads see the same pictures`() async {
    let counted = Counted()
    let kept = KeptPictures(counted)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for index in 0..<3 {
            #expect((try? kept.colorPicture(index, size: 8)) == counted.made(index, size: 8))
          }
        }
      }
    }
  }
}

/// Three pictures of one color each; counts how often one is asked for.
private final class Counted: ImageDataset {
  struct Broken: Error {}

  let calls = Mutex(0)
  let isBroken = Mutex(false)
  var count: Int { 3 }

  func made(_ index: Int, size: Int) -> Picture {
    Picture(
      width: size, height: size, channels: 3, pixels: Array(repeating: UInt8(index + size), count: size * size * 3))
  }

  func colorPicture(_ index: Int) throws -> Picture { try colorPicture(index, size: 2) }

  func colorPicture(_ index: Int, size: Int) throws -> Picture {
    if isBroken.withLock({ $0 }) { throw Broken() }
    calls.withLock { $0 += 1 }
    return made(index, size: size)
  }
}
