// Charts by Vega-Lite; the plotting library is one script of our own server.

/** Okabe and Ito's colours, distinguishable with every common colour-vision deficiency. */
export const palette = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#56B4E9', '#E69F00', '#767676', '#000000'];

let library = null;
function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/vega-bundle.js';
    script.onload = () => resolve(/** @type {any} */ (window).vegaEmbed);
    script.onerror = () => reject(new Error('the plotting library could not be loaded'));
    document.head.append(script);
  });
  return library;
}

const config = {
  background: 'transparent', font: 'system-ui, sans-serif', view: { stroke: 'transparent' },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, gridOpacity: .35, tickCount: 6 },
  legend: { labelFontSize: 12, orient: 'top', labelLimit: 400, symbolOpacity: 1, title: null },
};

/** Large numbers in words of one letter: thousand, million, billion, trillion. */
const powers = "datum.value >= 1000 ? replace(format(datum.value, '~s'), 'G', 'B') : format(datum.value, '~r')";

/** Draws a specification into an element. @param {HTMLElement} place @param {any} specification */
export async function draw(place, specification) {
  const embed = await load();
  const { view } = await embed(place, { config, width: 'container', autosize: { type: 'fit-x', contains: 'padding' }, ...specification },
    { renderer: 'svg', actions: false });
  return view;
}

/** Charts that are drawn: when only numbers change, the picture is updated, not made again. @type {WeakMap<HTMLElement, {look: string, view: any}>} */
const drawn = new WeakMap();

/**
 * Lines, with bands where there are quantiles.
 * @param {HTMLElement} place
 * @param {{x: string, y: string, height?: number, logarithmic?: boolean, zero?: boolean, steps?: boolean,
 *   series: {name: string, x: number[], low?: number[], middle: number[], high?: number[]}[]}} chart
 */
export async function timeCourse(place, chart) {
  const values = chart.series.flatMap(series => series.x.map((x, i) => ({
    series: series.name, x, y: series.middle[i], low: series.low?.[i] ?? series.middle[i], high: series.high?.[i] ?? series.middle[i],
  })));
  // Logarithmic axes end at one (one cell, one pg/mL), or nine decades below the largest value where all is smaller.
  const largest = Math.max(...values.map(v => v.high));
  const floor = chart.logarithmic ? (largest > 10 ? 1 : Math.max(1e-300, largest * 1e-9)) : -Infinity;
  for (const value of values) { value.y = Math.max(value.y, floor); value.low = Math.max(value.low, floor); value.high = Math.max(value.high, floor); }
  const names = chart.series.map(series => series.name);
  const ticks = chart.logarithmic ? decades(Math.min(...values.map(v => v.low)), largest) : undefined;
  const look = JSON.stringify([names, chart.x, chart.y, chart.height, ticks, chart.series.map(series => !!series.low), place.clientWidth < 420]);
  const known = drawn.get(place);
  if (known?.look === look && place.firstChild) { await known.view.data('table', values).runAsync(); return; }
  const color = { field: 'series', type: 'nominal', scale: { domain: names, range: names.map((_, i) => palette[i % palette.length]) }, legend: names.length > 1 ? { columns: place.clientWidth < 420 || names.some(name => name.length > 24) ? 1 : 2 } : null };
  const x = { field: 'x', type: 'quantitative', title: chart.x, scale: { nice: false } };
  const y = field => ({ field, type: 'quantitative', title: chart.y, scale: ticks ? { type: 'log', nice: false, domain: [ticks[0], Math.max(largest, ticks[ticks.length - 1])] } : { zero: chart.zero ?? true },
    axis: ticks ? { labelExpr: powers, values: ticks } : largest >= 1e5 ? { labelExpr: powers } : { format: '~r' } });
  const interpolate = chart.steps ? 'step-after' : 'linear';
  const view = await draw(place, {
    height: chart.height ?? 180, data: { name: 'table', values },
    layer: [
      ...(chart.series.some(series => series.low) ? [{ mark: { type: 'area', opacity: .2, clip: true, interpolate }, encoding: { x, y: y('low'), y2: { field: 'high' }, color } }] : []),
      { mark: { type: 'line', strokeWidth: 2, clip: true, interpolate }, encoding: { x, y: y('y'), color } },
    ],
  });
  // The domain of a logarithmic axis belongs to its ticks; a later run that fits them reuses the picture.
  drawn.set(place, { look, view });
}

/** Powers of ten that span the values, at most seven of them. */
function decades(low, high) {
  const first = Math.floor(Math.log10(low)), last = Math.max(first + 1, Math.ceil(Math.log10(high)));
  const step = Math.ceil((last - first) / 6);
  const ticks = [];
  for (let power = first; power <= last; power += step) ticks.push(10 ** power);
  return ticks;
}
