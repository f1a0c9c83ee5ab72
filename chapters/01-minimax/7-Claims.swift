//: ## How the numbers are checked
//: Every `record` is held against a PyTorch program that computes the same thing independently. A `claim` is a
//: sentence of the text that a run can refute: it records 1 where the sentence holds.

import Foundation
import Goldens
import Literate

/// Records whether something holds: 1 or 0, compared exactly.
func claim(_ name: String, _ holds: Bool, line: UInt = #line, file: String = #fileID) {
  record("claim/\(name)", scalar: holds ? 1 : 0, atol: 0, rtol: 0, line: line, file: file)
}

/// A number such as 2.4e-09.
func scientific(_ value: Double) -> String { String(format: "%.1e", value) }
