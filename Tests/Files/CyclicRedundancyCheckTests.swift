import Files
import TestSupport
import Testing

@Suite struct CyclicRedundancyCheckTests {
  @Test func `both polynomials give their standards check value`() {
    let digits = Array("123456789".utf8)
    #expect(CyclicRedundancyCheck.ieee(digits) == 0xCBF4_3926)
    #expect(CyclicRedundancyCheck.castagnoli(digits) == 0xE306_9283)
    #expect(CyclicRedundancyCheck.ieee([]) == 0)
  }
}

@Suite struct AppendedFileTests {
  @Test func `appends in order and never overwrites another file`() throws {
    let folder = try TemporaryFolder()
    let first = try AppendedFile(createdIn: folder.path, named: "log")
    let second = try AppendedFile(createdIn: folder.path, named: "log")
    try first.append([1, 2])
    try first.append([3])
    try second.append([9])
    #expect(try FileSystem.read(first.path) == [1, 2, 3])
    #expect(try FileSystem.read(second.path) == [9])
    #expect(first.path != second.path)
  }

  @Test func `full disk leaves the file as it was`() throws {
    let folder = try TemporaryFolder()
    let file = try AppendedFile(createdIn: folder.path, named: "log")
    try file.append([1, 2])
    var calls = FileSystemCalls()
    // Half of it fits.
    calls.write = { descriptor, bytes, count in count > 2 ? FileSystemCalls().write(descriptor, bytes, 2) : -1 }
    FileSystemCalls.$current.withValue(calls) {
      #expect(defect { try file.append([3, 4, 5, 6]) } == .cannotWrite)
    }
    try file.append([7])
    #expect(try FileSystem.read(file.path) == [1, 2, 7])
  }

  @Test func `folder that is not there is named`() {
    #expect(defect { _ = try AppendedFile(createdIn: "/nonexistent/folder", named: "log") } == .cannotWrite)
  }
}
