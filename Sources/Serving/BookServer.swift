import Files
import FlyingFox
import FlyingSocks
import Foundation
import Goldens
import Processes
import Synchronization

/// The book in the browser, on the loopback interface, for whoever knows the secret in its address.
package final class BookServer: Sendable {
  /// "http://127.0.0.1:8080/<secret>/".
  package let address: String
  private let settings: ServeSettings
  private let front: Guard
  private let place: String
  private let changes: SourceChanges
  private let keeper: RunKeeper
  private let serving: Task<Void, any Error>

  /// Starts serving. Throws `ServingError` where the port is taken, `FileError` where nothing can be written.
  package static func start(_ settings: ServeSettings) throws -> BookServer {
    try BookServer(settings, limits: Guard.Limits())
  }

  package init(_ settings: ServeSettings, limits: Guard.Limits) throws {
    self.settings = settings
    guard let place = Platform.makePrivateFolder() else {
      throw ServingError("no folder can be made in /tmp: \(Platform.lastError)")
    }
    self.place = place
    let socket = place + "/server"
    let weaver = PageWeaver(settings: settings)
    keeper = try RunKeeper(settings: settings, weaver: weaver)
    changes = SourceChanges(settings: settings, keeper: keeper, weaver: weaver)
    front = try Guard(port: settings.port, behind: socket, limits: limits)
    let admission = Admission(secret: Secret(), port: front.port, isReadOnly: settings.isReadOnly)
    address = "http://127.0.0.1:\(front.port)/\(admission.secret.text)/"
    let routes = Routes(
      settings: settings, admission: admission, keeper: keeper, changes: changes,
      editing: BlockEditing(settings: settings), reviewing: Reviewing(settings: settings))
    let server = HTTPServer(address: .unix(path: socket), timeout: 300, logger: .disabled, handler: routes)
    serving = Task(executorPreference: ServingThreads.shared) { try await server.run() }
    try Self.waitForServer(socket)
  }

  private static func waitForServer(_ socket: String) throws {
    for _ in 0..<500 {
      if let connection = Platform.connect(toPath: socket) { return Platform.closeSocket(connection) }
      Thread.sleep(forTimeInterval: 0.01)
    }
    throw ServingError("the server does not start")
  }

  /// Stops serving. Runs that are under way have been asked to stop with this program; they get a moment to save their
  /// state.
  package func close() {
    front.close()
    changes.close()
    let deadline = ContinuousClock.now + .seconds(Subprocess.grace)
    while !keeper.current.isEmpty, Interruption.isPending, ContinuousClock.now < deadline {
      Thread.sleep(forTimeInterval: 0.05)
    }
    serving.cancel()
    try? FileSystem.remove(place + "/server")
    Platform.removeFolder(place)
  }

  /// The chapters that are running.
  package var runningChapters: [String] { keeper.current.map(\.chapter).sorted() }
}
