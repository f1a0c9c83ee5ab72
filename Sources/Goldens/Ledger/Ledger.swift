import Files
import TensorFiles

/// What a whole run printed and became: every line of its log, and the digest of its complete state at the end of every
/// epoch.
///
/// A chapter's whole run may take hours. Its bits never move, so that anyone can verify a stretch of it: the first
/// hundred lines, an epoch from a checkpoint, all of it over night. One ledger holds one *act*, a training from its
/// start to its end; it has **one line for each iteration**.
package struct Ledger: Sendable, Equatable {
  /// The end of an epoch.
  package struct Epoch: Sendable, Equatable {
    /// What a run goes through one after the other, such as resolutions; empty where there is only one.
    package let stage: String
    /// Counted from 1 in every stage.
    package let number: Int
    /// Iterations done by then, since the start of the run.
    package let iteration: Int
    /// SHA-256 of the epoch's own lines.
    package let lines: String
    /// SHA-256 of the complete state: weights, statistics, optimizer moments and step counts, random stream, place in
    /// the data.
    package let state: String

    package init(stage: String = "", number: Int, iteration: Int, lines: String, state: String) {
      (self.stage, self.number, self.iteration, self.lines, self.state) = (stage, number, iteration, lines, state)
    }

    /// "epoch 3", "epoch 3 of 16 px".
    package var name: String { "epoch \(number)" + (stage.isEmpty ? "" : " of \(stage)") }
  }

  /// The part of a run that one process made, in iterations: `start ..< end`.
  package struct Stretch: Sendable, Equatable {
    package let start: Int
    package let end: Int
    /// `BuildStamp.digest` of the program.
    package let program: String
    package let seconds: Int
    package let threads: Int
    package let processor: String

    package init(start: Int, end: Int, program: String, seconds: Int, threads: Int, processor: String) {
      (self.start, self.end, self.program, self.seconds) = (start, end, program, seconds)
      (self.threads, self.processor) = (threads, processor)
    }
  }

  package let chapter: String
  /// One word, the name of its files.
  package let act: String
  /// The chapter's options that make this act, beside profile, seed and precision.
  package let arguments: [String]
  /// What decides the numbers: seed, precision, data.
  package let settings: [String: String]
  /// Iterations of the whole run.
  package let iterations: Int
  package var lines: [String] = []
  package var epochs: [Epoch] = []
  package var stretches: [Stretch] = []
  /// SHA-256 of the weights that are kept of the run (`TrainedWeights`); `nil` where none are.
  package var weights: String?
  /// The options by which the run departs from the whole run that everybody makes: its ledger cannot be blessed.
  package var departures: [String]
  /// The stamps of the programs of `stretches`, by digest. A blessed ledger has none: they were those of the sources
  /// then.
  package var programs: [String: String] = [:]
  /// Who blessed it, with what and when.
  package var provenance = JSONObject()

  package init(
    chapter: String, act: String, arguments: [String] = [], settings: [String: String], iterations: Int,
    departures: [String] = []
  ) {
    precondition(Self.isName(act), "an act is named by letters, digits and -, found \"\(act)\"")
    self.chapter = chapter
    self.act = act
    self.arguments = arguments
    self.settings = settings
    self.iterations = iterations
    self.departures = departures
  }

  /// Whether the run came to its end.
  package var isComplete: Bool { lines.count == iterations }

  /// One SHA-256 of all that two runs of the same must share: settings, lines and epochs; neither machines nor hours.
  package var digest: String {
    let content: JSONObject = [
      "chapter": .string(chapter), "act": .string(act), "settings": Self.json(settings), "iterations": .int(iterations),
      "epochs": .array(epochs.map(\.json)), "lines": .string(Digest.of(lines: lines)),
    ]
    return Digest.of(Array(JSONValue.object(content).compact.utf8))
  }

  /// Whether a text may name an act, and with it files.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }

  static func json(_ texts: [String: String]) -> JSONValue {
    .object(texts.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) })
  }
}

extension Ledger.Epoch {
  var json: JSONValue {
    var object = JSONObject()
    if !stage.isEmpty { object["stage"] = .string(stage) }
    object["number"] = .int(number)
    object["iteration"] = .int(iteration)
    object["lines"] = .string(lines)
    object["state"] = .string(state)
    return .object(object)
  }
}
