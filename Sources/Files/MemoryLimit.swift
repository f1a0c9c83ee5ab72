/// How much memory this process can have at most: the machine's, or what its container is held to (control groups of
/// Linux), where that is less.
package enum MemoryLimit {
  /// In bytes, found once. `Int.max` where nothing says.
  package static let current = bytes(root: "")

  /// The same on a system whose files lie in `root`.
  ///
  /// A group is held to its own limit and to those of all above it. In a container the group's path is the host's and
  /// may lead nowhere; what the container sees as the root of the hierarchy is its own group then.
  package static func bytes(root: String, physical: Int? = FileSystem.physicalMemory) -> Int {
    let groups = FileSystem.systemText(root + "/proc/self/cgroup").split(separator: "\n")
    var limits = [physical ?? .max]
    for line in groups {
      // "0::/user.slice" of version 2, "4:memory:/docker/abc" of version 1.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",")
      if parts[0] == "0" && controllers.isEmpty {
        for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
          limits += numbers("memory.max", from: root + mount, downTo: parts[2])
        }
      } else if controllers.contains("memory") {
        limits += numbers("memory.limit_in_bytes", from: root + "/sys/fs/cgroup/memory", downTo: parts[2])
      }
    }
    return limits.min() ?? .max
  }

  /// What the file `name` says in the folder and in those on the way down `path`; "max", and what is not there, says
  /// nothing.
  private static func numbers(_ name: String, from folder: String, downTo path: Substring) -> [Int] {
    var folders = [folder]
    for part in path.split(separator: "/") where part != ".." {
      folders.append("\(folders[folders.count - 1])/\(part)")
    }
    return folders.compactMap { folder in
      Int(FileSystem.systemText("\(folder)/\(name)").prefix { $0 != "\n" }).flatMap { $0 > 0 ? $0 : nil }
    }
  }
}
