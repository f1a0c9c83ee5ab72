// The live book: what every part below uses. Without this script the pages read as they always did.

const own = document.currentScript;
const chapter = own.dataset.chapter;
const root = new URL(own.dataset.root || '.', location.href);

/** Makes an element; `parts` are texts and elements. */
function make(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...parts);
  return element;
}

function button(text, act, attributes = {}) {
  return make('button', {type: 'button', on: {click: act}, ...attributes}, text);
}

function address(path, query = {}) {
  const url = new URL(path, root);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Asks the server; throws an Error with its reason where it refuses. */
async function ask(path, query = {}) { return answer(await fetch(address(path, query))); }

async function tell(path, content) {
  return answer(await fetch(address(path), {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(content)
  }));
}

async function answer(response) {
  const text = await response.text();
  let value;
  try { value = JSON.parse(text); } catch { throw new Error(text.trim() || `the server answered ${response.status}`); }
  if (!response.ok) throw new Error(value.error || `the server answered ${response.status}`);
  return value;
}

/** "3.2 s", "2 min 10 s". */
function duration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Does `act` at most once a frame, however often it is asked for. */
function eachFrame(act) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    // A tab that nobody sees has no frames.
    const next = document.hidden ? act => setTimeout(act, 200) : requestAnimationFrame;
    next(() => { isWaiting = false; act(); });
  };
}
