//: ### The first epoch, beside PyTorch's
//: PyTorch has made the first epoch of the literal and of the repaired run, too: from the same seed on the same 50,000
//: photographs, once with one thread and once with two. Nothing differs between those two runs but the order in which
//: some sums are added. Below, the band lies between them, and our run is the line; each point is the mean of 17
//: iterations, 46 points an epoch. In float32 nobody's line can be asked to be another's: training amplifies rounding.
//: What can be asked is that ours be no farther from PyTorch's runs than these are from each other, more or less, and
//: the numbers below the picture say how far that is. What is recorded is the mean of the epoch's last 50 iterations.

import GANBook
import Scores

private let columns = ["Loss_D", "Loss_G", "D(x)", "D(G(z)) before", "D(G(z)) after"]
private let recordedIterations = 50

/// Draws the first epoch of a whole run in the band of PyTorch's.
func showFirstEpoch(of ledger: Ledger, _ act: Act, in folder: String, _ plan: Plan) throws {
  let path = folder + "/first-epoch.safetensors.zst"
  guard act == .literal || act == .repaired, FileSystem.kind(of: path) == .file else { return }
  let theirs = try firstEpochOfPyTorch(act, path)
  let count = theirs[0][0].count
  let lines = ledger.lines.prefix(count).compactMap(numbers(of:))
  guard lines.count == count else { return }
  let ours = columns.indices.map { column in lines.map { $0[column] } }
  try draw(ours, theirs, act)
  let ends = ([ours] + theirs).map { $0.map { Array($0.suffix(recordedIterations)).mean } }
  show(
    table: ["mean of the last \(recordedIterations)"] + columns,
    zip(["this package", "PyTorch, one thread", "PyTorch, two threads"], ends).map { name, means in
      [name] + means.map { formatted($0, decimals: 4) }
    }, caption: "The end of the first epoch of the \(act.rawValue) run")
  guard plan.dtype == .float32 else { return }
  for ((name, _), (mean, scatter)) in zip(History.series, zip(ends[0], act == .literal ? literalScatter : scatter)) {
    record("trained/\(act.rawValue)/first-epoch/\(name)", scalar: mean, atol: scatter, rtol: 0)
  }
}

/// How far the five means may be from the mean of PyTorch's two runs: as far as those are from each other.
private let scatter = [0.035, 1.43, 5.7e-3, 6.6e-3, 2.8e-3]
/// The literal run is where it stays, and PyTorch's two are at most 1.3e-5 apart; a line has four decimals.
private let literalScatter = [Double](repeating: 1e-3, count: 5)

/// PyTorch's two runs of an act: for each of the five numbers the values of every iteration.
///
/// - Throws: `FileError` where the file is damaged, or has other numbers.
private func firstEpochOfPyTorch(_ act: Act, _ path: String) throws -> [[[Double]]] {
  let file = try TensorFile(contentsOf: path)
  let runs = try ["1-thread", "2-threads"].map { try file.entry("\(act.rawValue)/\($0)") }
  return try runs.map { run in
    guard run.shape.count == 2, run.shape[0] == columns.count, run.shape == runs[0].shape,
      run.shape[1] >= recordedIterations
    else {
      throw FileError(
        path, .inconsistent, at: "tensor \(run.name)", expected: "[\(columns.count), iterations]",
        found: "\(run.shape)")
    }
    let (values, count) = (run.values, run.shape[1])
    return columns.indices.map { Array(values[$0 * count..<($0 + 1) * count]) }
  }
}

private func draw(_ ours: [[Double]], _ theirs: [[[Double]]], _ act: Act) throws {
  let part = 17
  func parts(_ values: [Double]) -> [Double] { means(of: values, inPartsOf: part) }
  let panels = columns.indices.dropLast().map { column in
    let (line, edges) = (parts(ours[column]), theirs.map { parts($0[column]) })
    let x = line.indices.map { (Double($0) + 0.5) * Double(part) }
    return LinePlot(
      title: columns[column], description: "", xLabel: "iteration", yLabel: "",
      series: [.init("this package", x: x, y: line)],
      bands: [.init("PyTorch", x: x, lower: zip(edges[0], edges[1]).map(min), upper: zip(edges[0], edges[1]).map(max))])
  }
  try show(
    PanelPlot(
      title: "The first epoch of the \(act.rawValue) run",
      description: "Four panels, each a line and a band: one on the other at first, then each about as restless.",
      panels: panels, columns: 2, panelHeight: 200),
    as: "first-epoch-\(act.rawValue)",
    caption: "The first epoch of the \(act.rawValue) run in the band of PyTorch's two")
  let apart = columns.indices.map { column in
    let (own, one, two) = (parts(ours[column]), parts(theirs[0][column]), parts(theirs[1][column]))
    let nearest = own.indices.map { min(abs(own[$0] - one[$0]), abs(own[$0] - two[$0])) }
    let between = own.indices.map { abs(one[$0] - two[$0]) }
    let distances = [nearest, between].map { formatted($0.mean, decimals: 4) }
    return "\(columns[column]) \(distances[0]) (\(distances[1]))"
  }
  say("from the nearer of PyTorch's two runs, in the mean (those from each other): " + apart.joined(separator: ", "))
}
