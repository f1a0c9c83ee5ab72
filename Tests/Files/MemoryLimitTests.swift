import Files
import TestSupport
import Testing

/// How much memory a process has in a container, as Linux says it.
@Suite struct MemoryLimitTests {
  private func limit(_ files: [String: String], physical: Int? = 1000) throws -> Int {
    let folder = try TemporaryFolder()
    for (path, text) in files {
      try FileSystem.createFolder(folder(path.split(separator: "/").dropLast().joined(separator: "/")))
      try AtomicFile.write(text, to: folder(path))
    }
    return MemoryLimit.bytes(root: folder.path, physical: physical)
  }

  @Test func `a control group's limit counts where it is less than the machine's memory`() throws {
    let groups = ["proc/self/cgroup": "0::/a/b\n"]
    func with(_ more: [String: String]) throws -> Int { try limit(groups.merging(more) { $1 }) }
    #expect(try with(["sys/fs/cgroup/a/b/memory.max": "400\n"]) == 400)
    #expect(try with(["sys/fs/cgroup/a/b/memory.max": "400\n", "sys/fs/cgroup/a/memory.max": "300\n"]) == 300)
    #expect(try with(["sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "4000\n"]) == 1000)
    // A container sees its own group as the root.
    #expect(try with(["sys/fs/cgroup/memory.max": "200\n"]) == 200)
    #expect(try with(["sys/fs/cgroup/unified/a/memory.max": "250\n"]) == 250)
    #expect(try with(["sys/fs/cgroup/c/memory.max": "1\n"]) == 1000)
  }

  @Test func `version 1 of the groups is known, too`() throws {
    let groups = ["proc/self/cgroup": "5:devices:/\n4:memory:/docker/x\n0::/\n"]
    #expect(try limit(groups.merging(["sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes": "77\n"]) { $1 }) == 77)
    #expect(
      try limit(
        groups.merging(["sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes": "9223372036854771712\n"]) { $1 }) == 1000
    )
  }

  @Test func `where nothing says, there is no limit`() throws {
    #expect(try limit([:]) == 1000)
    #expect(try limit([:], physical: nil) == .max)
    #expect(try limit(["proc/self/cgroup": "nonsense\n::\n0:x\n\n"], physical: nil) == .max)
  }
}
