// The body map: organs as vessels, cells as dots; every dot count and every shade is a simulated value at the time
// under the scrubber, nothing is drawn that is not a state or a named quantity of the model.
import { element } from '../dom.js';
import { palette } from '../plot.js';

const NS = 'http://www.w3.org/2000/svg';
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** Where organs stand, in a drawing of 640 x 420. */
const places = {
  blood: { x: 250, y: 150, w: 140, h: 120, name: 'Blood' },
  node: { x: 40, y: 30, w: 150, h: 110, name: 'Lymph node' },
  marrow: { x: 40, y: 160, w: 150, h: 100, name: 'Marrow' },
  spleen: { x: 40, y: 280, w: 150, h: 110, name: 'Spleen' },
  thymus: { x: 250, y: 30, w: 140, h: 90, name: 'Thymus' },
  tissue: { x: 250, y: 300, w: 140, h: 90, name: 'Tissue' },
  tumour: { x: 450, y: 90, w: 170, h: 240, name: 'Tumour' },
};

export class BodyMap {
  constructor() {
    this.scrubber = element('input', { type: 'range', min: 0, max: 0, value: 0, 'aria-label': 'Day' });
    this.day = element('output', {});
    this.play = element('button', { type: 'button', class: 'plain', onclick: () => this.toggle() }, 'Play');
    this.drawing = svg('svg', { viewBox: '0 0 640 420', role: 'img', width: '100%' });
    this.legend = element('p', { class: 'status' });
    this.text = element('p', { class: 'status', 'aria-live': 'off' });
    this.scrubber.addEventListener('input', () => this.paint());
    this.node = element('div', {}, this.drawing, element('div', { class: 'row' }, this.play, this.day), this.scrubber, this.legend, this.text);
    this.timer = 0;
  }

  /** @param {any} result of /api/simulate: days and series with organ and kind */
  show(result) {
    this.result = result;
    this.cells = result.series.filter(series => series.kind === 'cell' && places[series.organ]);
    this.organs = [...new Set(this.cells.map(series => series.organ))];
    this.names = [...new Set(this.cells.map(series => series.cell))];
    this.largest = Object.fromEntries(this.cells.map(series => [series.id, Math.max(...series.q50, 1)]));
    this.scrubber.max = String(result.days.length - 1);
    if (Number(this.scrubber.value) > result.days.length - 1) this.scrubber.value = '0';
    this.legend.replaceChildren(...this.names.map((name, i) => element('span', {}, element('span', { style: `color:${palette[i % palette.length]}`, 'aria-hidden': 'true' }, '● '), `${name}  `)),
      'Dots grow with the logarithm of the cell number.');
    this.paint();
  }

  paint() {
    const i = Number(this.scrubber.value);
    this.day.textContent = `day ${this.result.days[i].toFixed(0)}`;
    const parts = [];
    for (const organ of this.organs) {
      const place = places[organ];
      parts.push(svg('rect', { x: place.x, y: place.y, width: place.w, height: place.h, rx: 18, fill: 'var(--page)', stroke: 'var(--line)', 'stroke-width': 2 }));
      const label = svg('text', { x: place.x + 10, y: place.y + 20, 'font-size': 14, 'font-weight': 600, fill: 'var(--text)' });
      label.textContent = place.name;
      parts.push(label);
      const members = this.cells.filter(series => series.organ === organ);
      members.forEach((series, k) => {
        const count = series.q50[i];
        const radius = count > 1 ? Math.max(1.5, 16 * Math.log10(count) / 12) : 0;
        const columns = Math.ceil(Math.sqrt(members.length));
        const x = place.x + (k % columns + .5) * place.w / columns;
        const y = place.y + 30 + (Math.floor(k / columns) + .5) * (place.h - 36) / Math.ceil(members.length / columns);
        const colour = palette[this.names.indexOf(series.cell) % palette.length];
        const dot = svg('circle', { cx: x, cy: y, r: radius, fill: colour, 'fill-opacity': .35 + .6 * count / this.largest[series.id] });
        const title = svg('title');
        title.textContent = `${series.name}: ${Number(count).toPrecision(3)} ${series.unit}`;
        dot.append(title);
        parts.push(dot);
      });
    }
    this.drawing.replaceChildren(...parts);
    this.drawing.setAttribute('aria-label', `Cells by organ on ${this.day.textContent}`);
  }

  toggle() {
    if (this.timer) { cancelAnimationFrame(this.timer); this.timer = 0; this.play.textContent = 'Play'; return; }
    this.play.textContent = 'Pause';
    let last = performance.now();
    const step = now => {
      if (!this.drawing.isConnected) { this.timer = 0; return; }
      if (now - last > 33) {
        last = now;
        const next = Number(this.scrubber.value) + 1;
        this.scrubber.value = String(next > Number(this.scrubber.max) ? 0 : next);
        this.paint();
      }
      this.timer = requestAnimationFrame(step);
    };
    this.timer = requestAnimationFrame(step);
  }
}
