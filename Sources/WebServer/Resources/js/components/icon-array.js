// Natural frequencies as an icon array: one person-shaped mark for every twin, sorted by outcome.
import { element } from '../dom.js';

const NS = 'http://www.w3.org/2000/svg';
function svg(tag, attributes) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/**
 * Shape differs with colour, so that neither is needed alone: filled, half-tone with ring, empty.
 * @param {{name: string, total: number, groups: {name: string, count: number, kind: string}[]}} data
 */
export function iconArray({ name, total, groups }) {
  const columns = Math.min(16, Math.max(8, Math.ceil(Math.sqrt(total * 1.6)))), cell = 20;
  const drawing = svg('svg', { viewBox: `0 0 ${columns * cell} ${Math.ceil(total / columns) * cell}`, class: 'icons', role: 'img',
    'aria-label': `${name}: ${groups.map(group => `${group.name} in ${group.count} of ${total}`).join(', ')}` });
  drawing.style.maxWidth = `${columns * cell * 1.2}px`;
  let n = 0;
  for (const group of groups) for (let k = 0; k < group.count; k++, n++) {
    const x = (n % columns) * cell + cell / 2, y = Math.floor(n / columns) * cell + cell / 2;
    drawing.append(svg('circle', { cx: x, cy: y - 4.4, r: 3.2, class: `icon ${group.kind}` }),
      svg('path', { d: `M${x - 5} ${y + 8} v-4 a5 5 0 0 1 10 0 v4 z`, class: `icon ${group.kind}` }));
  }
  return element('figure', { class: 'icon-array' }, element('figcaption', {}, element('strong', {}, name)), drawing,
    element('ul', { class: 'legend' }, ...groups.map(group => element('li', {}, element('span', { class: `key ${group.kind}`, 'aria-hidden': 'true' }), `${group.name}: ${group.count} of ${total}`))));
}
