// A page that is woven anew takes the place of the one that is read, at the same place.

class Page {
  constructor(panel) { this.panel = panel; }

  /** Shows what stands at `path`: the book's page, or the page of another run. */
  async show(path) {
    const response = await fetch(address(path));
    if (!response.ok) throw new Error((await response.text()).trim());
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    const main = document.querySelector('main'), other = next.querySelector('main');
    if (!other) throw new Error('the page is empty');
    // The page of another run lies deeper.
    for (const link of next.querySelectorAll('a[href^="../../"]')) {
      link.setAttribute('href', link.getAttribute('href').slice('../../'.length));
    }
    const place = Page.place(main), open = Page.openDetails(main);
    const focused = this.panel.element.contains(document.activeElement) ? document.activeElement : null;
    this.panel.element.remove();
    main.replaceChildren(...other.childNodes);
    for (const details of main.querySelectorAll('details')) {
      if (open.has(Page.name(details))) details.open = true;
    }
    this.insertPanel();
    focused?.focus({preventScroll: true});
    const contents = document.querySelector('nav.toc'), newContents = next.querySelector('nav.toc');
    if (contents && newContents) contents.replaceWith(newContents);
    document.title = next.title;
    Page.startFilms(main, next);
    Page.restore(main, place);
    document.dispatchEvent(new CustomEvent('book:page'));
  }

  insertPanel() {
    const main = document.querySelector('main');
    const before = main.querySelector(':scope > .state') || main.querySelector(':scope > h1');
    if (before) before.after(this.panel.element); else main.prepend(this.panel.element);
  }

  /** The element at the top of the window, and how far it is from there. */
  static place(main) {
    const children = Page.children(main);
    const index = children.findIndex(child => child.getBoundingClientRect().bottom > 0);
    if (index < 0 || scrollY < 8) return null;
    return {id: children[index].id, index, top: children[index].getBoundingClientRect().top, y: scrollY};
  }

  static restore(main, place) {
    if (!place) return;
    const children = Page.children(main);
    const element = (place.id && document.getElementById(place.id)) || children[place.index];
    const y = element ? scrollY + element.getBoundingClientRect().top - place.top : place.y;
    scrollTo({top: y, behavior: 'instant'});
  }

  static children(main) { return [...main.children].filter(child => !child.matches('.live')); }

  static name(details) { return details.querySelector('summary')?.textContent; }

  static openDetails(main) { return new Set([...main.querySelectorAll('details[open]')].map(Page.name)); }

  /** The pages' own script runs once, for the films that are there then. */
  static startFilms(main, next) {
    if (!main.querySelector('.film')) return;
    const script = [...next.querySelectorAll('body > script')].find(script => !script.src);
    if (!script) return;
    const again = make('script');
    again.textContent = script.textContent;
    document.body.append(again);
    again.remove();
  }
}
