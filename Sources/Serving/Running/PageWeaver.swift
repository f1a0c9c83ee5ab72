import Goldens
import Literate
import Synchronization

/// Weaves the pages of runs that have ended, one at a time.
final class PageWeaver: Sendable {
  private let settings: ServeSettings
  private let turn = Mutex(())

  init(settings: ServeSettings) { self.settings = settings }

  /// Weaves the page of a run and notes what its numbers are worth. A page that cannot be woven says why.
  func weave(_ run: inout RunState) {
    let folders = settings.folders
    let isGolden = run.isGolden
    let (runs, out) = isGolden ? (settings.runs, settings.pages) : (folders.runs(run.id), folders.pages(run.id))
    let caveat =
      run.departures.isEmpty ? nil : "There is no golden for these options: \(run.departures.joined(separator: " "))."
    let result = woven(
      run.chapter, runs: runs, out: out, formats: isGolden ? Set(Weaver.Format.allCases) : [.html], caveat: caveat)
    switch result {
    case .failure(let error): run.pageProblem = error.description
    case .success(let chapter):
      run.pageProblem = nil
      run.verdict = chapter.verdicts.summary
      run.caveat = chapter.verdicts.caveat
      let marks = chapter.verdicts.entries.map(\.mark)
      run.holds = marks.contains { $0 != .unchecked } ? !marks.contains { $0.badness > 2 } : nil
    }
  }

  /// Weaves the page of the goldens' run anew, where only its prose has changed: throws where the run is of other code.
  func weaveAnew(_ chapter: String) throws {
    let result = woven(chapter, runs: settings.runs, out: settings.pages, formats: Set(Weaver.Format.allCases))
    _ = try result.get()
  }

  private func woven(_ chapter: String, runs: String, out: String, formats: Set<Weaver.Format>, caveat: String? = nil)
    -> Result<WovenChapter, ServingError>
  {
    turn.withLock { _ in
      do {
        var weaver = try Weaver(repository: settings.repository, runs: runs, out: out, formats: formats)
        weaver.caveat = caveat
        let outcome = try weaver.weave([chapter])
        if let woven = outcome.woven.first(where: { $0.name == chapter }) { return .success(woven) }
        return .failure(ServingError(outcome.failures.first?.reason ?? "\(chapter) has not been run"))
      } catch { return .failure(ServingError("\(error)")) }
    }
  }
}
