// The app: one page at a time, chosen by the part of the address after '#'; the rest of it is the page's state.
import { element, problem } from './dom.js';
import { decode } from './address.js';

/** @type {{id: string, title: string, load: () => Promise<{show: (main: HTMLElement, state: Record<string, string>) => void|Promise<void>}>}[]} */
const pages = [
  { id: 'learn', title: 'Learn', load: () => import('./pages/learn.js') },
  { id: 'patient', title: 'Patient', load: () => import('./pages/patient.js') },
  { id: 'compare', title: 'Compare', load: () => import('./pages/compare.js') },
  { id: 'trial', title: 'Trial', load: () => import('./pages/trial.js') },
  { id: 'models', title: 'Models', load: () => import('./pages/models.js') },
];

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const nav = /** @type {HTMLElement} */ (document.getElementById('pages'));
let current = '';
let written = '';

/** Pages rewrite their own address while they run; only a change from outside shows another page. */
const replace = history.replaceState.bind(history);
history.replaceState = (...args) => { replace(...args); written = location.hash; };

async function route() {
  const { page: id, state } = decode(location.hash);
  const page = pages.find(page => page.id === id) ?? pages[0];
  if (location.hash === written && current) return;
  written = location.hash;
  const isMove = current !== '';
  current = page.id;
  nav.replaceChildren(...pages.map(({ id, title }) =>
    element('a', { href: `#/${id}`, 'aria-current': id === page.id ? 'page' : null }, title)));
  document.title = `${page.title} · Perforin`;
  delete main.dataset.shown;
  main.replaceChildren(element('p', { class: 'status' }, 'Loading…'));
  try {
    const { show } = await page.load();
    main.replaceChildren();
    await show(main, state);
    if (isMove) { scrollTo(0, 0); main.focus({ preventScroll: true }); }
  } catch (error) {
    main.replaceChildren(problem(error));
  }
}

addEventListener('hashchange', route);
route();
