// The chapter's options as a form, as its program describes them: the seed first.

class Options {
  constructor() {
    this.fields = [];
    this.rows = make('div', {class: 'fields'});
    this.hint = make('p', {class: 'hint'}, 'As they stand, the goldens hold this run.');
    this.element = make('form', {class: 'options', on: {submit: event => event.preventDefault()}},
      make('details', {}, make('summary', {}, 'Options'), this.rows, this.hint));
    this.element.addEventListener('input', () => this.describe());
  }

  async load() {
    this.fields = await ask('-/options', {chapter});
    const rows = this.fields.map(field => this.row(field));
    this.rows.replaceChildren(...rows);
    const details = this.element.querySelector('details');
    // The seed is what is changed most: it stands outside.
    details.before(rows[0]);
    this.describe();
  }

  row(field) {
    const id = `option-${field.name}`;
    let input;
    if (field.isFlag) {
      input = make('input', {type: 'checkbox', id, name: field.name, checked: field.golden === 'true'});
    } else if (field.choices.length) {
      input = make('select', {id, name: field.name}, ...(field.standard ? [] : [make('option', {value: ''}, '–')]),
        ...field.choices.map(value => make('option', {value}, value)));
      input.value = field.golden || field.standard || '';
    } else {
      input = make('input', {id, name: field.name, autocomplete: 'off', spellcheck: 'false',
        placeholder: field.standard || ''});
      input.value = field.golden || '';
      input.defaultValue = input.value;
    }
    const help = make('small', {id: `${id}-help`}, field.help);
    input.setAttribute('aria-describedby', help.id);
    return make('div', {class: 'field'}, make('label', {for: id}, field.name), input, help);
  }

  get values() {
    const values = {};
    for (const field of this.fields) {
      const input = this.element.elements[field.name];
      if (!field.isFlag) values[field.name] = input.value.trim();
      else if (input.checked) values[field.name] = 'true';
    }
    return values;
  }

  describe() {
    const values = this.values;
    const isGolden = this.fields.every(field =>
      (values[field.name] || field.standard || '') === (field.golden || field.standard || ''));
    this.hint.textContent = isGolden ? 'As they stand, the goldens hold this run: its numbers get verdicts.'
      : 'The goldens hold no run with these options: it stands beside the one on the page.';
  }
}
