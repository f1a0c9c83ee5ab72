#if canImport(Testing)
  import Testing
#endif
#if canImport(XCTest)
  import XCTest
#endif

/// Where a test expects something, and how it is told that it was disappointed.
package struct TestPlace: Sendable {
  private let staticFileID: StaticString
  private let staticFilePath: StaticString
  let line: UInt
  private let column: UInt

  package init(fileID: StaticString, filePath: StaticString, line: UInt, column: UInt) {
    staticFileID = fileID
    staticFilePath = filePath
    self.line = line
    self.column = column
  }

  var fileID: String { "\(staticFileID)" }
  var filePath: String { "\(staticFilePath)" }
  /// The module that the file is of, "ModelTests".
  var module: String { String(fileID.prefix { $0 != "/" }) }

  /// An issue at the caller's line, in whichever library runs this test.
  ///
  /// Outside of any test's task (a detached one, a queue's) nothing says which that is: both are told. The one that
  /// runs fails for it, and the other has nobody to tell.
  func fail(_ text: String) {
    #if canImport(Testing)
      let location = Testing.SourceLocation(
        fileID: fileID, filePath: filePath, line: Int(clamping: line), column: Int(clamping: column))
      Issue.record(Comment(rawValue: text), sourceLocation: location)
      if Test.current != nil { return }
    #endif
    #if canImport(XCTest)
      XCTFail(text, file: staticFilePath, line: line)
    #endif
  }
}
