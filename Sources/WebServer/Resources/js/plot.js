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
  await embed(place, { config, width: 'container', autosize: { type: 'fit-x', contains: 'padding' }, ...specification },
    { renderer: 'svg', actions: false });
}

/**
 * Lines, with bands where there are quantiles.
 * @param {HTMLElement} place
 * @param {{x: string, y: string, height?: number, logarithmic?: boolean, zero?: boolean,
 *   series: {name: string, x: number[], low?: number[], middle: number[], high?: number[]}[]}} chart
 */
export function timeCourse(place, chart) {
  const values = chart.series.flatMap(series => series.x.map((x, i) => ({
    series: series.name, x, y: series.middle[i], low: series.low?.[i] ?? series.middle[i], high: series.high?.[i] ?? series.middle[i],
  })));
  // Logarithmic axes end at one (one cell, one pg/mL), or nine decades below the largest value where all is smaller.
  const largest = Math.max(...values.map(v => v.high));
  const floor = chart.logarithmic ? (largest > 10 ? 1 : Math.max(1e-300, largest * 1e-9)) : -Infinity;
  for (const value of values) { value.y = Math.max(value.y, floor); value.low = Math.max(value.low, floor); value.high = Math.max(value.high, floor); }
  const names = chart.series.map(series => series.name);
  const color = { field: 'series', type: 'nominal', scale: { domain: names, range: names.map((_, i) => palette[i % palette.length]) }, legend: names.length > 1 ? { columns: place.clientWidth < 420 ? 1 : 2 } : null };
  const x = { field: 'x', type: 'quantitative', title: chart.x, scale: { nice: false } };
  const y = field => ({ field, type: 'quantitative', title: chart.y, scale: chart.logarithmic ? { type: 'log' } : { zero: chart.zero ?? true }, axis: chart.logarithmic ? { labelExpr: powers, tickCount: 6 } : { format: '~r' } });
  return draw(place, {
    height: chart.height ?? 180, data: { values },
    layer: [
      ...(chart.series.some(series => series.low) ? [{ mark: { type: 'area', opacity: .2 }, encoding: { x, y: y('low'), y2: { field: 'high' }, color } }] : []),
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y: y('y'), color } },
    ],
  });
}
