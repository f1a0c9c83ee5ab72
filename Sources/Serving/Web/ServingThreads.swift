import Dispatch

/// Where the server's tasks run: threads of its own.
///
/// Swift's shared pool has one thread a core, and whoever blocks one of them (a build that is waited for, a test) would
/// keep every request waiting.
final class ServingThreads: TaskExecutor {
  static let shared = ServingThreads()

  private let queue = DispatchQueue(label: "serving", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
