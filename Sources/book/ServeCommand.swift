import ArgumentParser
import Files
import Foundation
import Goldens
import Literate
import Processes
import Serving

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Shows the book in the browser, where its chapters can be run, changed, compared and reviewed.",
    discussion: """
      It answers on this machine alone (127.0.0.1), and only to the address that it prints, which holds a secret that \
      is new every time. Ctrl-C ends it, and asks runs that are under way to save their state.
      """)

  @Option(help: "Port of 127.0.0.1 (default: any that is free).")
  var port: UInt16 = 0

  @Flag(inversion: .prefixedNo, help: "Show the book in the browser.")
  var open = true

  @Flag(help: "Serve nothing that changes anything: no runs, no edits, no blessing.")
  var readOnly = false

  @Option(help: ArgumentHelp("Folder of the runs.", valueName: "dir"))
  var runs = "out"

  @Option(
    help: ArgumentHelp("Also review the recordings below this folder, an artifact of CI for one.", valueName: "dir"))
  var recording: String?

  @Option(help: ArgumentHelp("Folder of the woven book.", valueName: "dir"))
  var pages = "out/book"

  @Option(help: ArgumentHelp("Folder of the chapters' programs.", valueName: "dir", visibility: .hidden))
  var programs: String?

  @OptionGroup var options: GoldenOptions

  func run() throws {
    let goldens = try options.folder()
    _ = try options.checkout()
    if !readOnly { try Pandoc.requireInstalled() }
    var settings = ServeSettings(
      repository: try options.repository(), goldens: goldens, executables: programs ?? GoldenOptions.executableFolder(),
      goldenArguments: { try RunCommand.goldenOptions(of: "\(goldens)/\($0)") })
    (settings.port, settings.runs, settings.pages, settings.isReadOnly) = (port, runs, pages, readOnly)
    if let recording {
      _ = try RecordingFolder(recording)
      settings.recordings = RecordingReview(
        recordings: recording, goldens: options.goldens ?? GoldenOptions.foldersDefault)
    }
    let server: BookServer
    do { server = try BookServer.start(settings) } catch let error as ServingError { throw CatalogError("\(error)") }
    Interruption.beginPolling()
    Terminal.shared.printLine("the book: \(server.address)")
    Terminal.shared.printError("Ctrl-C ends it")
    if open { show(server.address) }
    while !Interruption.isRequested { Thread.sleep(forTimeInterval: 0.1) }
    server.close()
    let running = server.runningChapters
    if !running.isEmpty { Terminal.shared.printError("still running: \(running.joined(separator: ", "))") }
  }

  /// Opens the address through a file that only this user can read: what stands on a command line everybody on the
  /// machine can.
  private func show(_ address: String) {
    guard
      ["DISPLAY", "WAYLAND_DISPLAY"].contains(where: { ProcessInfo.processInfo.environment[$0] != nil }) || Self.isMac
    else { return }
    let path = FileManager.default.temporaryDirectory.path + "/gan-book-\(UUID().uuidString).html"
    let page =
      """
      <!DOCTYPE html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=\(address)\"><title>The \
      GAN book</title>
      """
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    guard FileManager.default.createFile(atPath: path, contents: Data(page.utf8), attributes: attributes) else {
      return
    }
    let opener = Self.isMac ? "open" : "xdg-open"
    // A browser that opener becomes may stay: nobody waits for it.
    let thread = Thread {
      var process = Subprocess(opener, [path])
      (process.output, process.errors) = (.null, .null)
      if (try? process.run()) != .exited(0) { Terminal.shared.printError("\(opener) could not open it") }
      Thread.sleep(forTimeInterval: 10)
      try? FileManager.default.removeItem(atPath: path)
    }
    thread.start()
  }

  private static var isMac: Bool {
    #if os(macOS)
      true
    #else
      false
    #endif
  }
}
