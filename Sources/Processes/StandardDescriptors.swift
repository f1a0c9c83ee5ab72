/// Standard input, output and errors.
package enum StandardDescriptors {
  /// Opens those that are closed to /dev/null. The first thing a program does: the next file it opened would otherwise
  /// get the number of a closed one, and be written over by every line that is printed.
  package static func ensureOpen() {
    for descriptor in Int32(0)...2 where !Platform.isOpen(descriptor) { Platform.openNull() }
  }
}
