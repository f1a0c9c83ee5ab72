/// Several plots side by side, such as one at each of four moments, under one title and one legend.
///
/// The panels share the first one's legend: what has the same place in each has the same color and pattern.
package struct PanelPlot: Plot {
  package let title: String
  package let description: String
  package let panels: [any FramedPlot]
  package let columns: Int
  private let panelHeight: Double

  /// `panelHeight` is for the frames alone; square panels are as high as they are wide.
  package init(
    title: String, description: String, panels: [any FramedPlot], columns: Int, panelHeight: Double = 170
  ) {
    precondition(columns > 0, "panels in \(columns) columns")
    self.title = title
    self.description = description
    self.panels = panels
    self.columns = columns
    self.panelHeight = panelHeight
  }

  package var svg: String {
    let left = 66.0
    let perRow = min(columns, max(panels.count, 1))
    let gap = panels.contains { !$0.yLabel.isEmpty } ? 76.0 : 50.0
    let right = panels.map(\.marginRight).max() ?? 20
    let total = perRow > 2 ? 960.0 : 720.0
    let width = (total - left - right - Double(perRow - 1) * (gap + right - 20)) / Double(perRow)
    let height = panels.contains(where: \.isSquare) ? width : panelHeight
    let longest = panels.map(\.legend).max { $0.count < $1.count } ?? []
    let legend = LegendEntry.rows(of: longest, width: total - left - 20)
    let top = 62 + 18 * Double(legend.count)
    let rowHeight = height + 76
    let rowCount = (panels.count + perRow - 1) / perRow

    var body = SVG.text(title, x: total / 2, y: 22, anchor: "middle", size: 15)
    body += LegendEntry.svg(legend, left: left, top: 44)
    for (index, panel) in panels.enumerated() {
      let column = Double(index % perRow)
      let area = PlotArea(
        left: left + column * (width + gap + right - 20), top: top + Double(index / perRow) * rowHeight, width: width,
        height: height)
      let frame = panel.frame(in: area)
      body += SVG.text(panel.title, x: area.left + width / 2, y: area.top - 8, anchor: "middle", size: 13)
      body += frame.backdrop + frame.clipped(panel.marks(in: frame)) + panel.ornaments(beside: area)
      body += frame.border(xLabel: panel.xLabel, yLabel: panel.yLabel)
    }
    return SVG.document(
      title: title, description: description, width: total, height: top + Double(rowCount) * rowHeight - 14, body)
  }
}
