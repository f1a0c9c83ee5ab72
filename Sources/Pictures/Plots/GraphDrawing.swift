/// Boxes and arrows: what takes what, from top to bottom. One graph or several side by side under one title.
///
/// Where a box stands follows from the edges alone: it is one row below the lowest box that it takes. Boxes of one row
/// stand side by side, each below what it takes, and a box that alone takes one other stays in its column.
package struct GraphDrawing: Plot {
  package struct Box: Sendable {
    package let name: String
    /// A second line, small.
    package let note: String
    /// Whether the box is filled, to be told from the others.
    package let isFilled: Bool
    /// Positions of the boxes that this one takes: all come before it.
    package let inputs: [Int]

    package init(_ name: String, note: String, isFilled: Bool = false, inputs: [Int]) {
      (self.name, self.note, self.isFilled, self.inputs) = (name, note, isFilled, inputs)
    }
  }

  package struct Graph: Sendable {
    package let title: String
    package let boxes: [Box]

    package init(title: String, boxes: [Box]) {
      for (index, box) in boxes.enumerated() {
        precondition(box.inputs.allSatisfy { (0..<index).contains($0) }, "box \(index), \(box.name), takes a later one")
      }
      (self.title, self.boxes) = (title, boxes)
    }
  }

  package let title: String
  package let description: String
  package let graphs: [Graph]

  package init(title: String, description: String, graphs: [Graph]) {
    (self.title, self.description, self.graphs) = (title, description, graphs)
  }

  private static let boxWidth = 176.0
  private static let boxHeight = 34.0
  private static let rowHeight = 54.0
  private static let columnWidth = 192.0

  package var svg: String {
    let placed = graphs.map(Self.places)
    let widths = placed.map { places in (Double(places.map(\.column).max() ?? 0) / 2 + 1) * Self.columnWidth }
    let gap = 28.0
    let width = widths.reduce(0, +) + gap * Double(graphs.count + 1)
    let rows = placed.flatMap { $0.map(\.row) }.max() ?? 0
    let top = 70.0
    var body = SVG.text(title, x: width / 2, y: 24, anchor: "middle", size: 15)
    var left = gap
    for ((graph, places), graphWidth) in zip(zip(graphs, placed), widths) {
      body += SVG.text(graph.title, x: left + graphWidth / 2, y: 50, anchor: "middle", size: 13)
      let corners = places.map { place in
        (
          x: left + Double(place.column) / 2 * Self.columnWidth + (Self.columnWidth - Self.boxWidth) / 2,
          y: top + Double(place.row) * Self.rowHeight
        )
      }
      body += Self.edges(of: graph, corners)
      body += zip(graph.boxes, corners).map(Self.svg).joined()
      left += graphWidth + gap
    }
    return SVG.document(
      title: title, description: description, width: width, height: top + Double(rows + 1) * Self.rowHeight, body)
  }

  /// Row, and column in halves of a box's width, of every box.
  package static func places(of graph: Graph) -> [(row: Int, column: Int)] {
    let boxes = graph.boxes
    var rows: [Int] = []
    for box in boxes { rows.append(box.inputs.map { rows[$0] + 1 }.max() ?? 0) }
    let widest = Dictionary(grouping: rows) { $0 }.values.map(\.count).max() ?? 1
    var columns = [Int](repeating: widest - 1, count: boxes.count)
    for row in 0...(rows.max() ?? 0) {
      let inRow = boxes.indices.filter { rows[$0] == row }
      if inRow.count == 1, boxes[inRow[0]].inputs.count == 1 {
        let input = boxes[inRow[0]].inputs[0]
        if boxes.count(where: { $0.inputs.contains(input) }) == 1 { columns[inRow[0]] = columns[input] }
      } else if inRow.count > 1 {
        // Below what they take, so that arrows cross as little as can be; what takes the same keeps its order.
        func place(_ index: Int) -> (Double, Int) {
          let inputs = boxes[index].inputs
          return (Double(inputs.reduce(0) { $0 + columns[$1] }) / Double(max(inputs.count, 1)), index)
        }
        for (rank, index) in inRow.sorted(by: { place($0) < place($1) }).enumerated() {
          columns[index] = widest - inRow.count + 2 * rank
        }
      }
    }
    return zip(rows, columns).map { (row: $0, column: $1) }
  }

  /// Down from the middle of a box, in its own column as far as the row above its target, then over to that.
  private static func edges(of graph: Graph, _ corners: [(x: Double, y: Double)]) -> String {
    var svg = ""
    for (index, box) in graph.boxes.enumerated() {
      let target = (x: corners[index].x + boxWidth / 2, y: corners[index].y)
      for input in box.inputs {
        let source = (x: corners[input].x + boxWidth / 2, y: corners[input].y + boxHeight)
        let bend = (x: source.x, y: max(source.y, target.y - (rowHeight - boxHeight)))
        let path = "M\(SVG.number(source.x)) \(SVG.number(source.y))L\(SVG.number(bend.x)) \(SVG.number(bend.y))"
        svg += """
          <path fill="none" stroke="#555" d="\(path)L\(SVG.number(target.x)) \(SVG.number(target.y - 5))"/>

          """
      }
      if !box.inputs.isEmpty {
        let tip = "M\(SVG.number(target.x)) \(SVG.number(target.y))l-4 -7h8z"
        svg += "<path fill=\"#555\" d=\"\(tip)\"/>\n"
      }
    }
    return svg
  }

  private static func svg(_ box: Box, at corner: (x: Double, y: Double)) -> String {
    let middle = corner.x + boxWidth / 2
    let frame = """
      <rect x="\(SVG.number(corner.x))" y="\(SVG.number(corner.y))" width="\(SVG.number(boxWidth))" \
      height="\(SVG.number(boxHeight))" rx="4" fill="\(box.isFilled ? "#cfe3f3" : "#f4f4f4")" stroke="#555"/>

      """
    return frame + SVG.text(box.name, x: middle, y: corner.y + 14, anchor: "middle")
      + SVG.text(box.note, x: middle, y: corner.y + 28, anchor: "middle", size: 11, fill: "#333")
  }
}
