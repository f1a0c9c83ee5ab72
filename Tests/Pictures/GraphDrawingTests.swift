import Pictures
import Testing

@Suite struct GraphDrawingTests {
  private func box(_ name: String, _ inputs: [Int]) -> GraphDrawing.Box { .init(name, note: "", inputs: inputs) }

  @Test func `a box stands below everything that it takes`() {
    let graph = GraphDrawing.Graph(
      title: "", boxes: [box("x", []), box("long", [0]), box("longer", [1]), box("short", [0]), box("sum", [2, 3])])
    #expect(GraphDrawing.places(of: graph).map(\.row) == [0, 1, 2, 1, 3])
  }

  @Test func `two ways do not cross`() {
    // The second way is told of first in the second row.
    let graph = GraphDrawing.Graph(
      title: "",
      boxes: [box("x", []), box("a", [0]), box("b", [0]), box("b2", [2]), box("a2", [1]), box("sum", [3, 4])])
    let columns = GraphDrawing.places(of: graph).map(\.column)
    #expect(columns[4] == columns[1] && columns[3] == columns[2] && columns[1] < columns[2])
    #expect(columns[0] == columns[5])
  }

  @Test func `a drawing says every name and has an arrow for every box that takes one`() {
    let graph = GraphDrawing.Graph(title: "two", boxes: [box("a < b", []), box("c", [0]), box("d", [0, 1])])
    let svg = GraphDrawing(title: "t", description: "d", graphs: [graph]).svg
    #expect(svg.contains("a &lt; b") && svg.contains(">c<") && svg.contains(">d<"))
    #expect(svg.split(separator: "l-4 -7h8z").count - 1 == 2)
    #expect(svg.split(separator: "fill=\"none\" stroke=\"#555\"").count - 1 == 3)
  }
}
