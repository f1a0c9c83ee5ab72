import Files
import TensorFiles
import Tensors

/// Holds what the layers of a run have put out against the same layers of a PyTorch program.
///
/// Layers are matched by name and by how often they have been called, so that two that do not depend on each other may
/// be called in either order. What is asked is |a − b| ≤ tolerance · the reference's largest element: an element that
/// is small is one where large numbers cancel.
package struct LayerComparison {
  /// A layer that is not within the tolerance.
  package struct Difference: Sendable, Equatable {
    package let layer: String
    package let call: Int
    package let text: String
  }

  /// Outputs that hold.
  package private(set) var count = 0
  package private(set) var largest = 0.0
  package private(set) var difference: Difference?

  /// - Throws: `FileError` where a name is not one that a tracing program gives, or no layer is in both.
  package init(_ found: TensorFile, reference: TensorFile, tolerance: Double) throws {
    let expected = try Self.calls(of: reference)
    for (key, entry) in try Self.calls(of: found) {
      guard let other = expected.first(where: { $0.0 == key })?.1 else { continue }
      let (mine, its) = (try entry.tensor(file: found.path), try other.tensor(file: reference.path))
      func differs(_ text: String) -> Difference { Difference(layer: key.layer, call: key.call, text: text) }
      guard mine.shape == its.shape else {
        difference = differs("shape \(mine.shape), PyTorch's \(its.shape)")
        return
      }
      let (a, b) = (mine.values, its.values)
      let size = b.reduce(0) { max($0, abs($1)) }
      func distance(_ place: Int) -> Double {
        let distance = abs(a[place] - b[place])
        return distance.isNaN ? .infinity : distance
      }
      if let worst = a.indices.max(by: { distance($0) < distance($1) }) {
        let relative = distance(worst) == 0 ? 0 : distance(worst) / size
        largest = max(largest, relative)
        // NaN is in no tolerance.
        guard relative <= tolerance else {
          let outside = a.indices.count { !(distance($0) <= tolerance * size) }
          difference = differs(
            "\(outside) of \(a.count) elements differ; the worst, element \(worst), is \(a[worst]), PyTorch's "
              + "\(b[worst]), \(NumberText.short(relative)) of the largest")
          return
        }
      }
      count += 1
    }
    if count == 0, difference == nil {
      throw FileError(
        reference.path, .inconsistent, expected: "the outputs of layers that \(found.path) has too", found: "none")
    }
  }

  private struct Key: Equatable {
    let layer: String
    let call: Int
  }

  /// The outputs in order: layers are called "000012/Generator.GAN_Generator.0".
  private static func calls(of file: TensorFile) throws -> [(Key, TensorFile.Entry)] {
    var calls: [String: Int] = [:]
    return try file.entries.sorted { $0.name < $1.name }.map { entry in
      guard let slash = entry.name.firstIndex(of: "/"), Int(entry.name[..<slash]) != nil else {
        throw FileError(
          file.path, .badName, expected: "names of a number and a layer, as in 000012/Generator.initial.0",
          found: entry.name)
      }
      let layer = String(entry.name[entry.name.index(after: slash)...])
      calls[layer, default: 0] += 1
      return (Key(layer: layer, call: calls[layer] ?? 1), entry)
    }
  }
}
