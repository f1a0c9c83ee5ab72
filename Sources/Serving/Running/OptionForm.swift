import Foundation
import Goldens
import Processes

/// The options of a chapter as a form: what its program says of itself (`--experimental-dump-help`).
package struct OptionForm: Sendable {
  package struct Field: Sendable, Encodable, Equatable {
    /// Without its hyphens.
    package let name: String
    let help: String
    let isFlag: Bool
    /// All that it may be; empty where that cannot be listed.
    let choices: [String]
    /// What holds where nothing is chosen, as far as the program says.
    let standard: String?
    /// What it is in the run that the goldens hold.
    var golden: String?
  }

  /// The seed first, then the chapter's own options, then those that every chapter has.
  package let fields: [Field]
  /// The options of the run that the goldens hold, by name; a flag is "true".
  package let golden: [String: String]

  /// Options that a page does not offer: they name folders and files, or are the server's to give.
  private static let withheld: Set<String> = ["help", "version", "resume", "overwrite"]
  private static let common = [
    "iterations", "profile", "dtype", "kernels", "threads", "decimals", "allow-non-finite", "exercise", "answer",
  ]

  /// Asks the program. `goldenArguments` are those of the run that the goldens hold.
  ///
  /// Throws `ServingError` where it says nothing of use.
  init(program: String, goldenArguments: [String]) throws {
    var process = Subprocess(program, ["--experimental-dump-help"])
    process.errors = .null
    process.timeLimit = 20
    let (ending, output): (Subprocess.Ending, [UInt8])
    do { (ending, output) = try process.collectOutput() } catch let error as SubprocessError {
      throw ServingError("\(error); build it with `make build`")
    }
    guard ending == .exited(0) else { throw ServingError("\(program) does not say which options it takes") }
    try self.init(description: output, goldenArguments: goldenArguments)
  }

  package init(description: [UInt8], goldenArguments: [String]) throws {
    let dump: Dump
    do { dump = try JSONDecoder().decode(Dump.self, from: Data(description)) } catch {
      throw ServingError("what the program says of its options cannot be read: \(error)")
    }
    var known: [Field] = []
    for argument in dump.command.arguments ?? [] {
      guard let name = argument.preferredName?.name, argument.preferredName?.kind == "long",
        argument.shouldDisplay, !argument.isRepeating, !Self.withheld.contains(name),
        !["dir", "file", "glob"].contains(argument.valueName ?? ""), ["option", "flag"].contains(argument.kind)
      else { continue }
      known.append(
        Field(
          name: name, help: argument.abstract ?? "", isFlag: argument.kind == "flag", choices: argument.allValues ?? [],
          standard: argument.defaultValue))
    }
    let golden = Self.options(in: goldenArguments, known)
    let rank = Dictionary(uniqueKeysWithValues: Self.common.enumerated().map { ($1, $0 + 2) })
    let ordered = known.enumerated().sorted { left, right in
      func place(_ item: (offset: Int, element: Field)) -> Int {
        item.element.name == "seed" ? 0 : rank[item.element.name] ?? 1
      }
      return (place(left), left.offset) < (place(right), right.offset)
    }
    fields = ordered.map { item in
      var field = item.element
      field.golden = golden[field.name]
      return field
    }
    self.golden = golden
  }

  /// Arguments of a command line by the names of the fields.
  private static func options(in arguments: [String], _ fields: [Field]) -> [String: String] {
    var found: [String: String] = [:]
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard let field = fields.first(where: { argument == "--" + $0.name }) else { continue }
      found[field.name] = field.isFlag ? "true" : rest.popFirst() ?? ""
    }
    return found
  }

  private struct Dump: Decodable {
    struct Command: Decodable { let arguments: [Argument]? }
    struct Name: Decodable {
      let kind: String
      let name: String
    }
    struct Argument: Decodable {
      let kind: String
      let abstract: String?
      let allValues: [String]?
      let defaultValue: String?
      let isRepeating: Bool
      let preferredName: Name?
      let shouldDisplay: Bool
      let valueName: String?
    }
    let command: Command
  }
}
