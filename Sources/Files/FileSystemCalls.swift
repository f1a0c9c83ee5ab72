/// Every call with which a writer changes the disk, each replaceable, so that a test can make any of them fail as a
/// full disk or a dying one does.
///
/// All give what the system's own give: a negative number, and `errno`, where they fail.
package struct FileSystemCalls: Sendable {
  /// Opens a new file for writing.
  package var create: @Sendable (_ path: String) -> Int32 = SystemCalls.create
  /// Opens a file, or makes it, to write behind its end.
  package var extend: @Sendable (_ path: String) -> Int32 = SystemCalls.extend
  package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int = SystemCalls.write
  package var synchronize: @Sendable (_ descriptor: Int32) -> Int32 = SystemCalls.synchronize
  package var close: @Sendable (_ descriptor: Int32) -> Int32 = SystemCalls.close
  package var rename: @Sendable (_ old: String, _ new: String) -> Int32 = SystemCalls.rename
  /// Exchanges what stands at two paths.
  package var exchange: @Sendable (_ one: String, _ other: String) -> Int32 = SystemCalls.exchange
  package var remove: @Sendable (_ path: String) -> Int32 = SystemCalls.remove
  package var makeFolder: @Sendable (_ path: String) -> Int32 = SystemCalls.makeFolder
  /// Opens a folder, to synchronize it.
  package var openFolder: @Sendable (_ path: String) -> Int32 = SystemCalls.openFolder
  /// Cuts an open file and goes on writing there.
  package var truncate: @Sendable (_ descriptor: Int32, _ length: Int) -> Int32 = SystemCalls.truncate

  package init() {}

  @TaskLocal package static var current = FileSystemCalls()
}
