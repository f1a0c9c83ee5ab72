import Foundation
import TestSupport
import Testing

/// A real full disk: a small tmpfs in a mount namespace of the test's own. Where the system allows no such namespace,
/// the injected faults of `FaultInjectionTests` remain.
@Suite struct DiskFullEndToEnd {
  static let canMount: Bool = {
    let outcome = try? ChildProcess.run(
      "unshare", ["-Urm", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt && umount /mnt"], isBuilt: false)
    return outcome?.code == 0
  }()

  @Test(.enabled(if: canMount)) func `a full disk leaves the manifest as it was and no half recording`() throws {
    let folder = try TemporaryFolder()
    let script = """
      set -e
      mkdir "$1/disk"; mount -t tmpfs -o size=256k tmpfs "$1/disk"; cd "$1/disk"
      mkdir goldens; cp -r "$2" goldens/; cp goldens/99-fake/manifest.json "$1/before"
      dd if=/dev/zero of=fill bs=1k 2>/dev/null || true
      set +e
      "$3/book" bless --yes --goldens goldens --scratch "$1/scratch"; echo "bless ended with $?"
      cmp "$1/before" goldens/99-fake/manifest.json && ls -A goldens/99-fake | wc -l
      "$3/ch99-fake" --out out; echo "chapter ended with $?"; ls -A out | wc -l
      umount -l "$1/disk" || true
      """
    let outcome = try ChildProcess.run(
      "unshare",
      [
        "-Urm", "sh", "-c", script, "sh", folder.path, Repository.sample("99-fake", of: "Goldens").path,
        ChildProcess.buildFolder.path,
      ], isBuilt: false)
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.errors.contains("No space left on device"))
    #expect(lines.contains("bless ended with 2") && lines.contains("chapter ended with 2"))
    let ended = try #require(lines.firstIndex(of: "bless ended with 2"))
    #expect(lines[ended + 1] == "3", "manifest, log and reference, nothing temporary")
    #expect(lines.last == "0", "nothing in the chapter's folder")
  }

  @Test(.enabled(if: canMount)) func `a full disk while saving leaves the checkpoint before it`() throws {
    let folder = try TemporaryFolder()
    let script = """
      set -e
      mkdir "$1/disk" "$1/data"; mount -t tmpfs -o size=4m tmpfs "$1/disk"
      for n in 1 2 3 4; do cp "$2" "$1/data/$n.jpg"; done
      train() {
        "$3/ch06-progan-training" --data "$1/data" --channels 4 --epochs 9 --batch-sizes 2 --out "$1/disk/out" \
          --logs "$1/logs" $4 $5 $6
      }
      train "$1" "$2" "$3" --iterations 3; cp "$1"/disk/out/checkpoint-float32.safetensors "$1/before"
      dd if=/dev/zero of="$1/disk/fill" bs=1k 2>/dev/null || true
      set +e
      train "$1" "$2" "$3" --iterations 5 --resume; echo "training ended with $?"
      cmp "$1/before" "$1/disk/out/checkpoint-float32.safetensors" && echo "the checkpoint stands"
      ls -A "$1/disk/out" | grep -c tmp
      rm "$1/disk/fill"; train "$1" "$2" "$3" --iterations 5 --resume; echo "then with $?"
      umount -l "$1/disk" || true
      """
    let outcome = try ChildProcess.run(
      "unshare",
      [
        "-Urm", "sh", "-c", script, "sh", folder.path,
        Repository.sample("jpeg/color-444.jpg", of: "Pictures").path, ChildProcess.buildFolder.path,
      ], isBuilt: false)
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
    #expect(lines.contains("training ended with 2") && lines.contains("the checkpoint stands"))
    #expect(lines.contains("0") && lines.last == "then with 0")
  }
}
