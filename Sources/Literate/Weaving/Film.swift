import Files
import Foundation
import Pictures

/// An animation on a web page.
///
/// Its pictures lie on one sheet, of which a window shows one at a time. Without scripts the style sheet moves the
/// sheet, so that the animation plays, and rests on the last picture on paper and for readers who want no motion. The
/// script puts a slider and a button below it.
struct Film {
  private let animation: AnimationFrames
  private let frames: [String]
  private let sheet: String
  private let columns: Int
  private let rows: Int
  private let caption: String
  private let description: String

  /// `nil` where the picture does not move.
  init?(_ picture: RunPicture, caption: String, description: String) {
    guard let animation = picture.animation else { return nil }
    let (sheet, columns, rows) = animation.sheet
    guard let bytes = try? PNG.encode(sheet) else { return nil }
    self.animation = animation
    self.caption = caption
    self.description = description.isEmpty ? caption : description
    self.sheet = Data(bytes).base64EncodedString()
    (self.columns, self.rows) = (columns, rows)
    frames = picture.frames
  }

  var html: String {
    let (width, height) = (animation.pictures[0].width, animation.pictures[0].height)
    let scale = max(1, min(8, 640 / width))
    let count = animation.pictures.count
    let row = animation.millisecondsEach * columns
    // One walk along the columns a row, one step down at its end.
    let walk = "animation:across \(row)ms steps(\(columns)) infinite,down \(row * rows)ms steps(\(rows)) infinite"
    let names = frames.isEmpty ? "" : " data-names=\"\(MarkupText.escaped(frames.joined(separator: "\n")))\""
    let name = MarkupText.escaped(caption.isEmpty ? "the animation" : caption)
    let figcaption = caption.isEmpty ? "" : "<figcaption>\(MarkupText.escaped(caption))</figcaption>"
    return """
      <figure class="result film" data-columns="\(columns)" data-milliseconds="\(animation.millisecondsEach)"\(names)>\
      <div class="window" style="width:\(width * scale)px;aspect-ratio:\(width)/\(height)">\
      <img\(scale > 1 ? " class=\"pixels\"" : "") src="data:image/png;base64,\(sheet)" \
      alt="\(MarkupText.escaped(description))" style="--columns:\(columns);--rows:\(rows);\(walk)"></div>\
      <div class="scrubber sans" hidden><button type="button">Pause</button>\
      <input type="range" min="1" max="\(count)" value="\(count)" aria-label="Frame of: \(name)">\
      <span aria-hidden="true">\(count) of \(count)</span></div>\(figcaption)</figure>
      """
  }

  /// What makes the sliders of a page work; a page without one needs none.
  static let script = """
    for (const film of document.querySelectorAll('.film')) {
      const picture = film.querySelector('img'), bar = film.querySelector('.scrubber');
      const [button, slider, label] = bar.children;
      const count = +slider.max, columns = +film.dataset.columns;
      const names = film.dataset.names ? film.dataset.names.split('\\n') : [];
      let timer = 0;
      const show = frame => {
        picture.style.left = -100 * ((frame - 1) % columns) + '%';
        picture.style.top = -100 * Math.floor((frame - 1) / columns) + '%';
        slider.value = frame;
        label.textContent = names[frame - 1] || frame + ' of ' + count;
        slider.setAttribute('aria-valuetext', label.textContent);
      };
      const play = on => {
        clearInterval(timer);
        timer = on ? setInterval(() => show(slider.value % count + 1), film.dataset.milliseconds) : 0;
        button.textContent = on ? 'Pause' : 'Play';
      };
      picture.style.animation = 'none';
      bar.hidden = false;
      slider.addEventListener('input', () => { play(false); show(+slider.value); });
      button.addEventListener('click', () => play(!timer));
      show(count);
      play(!matchMedia('(prefers-reduced-motion: reduce)').matches);
    }

    """
}
