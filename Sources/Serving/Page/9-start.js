// The review's buttons, and where everything begins.

function installReview() {
  for (const item of document.querySelectorAll('.case[data-key]')) {
    const {chapter, name, key} = item.dataset, actions = item.querySelector('.actions');
    if (!actions) continue;
    const status = actions.querySelector('[role=status]'), skip = actions.querySelector('[data-do=skip]');
    actions.hidden = false;
    const act = async (path, content, done) => {
      status.textContent = '';
      try {
        await tell(path, content);
        status.textContent = done;
        return true;
      } catch (error) {
        status.textContent = error.message;
        return false;
      }
    };
    actions.querySelector('[data-do=accept]')?.addEventListener('click', async event => {
      event.target.disabled = true;
      if (await act('-/accept', {chapter, name, key}, 'Accepted: these bits are the book’s now.')) {
        item.dataset.accepted = '';
        skip.disabled = true;
      } else event.target.disabled = false;
    });
    skip.addEventListener('click', async () => {
      const isSkipped = skip.getAttribute('aria-pressed') !== 'true';
      if (!await act('-/skip', {key, isSkipped}, isSkipped ? 'Skipped.' : 'No longer skipped.')) return;
      skip.setAttribute('aria-pressed', isSkipped);
      item.toggleAttribute('data-skipped', isSkipped);
    });
    actions.querySelector('[data-do=comment]').addEventListener('click', () =>
      act('-/comment', {key, comment: actions.querySelector('textarea').value}, 'Kept.'));
  }
}

/** On the index: what is running, and the way to the review. */
async function installIndex() {
  const running = await ask('-/status');
  const items = running.map(run => make('li', {}, make('a', {href: address(`${run.chapter}.html`)}, run.chapter),
    ` is running${run.options && !run.isGolden ? ` with ${run.options}` : ''}`));
  document.querySelector('main h1')?.after(make('section', {class: 'live sans', 'aria-label': 'The live book'},
    ...(items.length ? [make('ul', {}, ...items)] : []),
    make('p', {class: 'links'}, 'Every chapter can be run and changed on its page. ',
      make('a', {href: address('review')}, 'Review what differs'))));
}

const changes = new Changes();
let panel = null;
if (chapter) {
  panel = new Panel();
  panel.connect();
  Editor.install();
  document.addEventListener('book:page', () => Editor.install());
} else if (document.body.classList.contains('book')) installIndex();
installReview();
