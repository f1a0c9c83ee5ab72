import Foundation
import PackagePlugin

/// Compiles into a program what it was built from: `let buildStamp`, the SHA-256 of every file of its target, of the
/// package's libraries under it, and of the manifest.
@main
struct StampSources: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL
    let own = target.directoryURL
    let libraries = target.recursiveTargetDependencies.map(\.directoryURL).filter { isInside($0, root) && $0 != own }
    let folders = [own] + Set(libraries).sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "BuildStamp.swift")
    let inputs = [root.appending(path: "Package.swift")] + folders.flatMap(files)
    return [
      .buildCommand(
        displayName: "Stamping the sources of \(target.name)", executable: try context.tool(named: "stamp-sources").url,
        arguments: [root.path, output.path] + folders.map { relative($0, root) }, inputFiles: inputs,
        outputFiles: [output])
    ]
  }

  private func isInside(_ folder: URL, _ root: URL) -> Bool {
    folder.path.hasPrefix(root.path + "/") && !relative(folder, root).hasPrefix(".")
  }

  private func relative(_ folder: URL, _ root: URL) -> String { String(folder.path.dropFirst(root.path.count + 1)) }

  /// Every file in a folder and below, and the folders themselves, so that a file that is added is noticed.
  private func files(in folder: URL) -> [URL] {
    let manager = FileManager.default
    var found: [URL] = [folder]
    for name in (try? manager.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] where !name.hasPrefix(".") {
      let path = folder.appending(path: name)
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: path.path, isDirectory: &isFolder) else { continue }
      found += isFolder.boolValue ? files(in: path) : [path]
    }
    return found
  }
}
