// What becomes of a change of the sources: the build, and the compiler's errors at their lines.

class Changes {
  constructor() {
    this.text = make('span');
    this.list = make('ul');
    this.element = make('div', {class: 'livebar sans', role: 'status', hidden: true}, this.text, this.list);
    this.errors = [];
    document.addEventListener('book:page', () => this.mark());
  }

  see(build) {
    if (build.stage === 'idle') return;
    const isOwn = build.chapter === chapter;
    if (!this.element.isConnected) document.body.append(this.element);
    this.element.hidden = false;
    this.element.dataset.stage = build.stage;
    const name = build.files.length ? build.files[0].split('/').at(-1) : build.chapter;
    const more = build.files.length > 1 ? ` and ${build.files.length - 1} more` : '';
    this.text.textContent = {
      building: `Building ${name}${more}…`,
      waiting: `Built in ${duration(build.building || 0)}. Waiting for the run of yours that is under way…`,
      running: `Built in ${duration(build.building || 0)}. Running ${build.chapter}…`,
      done: Changes.times(build, name + more),
      failed: build.errors.length
        ? `${build.errors.length} compiler error${build.errors.length > 1 ? 's' : ''}:` : build.words,
    }[build.stage];
    this.errors = build.stage === 'failed' && isOwn ? build.errors : [];
    this.list.replaceChildren(...(build.stage === 'failed' ? build.errors : []).map(error => this.entry(error)));
    this.mark();
    clearTimeout(this.timer);
    if (build.stage === 'done') this.timer = setTimeout(() => { this.element.hidden = true; }, 15000);
  }

  static times(build, name) {
    const parts = [['built', build.building], ['run', build.running], ['woven', build.weaving]]
      .filter(part => part[1] !== undefined).map(([what, seconds]) => `${what} in ${duration(seconds)}`);
    return `${name}: ${parts.join(', ')}.`;
  }

  entry(error) {
    const place = `${error.file.split('/').slice(2).join('/') || error.file}:${error.line}`;
    const line = Changes.line(error);
    if (!line) return make('li', {}, `${place}: ${error.text}`);
    const show = () => line.scrollIntoView({block: 'center'});
    return make('li', {}, button(place, show, {class: 'link'}), `: ${error.text}`);
  }

  /** The line of the page that an error belongs to. */
  static line(error) {
    const prefix = `chapters/${chapter}/`;
    if (!error.file.startsWith(prefix)) return null;
    const path = error.file.slice(prefix.length);
    for (const listing of document.querySelectorAll('.listing')) {
      if (listing.querySelector('.where')?.firstChild?.textContent !== path) continue;
      const line = listing.querySelector(`.line[data-line="${error.line}"]`);
      if (line) return line;
    }
    return null;
  }

  mark() {
    for (const old of document.querySelectorAll('.compile-error')) old.remove();
    for (const error of this.errors) {
      const line = Changes.line(error);
      line?.closest('details')?.setAttribute('open', '');
      line?.after(make('span', {class: 'compile-error sans', role: 'note'}, `error: ${error.text}`));
    }
  }
}
