// A small editor for the code of one block. It writes to the source file only what has been shown as a difference.

class Editor {
  /** Puts a button on every block of code. */
  static install() {
    for (const where of document.querySelectorAll('.listing > .where')) {
      const range = where.querySelector('span')?.textContent.split('–').map(Number);
      if (!range || where.querySelector('button')) continue;
      const path = where.firstChild.textContent;
      const name = `Edit ${path}, lines ${range[0]} to ${range[1]}`;
      where.append(button('Edit', event => new Editor(where, path, range, event.target).open(), {'aria-label': name}));
    }
  }

  static get open() { return [...document.querySelectorAll('.editor')].map(element => element.editor); }

  /** Whether one of them holds text that is not written yet. */
  static isDirty(editors = Editor.open) { return editors.some(editor => editor.isDirty); }

  /** Closes them; asks first where text would be lost. Returns whether it may go. */
  static drop(editors = Editor.open) {
    if (Editor.isDirty(editors) && !confirm('Drop what you have written, and not written to the file?')) return false;
    for (const editor of editors) editor.close();
    return true;
  }

  get isDirty() { return this.text.value !== this.block.text; }

  constructor(where, path, range, opener) {
    Object.assign(this, {where, path, range, opener});
    this.message = make('span', {role: 'status'});
  }

  async open() {
    this.opener.disabled = true;
    try {
      this.block = await ask('-/source', {chapter, path: this.path, first: this.range[0], last: this.range[1]});
    } catch (error) {
      this.opener.disabled = false;
      return panel.say(error.message);
    }
    this.text = make('textarea', {
      spellcheck: 'false', 'aria-label': `Lines ${this.range[0]} to ${this.range[1]} of ${this.path}`,
      rows: Math.min(30, this.range[1] - this.range[0] + 3)});
    this.text.value = this.block.text;
    this.difference = make('div');
    this.element = make('div', {class: 'editor sans'}, this.text, make('div', {class: 'row'},
      button('Show the difference', () => this.propose(), {class: 'primary'}),
      button('Cancel', () => Editor.drop([this])),
      this.message), this.difference);
    this.element.editor = this;
    this.element.addEventListener('keydown', event => { if (event.key === 'Escape') Editor.drop([this]); });
    this.text.addEventListener('input', () => this.difference.replaceChildren());
    this.where.after(this.element);
    this.text.focus();
  }

  close() {
    this.element.remove();
    this.opener.disabled = false;
    this.opener.focus();
  }

  async propose() {
    this.message.textContent = '';
    try {
      const proposal = await tell('-/propose', {...this.block, text: this.text.value});
      if (proposal.difference.every(line => line.kind === 'same')) {
        this.message.textContent = 'Nothing has been changed.';
        return;
      }
      const signs = {same: '  ', removed: '− ', added: '+ '};
      const lines = proposal.difference.map(line =>
        make('span', {class: line.kind}, signs[line.kind] + line.text + '\n'));
      const write = button('Write it to the file', () => this.write(proposal.ticket), {class: 'primary'});
      this.difference.replaceChildren(make('pre', {class: 'difference', tabindex: '0'}, ...lines), write);
      write.focus();
    } catch (error) { this.message.textContent = error.message; }
  }

  async write(ticket) {
    try {
      await tell('-/write', {ticket});
      this.close();
    } catch (error) {
      this.difference.replaceChildren();
      this.message.textContent = error.message;
    }
  }
}
