import Foundation
import TensorFiles
import Tensors

/// Proves that the checker can fail: plants one fault of each kind and expects it to be caught and named.
///
/// A checker that has never been seen to fail says nothing when it passes. Every fault goes the whole way: recording
/// and golden set are written to files, damaged, read back and judged.
package struct SelfTest {
  /// What became of one planted fault.
  package struct Outcome: Sendable {
    package let fault: String
    package let wasCaught: Bool
    /// What the checker said.
    package let report: String
  }

  package typealias Judge = (Recording, GoldenSet) -> PrecisionResult

  private let folder: String
  private let judge: Judge

  /// `folder` is scratch space. `judge` is the checker; a test passes one that is blind and expects the self-test to
  /// notice.
  package init(folder: String, judge: @escaping Judge = { Checker(goldens: $1).check($0) }) {
    self.folder = folder
    self.judge = judge
  }

  /// All outcomes. Throws where the scratch folder cannot be written.
  package func run() throws -> [Outcome] {
    var outcomes = [try control()]
    for fault in SelfTestFault.all { outcomes.append(try outcome(of: fault)) }
    return outcomes
  }

  /// Without a fault everything must be identical; a checker that always complains proves nothing either.
  private func control() throws -> Outcome {
    let result = try result { _ in }
    let isGood =
      result.failure == nil && !result.entries.isEmpty && result.entries.allSatisfy { $0.verdict == .identical }
    return Outcome(fault: "no fault (everything identical)", wasCaught: isGood, report: report(result))
  }

  private func outcome(of fault: SelfTestFault) throws -> Outcome {
    let result = try result(fault.plant)
    let report = report(result)
    let failing = result.entries.filter { $0.verdict.fails(exact: true) }
    let isNamed = fault.parts.allSatisfy { report.contains($0) }
    let isAlone: Bool
    switch fault.verdict {
    case .entry(let name, let verdict):
      // Caught, with the verdict that fits, and nothing else complains.
      isAlone = result.failure == nil && failing.count == 1 && failing[0].name == name && failing[0].verdict == verdict
    case .failure: isAlone = result.failure != nil
    }
    return Outcome(fault: fault.name, wasCaught: isNamed && isAlone, report: report)
  }

  private func report(_ result: PrecisionResult) -> String {
    TextReport([result], exact: true, style: TextStyle(usesColor: false)).text
  }

  /// Writes a golden set and the same recording, plants the fault, reads both back and judges.
  private func result(_ plant: (SelfTestFault.Stage) throws -> Void) throws -> PrecisionResult {
    let stage = try SelfTestFault.Stage(folder: folder)
    try stage.write()
    try plant(stage)
    do {
      let goldens = try GoldenSet(readingFrom: stage.goldens)
      return judge(try Recording(readingFrom: stage.recorded, .float64), goldens)
    } catch {
      return PrecisionResult(chapter: SelfTestFault.Stage.chapter, precision: .float64, failure: "\(error)")
    }
  }
}
