import Files

/// Writes the stamp of a program's sources as a Swift file of its target; run by the build (`Plugins/StampSources`).
///
/// `stamp-sources ROOT OUTPUT FOLDER…`: folders within the package's folder ROOT, the program's own first.
@main
enum StampSources {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 3 else { throw Usage() }
    let (root, output) = (arguments[1], arguments[2])
    let stamp = try BuildStamp(of: Array(arguments.dropFirst(2)), inPackage: root)
    // A raw text with as many # as no path holds.
    let source = """
      /// What this program was built from, as text; made by the build.
      let buildStamp = ###\"\"\"
      \(stamp.text)\"\"\"###

      """
    try AtomicFile.write(source, to: output)
  }

  struct Usage: Error, CustomStringConvertible {
    let description = "usage: stamp-sources ROOT OUTPUT FOLDER…"
  }
}
