/// A drawing of numbers, as an SVG that also says in words what it shows.
package protocol Plot: Sendable {
  var title: String { get }
  /// What the picture shows, for readers who cannot see it.
  var description: String { get }
  /// The picture as SVG text: the same text for the same numbers, on every machine.
  var svg: String { get }
}
