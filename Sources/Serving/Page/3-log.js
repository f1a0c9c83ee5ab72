// The lines of a run, all of them: blocks that the browser lays out only where they are seen.

class Log {
  /** `read` gets the lines as they are written. */
  constructor(read) {
    this.read = read;
    this.lines = make('div', {class: 'lines', role: 'log', 'aria-live': 'off', 'aria-label': 'What the run says',
      tabindex: '0'});
    this.element = make('details', {class: 'live-log', open: true}, make('summary', {}, 'Lines'), this.lines);
    this.summary = this.element.firstChild;
    this.clear();
    this.flush = eachFrame(() => this.write());
  }

  clear() {
    this.count = 0;
    this.pending = [];
    this.block = null;
    this.lines.replaceChildren();
    this.element.hidden = true;
  }

  add(lines, kind) {
    for (const line of lines) this.pending.push([line, kind]);
    this.flush();
  }

  write() {
    const atEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 40;
    // A frame takes so many lines and no more, so that thousands at once do not stop the page.
    const now = this.pending.splice(0, 400);
    this.read(now.filter(([, kind]) => !kind).map(([line]) => line));
    let text = [];
    const put = () => {
      if (text.length) this.block.append(text.join('\n') + '\n');
      text = [];
    };
    for (const [line, kind] of now) {
      if (!this.block || this.inBlock >= 200) {
        if (this.block) put();
        this.block = make('pre');
        this.inBlock = 0;
        this.lines.append(this.block);
      }
      this.inBlock++;
      if (kind) {
        put();
        this.block.append(make('span', {class: kind}, line), '\n');
      } else text.push(line);
    }
    if (this.block) put();
    this.count += now.length;
    this.element.hidden = this.count === 0;
    this.summary.textContent = `${this.count.toLocaleString('en')} lines`;
    if (atEnd) this.lines.scrollTop = this.lines.scrollHeight;
    if (this.pending.length) this.flush();
  }
}
