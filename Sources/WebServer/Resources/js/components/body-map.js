// The body map: organs as vessels, cells as dots, movement along the vessels between them. The number of dots is the
// simulated number of cells at the time shown, the moving dots are a simulated rate, the shade of an organ is a
// simulated concentration: nothing else is drawn. Where in its organ a dot sits means nothing.
import { element } from '../dom.js';
import { palette } from '../plot.js';

/** Where organs stand, in a drawing of 640 x 430. */
const places = {
  node: { x: 10, y: 10, w: 205, h: 185, name: 'Lymph nodes' },
  airway: { x: 425, y: 10, w: 205, h: 185, name: 'Airway' },
  memory: { x: 10, y: 250, w: 190, h: 170, name: 'Memory' },
  blood: { x: 225, y: 250, w: 190, h: 170, name: 'Blood' },
  site: { x: 440, y: 250, w: 190, h: 170, name: 'Injection site' },
  tissue: { x: 10, y: 250, w: 300, h: 170, name: 'Blood and tissues' },
    marrow: { x: 10, y: 10, w: 300, h: 195, name: 'Bone marrow' },
  vein: { x: 330, y: 10, w: 300, h: 195, name: 'Blood' },
  body: { x: 10, y: 225, w: 620, h: 195, name: 'The whole body' },
  tumour: { x: 425, y: 10, w: 205, h: 410, name: 'Tumour' },
};
const WIDTH = 640, HEIGHT = 430;

/** Dots for a number of cells: four for every factor of ten. @param {number} count */
export const dots = count => count > 1 ? Math.ceil(4 * Math.log10(count)) : 0;
/** Moving dots for a rate per day: one for every factor of ten. @param {number} rate */
export const moving = rate => rate > 1 ? Math.ceil(Math.log10(rate)) : 0;

/** The same place for the same dot at every time. @param {number} seed */
function scatter(seed) {
  const fraction = value => value - Math.floor(value);
  return { x: fraction(Math.sin(seed * 127.1 + 11.7) * 43758.5453), y: fraction(Math.sin(seed * 269.5 + 183.3) * 24634.6345) };
}

/**
 * @typedef {{id: string, name: string, unit: string, organ: string, values: number[]}} Cells
 * @typedef {{name: string, unit: string, from: string, to: string, colour: string, values: number[]}} Flow
 * @typedef {{name: string, unit: string, organ: string, values: number[]}} Shade
 */
export class BodyMap {
  constructor() {
    this.scrubber = element('input', { type: 'range', min: 0, max: 0, value: 0, 'aria-label': 'Day shown in the body map' });
    this.day = element('output', {});
    this.play = element('button', { type: 'button', class: 'plain', onclick: () => this.toggle() }, 'Play');
    this.canvas = element('canvas', { role: 'img', class: 'body-map', 'aria-label': 'Body map' });
    this.legend = element('ul', { class: 'legend' });
    this.rows = element('tbody');
    this.details = element('details', {}, element('summary', {}, 'The same as numbers'),
      element('table', {}, element('caption', {}, 'What the map shows on this day'),
        element('thead', {}, element('tr', {}, ...['where', 'what', 'how much'].map(text => element('th', { scope: 'col' }, text)))), this.rows));
    this.details.addEventListener('toggle', () => this.fillTable());
    this.scrubber.addEventListener('input', () => { this.position = Number(this.scrubber.value); this.paint(performance.now()); });
    this.node = element('div', { class: 'map' }, this.canvas,
      element('div', { class: 'player' }, this.play, this.scrubber, this.day), this.legend,
      element('p', { class: 'small' }, 'Four dots for every factor of ten in cells, one moving dot for every factor of ten in cells a day. Where a dot sits in its organ means nothing.'),
      this.details);
    this.position = 0;
    this.timer = 0;
    /** Milliseconds between frames while playing, for those who measure. @type {number[]} */
    this.frames = [];
    new ResizeObserver(() => this.result && this.paint(performance.now())).observe(this.canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.result && this.paint(performance.now()));
  }

  /** @param {{days: number[], cells: Cells[], flows?: Flow[], shades?: Shade[], at?: number}} result `at`: day to show first */
  show(result) {
    this.result = { flows: [], shades: [], ...result };
    this.organs = [...new Set([...result.cells, ...this.result.shades].map(item => item.organ))].filter(organ => places[organ]);
    this.names = [...new Set(result.cells.map(cells => cells.name))];
    this.scrubber.max = String(result.days.length - 1);
    if (this.position === 0 && result.at !== undefined) this.position = Math.max(0, result.days.findIndex(day => day >= result.at));
    this.position = Math.min(this.position, result.days.length - 1);
    const entry = (colour, text, shape = 'dot') => element('li', {}, element('span', { class: shape, style: `--c:${colour}`, 'aria-hidden': 'true' }), text);
    this.legend.replaceChildren(...this.names.map(name => entry(this.colour(name), name)),
      ...this.result.shades.map(shade => entry('var(--shade)', `${shade.name}: shade of ${places[shade.organ].name.toLowerCase()}`, 'swatch')));
    this.paint(performance.now());
  }

  colour(name) { return palette[this.names.indexOf(name) % palette.length]; }

  /** @param {number} now milliseconds; moving dots advance with it */
  paint(now) {
    const { days, cells, flows, shades } = this.result;
    const i = Math.floor(this.position), scale = devicePixelRatio || 1;
    const width = this.canvas.clientWidth || WIDTH, unit = width / WIDTH;
    const pixels = { w: Math.round(width * scale), h: Math.round(width * HEIGHT / WIDTH * scale) };
    if (this.canvas.width !== pixels.w) { this.canvas.width = pixels.w; this.canvas.height = pixels.h; }
    this.scrubber.value = String(i);
    this.day.textContent = `day ${days[i].toFixed(days[days.length - 1] > 100 ? 0 : 1)}`;
    const style = getComputedStyle(this.canvas), context = this.canvas.getContext('2d');
    const role = name => style.getPropertyValue(name).trim();
    context.setTransform(scale * unit, 0, 0, scale * unit, 0, 0);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    this.paintVessels(context, flows, i, now, role);
    for (const organ of this.organs) this.paintOrgan(context, organ, shades.find(shade => shade.organ === organ), i, role);
    cells.forEach((group, k) => {
      const place = places[group.organ];
      if (!place) return;
      context.fillStyle = this.colour(group.name);
      const radius = group.id === 'C_total' ? 5.5 : 4.5;
      for (let dot = 0; dot < dots(group.values[i]); dot++) {
        const at = scatter(k * 100 + dot + 1);
        context.beginPath();
        context.arc(place.x + 12 + at.x * (place.w - 24), place.y + 34 + at.y * (place.h - 46), radius, 0, 7);
        context.fill();
      }
    });
    this.canvas.setAttribute('aria-label', `Body map on ${this.day.textContent}: ${cells.map(group => `${group.name} in ${places[group.organ]?.name.toLowerCase()} ${number(group.values[i])}`).join(', ')}`);
    if (this.details.open) this.fillTable();
  }

  paintOrgan(context, organ, shade, i, role) {
    const place = places[organ];
    context.beginPath();
    context.roundRect(place.x, place.y, place.w, place.h, 18);
    context.fillStyle = role('--page');
    context.fill();
    if (shade) {
      const largest = Math.max(...shade.values, 1e-30);
      context.globalAlpha = .45 * Math.max(0, shade.values[i]) / largest;
      context.fillStyle = role('--shade');
      context.fill();
      context.globalAlpha = 1;
    }
    context.strokeStyle = role('--line');
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = role('--text');
    context.font = '600 15px system-ui, sans-serif';
    context.fillText(place.name, place.x + 12, place.y + 22);
  }

  /** Vessels between organs, with dots whose number is the flow. */
  paintVessels(context, flows, i, now, role) {
    const seen = new Map();
    for (const flow of flows) {
      const a = middle(flow.from), b = middle(flow.to);
      const key = [flow.from, flow.to].sort().join();
      const shift = (seen.get(key) ?? 0) * 16;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      const length = Math.hypot(b.x - a.x, b.y - a.y), normal = { x: -(b.y - a.y) / length * shift, y: (b.x - a.x) / length * shift };
      context.strokeStyle = role('--line');
      context.lineWidth = 10;
      context.lineCap = 'round';
      context.beginPath();
      context.moveTo(a.x + normal.x, a.y + normal.y);
      context.lineTo(b.x + normal.x, b.y + normal.y);
      context.stroke();
      context.fillStyle = this.names.includes(flow.colour) ? this.colour(flow.colour) : role('--accent');
      const count = moving(flow.values[i]);
      for (let dot = 0; dot < count; dot++) {
        const share = (dot / count + now / 4000) % 1;
        context.beginPath();
        context.arc(a.x + (b.x - a.x) * share + normal.x, a.y + (b.y - a.y) * share + normal.y, 5, 0, 7);
        context.fill();
      }
    }
  }

  fillTable() {
    if (!this.result || !this.details.open) return;
    const i = Math.floor(this.position), row = (...cells) => element('tr', {}, ...cells.map(text => element('td', {}, text)));
    this.rows.replaceChildren(
      ...this.result.cells.map(item => row(places[item.organ]?.name ?? item.organ, item.name, `${number(item.values[i])} ${item.unit}`)),
      ...this.result.shades.map(item => row(places[item.organ].name, item.name, `${number(item.values[i])} ${item.unit}`)),
      ...this.result.flows.map(item => row(`${places[item.from].name} → ${places[item.to].name}`, item.name, `${number(item.values[i])} ${item.unit}`)));
  }

  toggle() { if (this.timer) this.stop(); else this.start(); }

  stop() { cancelAnimationFrame(this.timer); this.timer = 0; this.play.textContent = 'Play'; }

  /** Plays the whole course in 12 seconds. */
  start() {
    this.play.textContent = 'Pause';
    this.frames = [];
    let last = performance.now();
    const end = this.result.days.length - 1;
    if (this.position >= end) this.position = 0;
    const step = now => {
      if (!this.canvas.isConnected) { this.timer = 0; return; }
      this.frames.push(now - last);
      this.position = Math.min(end, this.position + end * Math.min(now - last, 100) / 12000);
      last = now;
      this.paint(now);
      if (this.position >= end) this.stop(); else this.timer = requestAnimationFrame(step);
    };
    this.timer = requestAnimationFrame(step);
  }
}

function middle(organ) { const place = places[organ]; return { x: place.x + place.w / 2, y: place.y + place.h / 2 }; }

/** Three digits, with words for large numbers. @param {number} value */
export function number(value) {
  if (!Number.isFinite(value)) return '–';
  for (const [size, word] of [[1e12, 'trillion'], [1e9, 'billion'], [1e6, 'million'], [1e3, 'thousand']]) if (value >= size) return `${Number((value / size).toPrecision(3))} ${word}`;
  return String(Number(value.toPrecision(3)));
}
