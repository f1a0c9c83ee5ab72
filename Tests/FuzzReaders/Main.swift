import Files
import Foundation
import TestSupport

/// `fuzz-readers READER SEED COUNT SECONDS [KEEP]`: gives COUNT damaged files to a reader, or as many as SECONDS allow.
///
/// Ends with 1 where it throws an error of no kind that it may, and dies where it crashes, takes more than a second, or
/// allocates more than the file's size × 4 + 64 MiB. Then KEEP, a file, holds the input; without KEEP the number that
/// was printed last finds it again, as the same seed makes the same inputs.
@main
enum FuzzReaders {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 4, let reader = Reader(rawValue: arguments[0]), let seed = UInt64(arguments[1]),
      let count = Int(arguments[2]), let seconds = Double(arguments[3])
    else {
      let names = Reader.allCases.map(\.rawValue).joined(separator: " ")
      print("usage: fuzz-readers READER SEED COUNT SECONDS [KEEP]\nreaders: \(names)")
      exit(2)
    }
    let folder = try TemporaryFolder()
    let subjects = try reader.subjects(folder.path)
    guard !subjects.isEmpty else {
      print("\(reader.rawValue): there is nothing to damage")
      exit(2)
    }
    var mutator = Mutator(seed: seed)
    var fuzzer = Fuzzer(keep: arguments.dropFirst(4).first)
    Watch.begin()
    let clock = ContinuousClock()
    let start = clock.now
    var number = 0
    while number < count, number % 64 != 0 || clock.now - start < .seconds(seconds) {
      let subject = subjects[mutator.below(subjects.count)]
      fuzzer.read(subject, subject.mutated(&mutator), number: number)
      number += 1
    }
    print(
      "\(reader.rawValue): \(number) mutations, \(fuzzer.refused) refused, \(fuzzer.accepted) harmless, "
        + "slowest \(fuzzer.slowest)")
    for (defect, count) in fuzzer.defects.sorted(by: { $0.key < $1.key }) { print("  \(defect): \(count)") }
    fflush(nil)
    try FileManager.default.removeItem(atPath: folder.path)
    // Without what runs at a normal end, which may need memory.
    _exit(fuzzer.failures > 0 ? 1 : 0)
  }
}

/// A file to damage, and what reads it.
struct Subject {
  let name: String
  let bytes: [UInt8]
  /// Where the bytes are an archive, its members: damage to it as a whole rarely gets past its checksums, so half the
  /// time a member is damaged, and packed again.
  var members: [(name: String, bytes: [UInt8])] = []
  let read: ([UInt8]) throws -> Void

  func mutated(_ mutator: inout Mutator) -> [UInt8] {
    guard !members.isEmpty, mutator.below(2) == 0 else { return mutator.mutated(bytes) }
    let chosen = mutator.below(members.count)
    return StoredZip.bytes(
      members.enumerated().map { index, member in
        (member.name, index == chosen ? mutator.mutated(member.bytes) : member.bytes)
      })
  }
}

struct Fuzzer {
  var refused = 0
  var accepted = 0
  var failures = 0
  var slowest = Duration.zero
  var defects: [String: Int] = [:]
  private let keep: String?

  init(keep: String?) { self.keep = keep }

  mutating func read(_ subject: Subject, _ bytes: [UInt8], number: Int) {
    let clock = ContinuousClock()
    // Said first: a reader that crashes cannot say where.
    if let keep {
      overwrite(keep, bytes)
    } else if number % 64 == 0 {
      FileHandle.standardOutput.write(Data("\(number) \(subject.name)\n".utf8))
    }
    limitMemory(beyond: 4 * bytes.count + 64 << 20)
    Watch.start()
    let start = clock.now
    do {
      try subject.read(bytes)
      accepted += 1
    } catch let error as any FuzzedError {
      refused += 1
      defects[error.kindOfDefect, default: 0] += 1
    } catch {
      failures += 1
      complain("\(subject.name) mutation \(number): \(type(of: error)) \(error)")
      if let keep { overwrite("\(keep).\(number)", bytes) }
    }
    slowest = max(slowest, clock.now - start)
    Watch.stop()
  }
}

/// Address space beyond what the process has now is limited, so a greater allocation fails, which ends a Swift program.
///
/// A thread of OpenBLAS that starts later than this would ask for 128 MiB without an end, and the program's end would
/// wait for it: whoever starts this program sets OPENBLAS_NUM_THREADS=1.
private func limitMemory(beyond byteCount: Int) {
  // Kept open: it is asked a million times.
  let text = FileSystem.systemText("/proc/self/statm")
  guard let pages = text.split(separator: " ").first.flatMap({ Int($0) }) else { return }
  var limits = rlimit(rlim_cur: rlim_t(pages * 4096 + byteCount), rlim_max: rlim_t.max)
  setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limits)
}

/// Without the care of `AtomicFile`, which would wait for the disk a million times.
func overwrite(_ path: String, _ bytes: [UInt8]) {
  guard let file = fopen(path, "wb") else {
    complain("\(path): cannot be written")
    exit(2)
  }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}

func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// Ends the process where a reader has used a second of processor time for one file, or a minute of any time. On a busy
/// machine the clock on the wall says nothing.
private enum Watch {
  // Read and written without order: a reading missed comes again within a quarter of a second.
  nonisolated(unsafe) private static let state: UnsafeMutablePointer<(processor: Double, wall: Double)> = {
    let state = UnsafeMutablePointer<(processor: Double, wall: Double)>.allocate(capacity: 1)
    state.initialize(to: (.infinity, .infinity))
    return state
  }()

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  static func start() { state.pointee = (seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC)) }
  static func stop() { state.pointee = (.infinity, .infinity) }

  static func begin() {
    stop()
    let thread = Thread {
      while true {
        usleep(200_000)
        let (processor, wall) = state.pointee
        let used = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor
        if used > 1 || seconds(CLOCK_MONOTONIC) - wall > 60 {
          complain("a reader takes more than a second for one file: a hang")
          abort()
        }
      }
    }
    thread.stackSize = 1 << 20
    thread.start()
    usleep(1000)
  }
}
