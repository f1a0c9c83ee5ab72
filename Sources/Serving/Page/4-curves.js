// Curves that grow: the series that a run records, and the numbers with a name in its lines ("Loss_D: 1.38").

// A name and its number with a decimal point, as log lines have them: "Loss_D: 1.4032".
const NAMED_NUMBER = /([A-Za-z][\w().|]*(?: [a-z()]+)?) ?[:=] ?(-?\d+\.\d+(?:e[-+]?\d+)?)(?![\w.])/g;

class Curves {
  constructor() {
    this.element = make('div', {class: 'curves'});
    this.clear();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const curve of this.curves.values()) curve.shown = -1;
      this.draw();
    });
  }

  static limit = 8;
  static points = 1000;

  /** Four times a second at most: nobody sees more. */
  draw() {
    this.timer ??= setTimeout(() => { this.timer = null; this.drawAll(); }, 250);
  }

  clear() {
    this.curves = new Map();
    this.element.replaceChildren();
  }

  read(lines) {
    for (const line of lines) {
      for (const match of line.matchAll(NAMED_NUMBER)) {
        this.curve(match[1]).values.push(+match[2]);
      }
    }
    this.draw();
  }

  series(name, values) {
    const curve = this.curve(name);
    curve.shown = -1;
    curve.values = values.map(value => value === null ? NaN : value);
    this.draw();
  }

  curve(name) {
    let curve = this.curves.get(name);
    if (!curve) {
      curve = {name, values: [], shown: -1, figure: null};
      this.curves.set(name, curve);
    }
    return curve;
  }

  drawAll() {
    for (const curve of this.curves.values()) {
      if (curve.values.length < 3 || curve.shown === curve.values.length) continue;
      if (!curve.figure) {
        if (this.element.childElementCount >= Curves.limit) continue;
        curve.canvas = make('canvas', {width: 480, height: 160, role: 'img'});
        curve.caption = make('figcaption');
        curve.figure = make('figure', {}, curve.canvas, curve.caption);
        this.element.append(curve.figure);
      }
      this.drawOne(curve);
    }
  }

  /** At most so many points, the extremes of every stretch among them. */
  static thinned(values) {
    if (values.length <= Curves.points) return values.map((value, index) => [index, value]);
    const points = [], step = values.length / (Curves.points / 2);
    for (let start = 0; start < values.length; start += step) {
      let low = Math.floor(start), high = low;
      for (let index = low; index < Math.min(values.length, Math.floor(start + step)); index++) {
        if (values[index] < values[low]) low = index;
        if (values[index] > values[high]) high = index;
      }
      points.push(...[low, high].sort((a, b) => a - b).map(index => [index, values[index]]));
    }
    return points;
  }

  drawOne(curve) {
    const points = Curves.thinned(curve.values), finite = points.map(point => point[1]).filter(Number.isFinite);
    if (!finite.length) return;
    const low = Math.min(...finite), high = Math.max(...finite), range = high - low || 1;
    const {canvas} = curve, context = canvas.getContext('2d'), style = getComputedStyle(document.documentElement);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.strokeStyle = style.getPropertyValue('--link').trim() || '#1d5487';
    context.lineWidth = 2;
    context.beginPath();
    let isDown = false;
    for (const [index, value] of points) {
      const x = 4 + (canvas.width - 8) * index / Math.max(1, curve.values.length - 1);
      const y = 6 + (canvas.height - 12) * (high - value) / range;
      if (!Number.isFinite(value)) { isDown = false; continue; }
      if (isDown) context.lineTo(x, y); else context.moveTo(x, y);
      isDown = true;
    }
    context.stroke();
    const last = curve.values.at(-1);
    const text = `${curve.name}: ${curve.values.length} values from ${low.toPrecision(3)} to ${high.toPrecision(3)}, `
      + `the last ${Number.isFinite(last) ? last.toPrecision(4) : 'not finite'}`;
    canvas.setAttribute('aria-label', text);
    curve.caption.textContent = text;
    curve.shown = curve.values.length;
  }
}
