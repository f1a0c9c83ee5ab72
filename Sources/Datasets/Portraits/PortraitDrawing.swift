import Pictures

extension PortraitFactors {
  /// The portrait at `size`×`size` pixels, 32 to 256.
  ///
  /// Shapes are filled from back to front. Lengths are 1/256 of the picture's side, y points down.
  package func picture(size: Int) -> Picture {
    precondition(Portraits.sizes.contains(size), "a portrait of \(size) pixels was asked for")
    var canvas = SampledCanvas(size: size, PortraitColors.backgrounds[background])
    let head = Head(cx: 120 + x, cy: 112 + y, rx: 48 + width, ry: 58 + height)
    drawBody(head, on: &canvas)
    drawFace(head, on: &canvas)
    drawFringe(head, on: &canvas)
    drawEyes(head, on: &canvas)
    return canvas.picture
  }

  /// The head's ellipse.
  private struct Head {
    let cx: Int
    let cy: Int
    let rx: Int
    let ry: Int
  }

  private static let sides = [-1, 1]

  private var skinColor: RGB { PortraitColors.skins[skin] }
  private var hairColor: RGB { PortraitColors.hairs[hair] }
  /// The skin's color where it lies in shade.
  private var shade: RGB { skinColor.darkened(to: 7) }

  /// Everything behind the face: hair, shirt, neck, ears.
  private func drawBody(_ head: Head, on canvas: inout SampledCanvas) {
    let (cx, cy, rx, ry) = (head.cx, head.cy, head.rx, head.ry)
    switch style {
    case .short: break
    case .long:
      canvas.fillEllipse(hairColor, cx, cy + 52, rx + 18, 48)
      canvas.fillBox(hairColor, left: cx - rx - 15, top: cy - 16, right: cx + rx + 15, bottom: cy + 52)
    case .curly:
      for (dx, dy, radius) in [(40, 14, 28), (52, -20, 28), (30, -52, 30)] {
        for side in Self.sides { canvas.fillEllipse(hairColor, cx + side * dx, cy + dy, radius + width, radius) }
      }
    }
    canvas.fillEllipse(PortraitColors.shirts[shirt], cx, 264, 100, 62)
    canvas.fillBox(shade, left: cx - 20, top: cy + 44, right: cx + 20, bottom: 206)
    canvas.fillEllipse(shade, cx, 206, 20, 14)
    canvas.fillEllipse(hairColor, cx, cy - 12, rx + 9, ry + 5, bottom: cy + 10)
    if style == .short {
      for side in Self.sides { canvas.fillEllipse(skinColor, cx + side * rx, cy + 6, 9, 14) }
    }
  }

  private func drawFace(_ head: Head, on canvas: inout SampledCanvas) {
    canvas.fillEllipse(skinColor, head.cx, head.cy, head.rx, head.ry)
    canvas.fillEllipse(shade, head.cx, head.cy + 22, 6, 8)
    canvas.fillArc(PortraitColors.mouth, head.cx, head.cy + 42, half: 22, bend: 4 * mouth - 12, thickness: 5)
  }

  /// The hair that falls over the forehead.
  private func drawFringe(_ head: Head, on canvas: inout SampledCanvas) {
    let (cx, top) = (head.cx, head.cy - head.ry)
    switch style {
    case .short:
      canvas.fillEllipse(hairColor, cx - 12, top + 14, head.rx - 8, 20)
      canvas.fillEllipse(hairColor, cx + 12, top + 6, head.rx - 12, 16)
    case .long:
      canvas.fillEllipse(hairColor, cx, top + 4, 24, 12)
      for side in Self.sides { canvas.fillEllipse(hairColor, cx + side * 32, top + 16, 30, 22) }
    case .curly:
      for (dx, dy) in [(-32, 20), (0, 8), (32, 20)] { canvas.fillEllipse(hairColor, cx + dx, top + dy, 22, 20) }
    }
  }

  private func drawEyes(_ head: Head, on canvas: inout SampledCanvas) {
    let (cx, cy) = (head.cx, head.cy)
    for side in Self.sides {
      let eye = cx + side * 24
      canvas.fillEllipse(hairColor.darkened(to: 5), eye, cy - 19, 13, 3)
      if hasGlasses {
        canvas.fillEllipse(PortraitColors.frame, eye, cy + 2, 22, 19)
        canvas.fillEllipse(PortraitColors.lens, eye, cy + 2, 17, 14)
      } else {
        canvas.fillEllipse(PortraitColors.eyeWhite, eye, cy + 2, 12, 9)
      }
      canvas.fillEllipse(PortraitColors.eyes[eyes], eye, cy + 2, 8, 8)
      canvas.fillEllipse(PortraitColors.pupil, eye, cy + 2, 4, 4)
    }
    if hasGlasses { canvas.fillBox(PortraitColors.frame, left: cx - 4, top: cy - 3, right: cx + 4, bottom: cy + 2) }
  }
}
