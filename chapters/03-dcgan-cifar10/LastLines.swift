//: ### The last ten lines
//: This is where the document's log ends. Above the lines were derived. Where the ledger of a whole literal run is
//: kept, its last ten stand here beside the document's: reached, by running the program to its end.

import GANBook

/// The document's last ten lines, from iteration 772 of its last epoch on, are all this one.
let documentLastLine = "Loss_D: 1.0064  Loss_G: 0.6931  D(x): 0.7311  D(G(z)): 0.5000 / 0.5000"

/// Puts the last ten lines of the literal run's ledger beside the document's, and says from where on they are so.
func showLastLines(of ledger: Ledger, _ plan: Plan) throws {
  let first = 772
  let expected = (first..<first + 10).map { "[50/50][\($0)/782] \(documentLastLine)" }
  let found = Array(ledger.lines.suffix(10))
  show(
    table: ["the document", "this package", ""],
    zip(expected, found).map { [$0, $1, $0 == $1 ? "equal" : "differs"] }, caption: "The last ten lines")
  let constant = ledger.lines.lastIndex { !$0.hasSuffix(" " + documentLastLine) }.map { $0 + 1 } ?? 0
  if constant < ledger.lines.count {
    say("every line from iteration \(constant) on reads so, of \(ledger.lines.count)")
  }
  let same = ledger.lines.count { $0.hasSuffix(" " + documentLastLine) }
  say("\(same) of \(ledger.lines.count) lines read so")
  guard plan.dtype == .float32 else { return }
  claim("last-ten-lines-are-the-documents", expected == found)
}
