// Natural frequencies as an icon array: one person-shaped mark for every twin, sorted by outcome.
import { element } from '../dom.js';

const NS = 'http://www.w3.org/2000/svg';
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/**
 * Shape differs with colour, so that neither is needed alone: filled, outlined, pale; a harmed person carries a triangle.
 * @param {{name: string, title?: Node|string, total: number, groups: {name: string, count: number, kind: string, marks?: number[]}[], marks?: {name: string, kind: string}[]}} data
 *   marks: what triangles mean; each group says how many of its people carry each
 */
export function iconArray({ name, title, total, groups, marks = [] }) {
  const columns = total === 100 ? 20 : Math.min(20, Math.max(8, Math.ceil(Math.sqrt(total * 1.6)))), cell = 20;
  const counted = marks.map((mark, i) => ({ ...mark, count: groups.reduce((sum, group) => sum + (group.marks?.[i] ?? 0), 0) }));
  const words = [...groups, ...counted].map(({ name, count }) => `${name} in ${count} of ${total}`);
  const drawing = svg('svg', { viewBox: `0 0 ${columns * cell} ${Math.ceil(total / columns) * cell}`, class: 'icons', role: 'img', 'aria-label': `${name}: ${words.join(', ')}` });
  drawing.style.maxWidth = `${columns * cell * 1.2}px`;
  let n = 0;
  for (const group of groups) {
    const carried = marks.flatMap((mark, i) => Array(group.marks?.[i] ?? 0).fill(mark.kind));
    for (let k = 0; k < group.count; k++, n++) {
      const x = (n % columns) * cell + cell / 2, y = Math.floor(n / columns) * cell + cell / 2;
      drawing.append(svg('circle', { cx: x, cy: y - 4.4, r: 3.2, class: `icon ${group.kind}` }),
        svg('path', { d: `M${x - 5} ${y + 8} v-4 a5 5 0 0 1 10 0 v4 z`, class: `icon ${group.kind}` }));
      if (carried[k]) drawing.append(svg('path', { d: `M${x + 5} ${y - 2} l5.2 9.6 h-10.4 z`, class: `icon ${carried[k]}` }));
    }
  }
  const key = ({ name, count, kind }) => element('li', {}, element('span', { class: `key ${kind}`, 'aria-hidden': 'true' }), `${name}: ${count} of ${total}`);
  return element('figure', { class: 'icon-array' }, element('figcaption', {}, title ?? element('strong', {}, name)), drawing,
    element('ul', { class: 'legend' }, ...groups.map(key), ...counted.map(key)));
}
