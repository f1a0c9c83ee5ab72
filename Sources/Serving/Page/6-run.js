// The panel below a chapter's title: run it, watch it, stop it, go on.

class Panel {
  constructor() {
    this.options = new Options();
    this.curves = new Curves();
    this.log = new Log(lines => this.curves.read(lines));
    this.page = new Page(this);
    this.run = null;
    this.shown = null;
    this.start = button('Run', () => this.begin(), {class: 'primary'});
    this.stop = button('Stop', () => this.command('-/stop'), {hidden: true});
    this.goOn = button('Go on', () => this.command('-/go-on'), {hidden: true});
    this.status = make('span', {role: 'status', class: 'live-status'}, 'Connecting…');
    // Not a part of the status: what changes several times a second must not be read out.
    this.steps = make('span', {class: 'live-steps'});
    this.usage = make('span', {class: 'usage'});
    this.progress = make('progress', {hidden: true, max: '1', value: '0', 'aria-label': 'How far the run is'});
    this.note = make('p', {class: 'live-note', hidden: true});
    this.pictures = make('div', {class: 'live-pictures'});
    this.compare = make('a', {href: address('compare', {chapter})}, 'Compare runs');
    this.element = make('section', {class: 'live sans', 'aria-label': 'Run this chapter'},
      make('div', {class: 'row'}, this.start, this.stop, this.goOn, this.status, this.steps, this.usage),
      this.progress, this.options.element, this.note, this.log.element, this.curves.element, this.pictures,
      make('p', {class: 'links'}, this.compare, ' · ', make('a', {href: address('review')}, 'Review what differs')));
  }

  async connect() {
    this.page.insertPanel();
    this.keepPlace();
    this.listen();
    // A tab that nobody sees needs no connection: a browser has six.
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.leave(); else this.listen(); });
    addEventListener('pagehide', () => this.leave());
    try { await this.options.load(); } catch (error) { this.say(error.message); }
  }

  /** What is read below stays where it is while the panel above grows. */
  keepPlace() {
    let height = this.element.offsetHeight;
    new ResizeObserver(() => {
      const now = this.element.offsetHeight, grown = now - height;
      if (!now || !grown) return;
      height = now;
      if (this.element.getBoundingClientRect().bottom - grown < 0) scrollBy({top: grown, behavior: 'instant'});
    }).observe(this.element);
  }

  listen() {
    if (this.source) return;
    this.source = new EventSource(address('-/events', {chapter}));
    const on = (name, act) => this.source.addEventListener(name, event => act(JSON.parse(event.data)));
    this.source.addEventListener('open', () => { this.clear(); this.isReady = false; });
    on('begin', run => { this.clear(); this.see(run); });
    on('run', run => this.see(run));
    on('log', lines => this.log.add(lines));
    on('words', lines => this.log.add(lines, 'words'));
    on('progress', progress => this.advance(progress));
    on('usage', usage => { this.usage.textContent = `${usage.megabytes} MB, ${usage.threads} threads`; });
    on('picture', picture => this.picture(picture));
    on('series', series => this.curves.series(series.name, series.values));
    on('build', build => changes.see(build));
    on('page', news => { this.woven = news.page; this.renew(); });
    on('ready', news => {
      this.isReady = true;
      if (!this.run) this.say('Not run from here yet.');
      // It may have been woven while nobody looked.
      const isNew = this.woven !== undefined && this.woven !== news.page;
      this.woven = news.page;
      if (isNew) this.renew();
    });
    this.source.addEventListener('error', () => {
      if (this.source?.readyState === EventSource.CLOSED) { this.leave(); setTimeout(() => this.listen(), 2000); }
      this.say('The server does not answer. A run goes on without it.');
    });
  }

  leave() {
    this.source?.close();
    this.source = null;
  }

  clear() {
    this.log.clear();
    this.curves.clear();
    this.pictures.replaceChildren();
    this.usage.textContent = '';
    this.steps.textContent = '';
    this.progress.hidden = true;
  }

  say(text) { this.status.textContent = text; }

  // MARK: What the reader does

  async begin() {
    // Not disabled meanwhile: the keyboard's place would be lost.
    if (this.isStarting) return;
    this.isStarting = true;
    this.say('Starting…');
    try { await tell('-/run', {chapter, options: this.options.values}); } catch (error) { this.say(error.message); }
    this.isStarting = false;
  }

  async command(path) {
    try { await tell(path, {run: this.run.id}); } catch (error) { this.say(error.message); }
  }

  // MARK: What the run does

  see(run) {
    const before = this.run;
    this.run = run;
    const isOver = !['running', 'stopping'].includes(run.stage);
    const focused = document.activeElement;
    this.start.hidden = !isOver;
    this.stop.hidden = isOver;
    this.stop.textContent = run.stage === 'stopping' ? 'Stop at once' : 'Stop';
    this.goOn.hidden = !run.canGoOn;
    // Who has pressed a button that is gone stands at the one in its place.
    const next = !isOver ? this.stop : run.canGoOn ? this.goOn : this.start;
    if (focused?.hidden && this.element.contains(focused)) next.focus();
    if (isOver) { this.progress.hidden = true; this.usage.textContent = ''; this.steps.textContent = ''; }
    this.say(this.sentence(run));
    // A quick one is over before anybody has seen it run.
    const wasRunning = before?.id === run.id ? ['running', 'stopping'].includes(before.stage) : this.isReady;
    const hasEnded = wasRunning && isOver;
    if (hasEnded && run.stage === 'finished' && !run.isGolden && !run.problem) this.showOther(run);
  }

  sentence(run) {
    const options = run.options && !run.isGolden ? ` with ${run.options}` : '';
    const time = run.seconds === undefined ? '' : ` after ${duration(run.seconds)}`;
    switch (run.stage) {
      case 'running': return `Running${options}`;
      case 'stopping': return 'Stopping: it saves its state';
      case 'stopped': return `Stopped${time}${run.canGoOn ? ': it can go on' : '; it starts anew next time'}`;
      case 'failed': return `Failed${time}: ${run.words}`;
    }
    if (run.problem) return `Finished${time}, but its page cannot be woven: ${run.problem}`;
    if (run.holds === undefined) {
      return `Finished${options}${time}. No golden for these options${run.caveat ? `: ${run.caveat}` : ''}`;
    }
    const verdict = run.holds === true ? 'everything holds' : run.holds === false ? 'not everything holds' : '';
    const verdicts = [verdict, run.verdict].filter(Boolean).join(', ');
    return `Finished${options}${time}: ${verdicts}${run.caveat ? `. ${run.caveat}` : ''}`;
  }

  advance(progress) {
    this.progress.hidden = false;
    this.progress.value = progress.done / progress.total;
    const rest = progress.rest ? `, ${progress.rest}` : '';
    this.steps.textContent = `${progress.label} ${progress.done} of ${progress.total}${rest}`;
  }

  picture(picture) {
    const url = address(picture.address);
    // A name that is drawn again is another picture.
    url.searchParams.set('at', Date.now());
    const image = make('img', {src: url, alt: picture.description, loading: 'lazy'});
    this.pictures.append(make('figure', {class: picture.address.endsWith('svg') ? 'svg' : ''}, image,
      make('figcaption', {}, picture.caption)));
  }

  // MARK: The page

  /** The book's page has been woven anew. */
  async renew() {
    if (this.isKeptBack(() => this.renew())) return;
    try {
      await this.page.show(`${chapter}.html`);
      this.shown = null;
      this.note.hidden = true;
    } catch (error) { this.say(error.message); }
  }

  /** Whether an editor holds what is not written yet; then the reader says when the page may go. */
  isKeptBack(show) {
    if (!Editor.isDirty()) return false;
    this.note.hidden = false;
    this.note.replaceChildren('The page has changed, and is kept back while an editor holds what is not written yet. ',
      button('Show it', () => { if (Editor.drop()) show(); }));
    return true;
  }

  async showOther(run) {
    if (this.isKeptBack(() => this.showOther(run))) return;
    try {
      await this.page.show(`-/page/${run.id}`);
      this.shown = run;
      this.note.hidden = false;
      const golden = run.holds === undefined ? ' No golden for these options.' : '';
      this.note.replaceChildren(`This page shows the run with ${run.options || 'no options'}.${golden} `,
        button('Show the goldens’ run', () => this.renew()), ' ',
        make('a', {href: address('compare', {chapter, a: 'golden', b: run.id})}, 'Compare the two'));
    } catch (error) { this.say(error.message); }
  }
}
