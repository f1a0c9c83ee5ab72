import TorchRandom

/// What a portrait shows: every choice that its drawing depends on.
package struct PortraitFactors: Sendable, Equatable {
  package enum Style: Int, Sendable, CaseIterable { case short, long, curly }

  package let background: Int
  package let skin: Int
  package let hair: Int
  package let style: Style
  package let shirt: Int
  package let eyes: Int
  package let hasGlasses: Bool
  /// From 0, sad, to 8, glad.
  package let mouth: Int
  /// The head's place and size, in 1/256 of the picture's side, from the smallest on.
  package let x: Int
  package let y: Int
  package let width: Int
  package let height: Int

  /// Draws twelve integers, `torch.randint(0, n, (1,))` for one factor after the other. Each value of a factor is as
  /// likely as the next, but for glasses: three faces in ten have them.
  package init(drawingFrom random: TorchGenerator) {
    func draw(_ count: Int) -> Int { Int(random.integers(1, in: 0..<Int64(count))[0]) }
    background = draw(PortraitColors.backgrounds.count)
    skin = draw(PortraitColors.skins.count)
    hair = draw(PortraitColors.hairs.count)
    style = Style.allCases[draw(Style.allCases.count)]
    shirt = draw(PortraitColors.shirts.count)
    eyes = draw(PortraitColors.eyes.count)
    hasGlasses = draw(10) < 3
    mouth = draw(9)
    x = draw(17)
    y = draw(13)
    width = draw(13)
    height = draw(13)
  }
}
