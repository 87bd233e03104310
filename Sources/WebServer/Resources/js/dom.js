// Small helpers to build elements; text is always set as text, never as HTML.

/**
 * @param {string} tag @param {Record<string, any>} [attributes] properties starting with "on" are listeners
 * @param {...(Node|string|null|undefined)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value') node.value = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

/** A definition list of a label and a value each. @param {[string, string][]} items */
export function facts(items) {
  return element('dl', { class: 'facts' }, ...items.map(([label, value]) =>
    element('div', {}, element('dt', {}, label), element('dd', {}, value))));
}

/** @param {string[]} header @param {string[][]} rows @param {string} caption */
export function table(header, rows, caption) {
  const numeric = header.map((_, i) => rows.length > 0 && rows.every(row => /^[\s\d.,+\-–−<>%e()±]*$/i.test(row[i] ?? '')));
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element('table', {}, element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...header.map((text, i) => element('th', { scope: 'col', class: numeric[i] ? 'number' : null }, text)))),
      element('tbody', {}, ...rows.map(row => element('tr', {}, ...row.map((text, i) => element('td', { class: numeric[i] ? 'number' : null }, text)))))));
}

/** Words about a failure. @param {unknown} error */
export function problem(error) {
  return element('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error));
}

/** Runs `work` at most once per frame of typing or sliding. @param {() => void} work @param {number} milliseconds */
export function debounced(work, milliseconds) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(work, milliseconds); };
}
