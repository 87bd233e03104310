// Compare: the same twins under several therapies; benefit and harm as people, what differs inside, what would change the choice.
import { get, post } from '../api.js';
import { element, problem, table, debounced } from '../dom.js';
import { timeCourse } from '../plot.js';
import { write } from '../address.js';
import { patientForm } from '../components/patient-form.js';
import { iconArray } from '../components/icon-array.js';
import { armName, responders, column, number } from '../learn/requests.js';

/** Quantities that tell mechanisms apart, with words. */
const inside = [
  ['I_PD1_tumour', 'Brake on T cells in the tumour', 'share of full brake'], ['killRate_C1', 'Killing of cancer cells', 'per day'],
  ['effectorCD8_tumour', 'Killer T cells in the tumour', 'cells'], ['exhaustedCD8_tumour', 'Exhausted T cells in the tumour', 'cells'],
  ['Treg_tumour', 'Regulatory T cells in the tumour', 'cells'], ['mAPC_node', 'Antigen-presenting cells in the nodes', 'cells'], ['ANC', 'Neutrophils in blood', 'per µL'],
];

/** What may change the choice: id of the request, words, values to try. */
const factors = {
  pdl1_pct: ['PD-L1', '%', [1, 25, 50, 75, 95]], tmb: ['Mutations (TMB)', 'per Mb', [2, 5, 10, 20, 40]],
  diameter_mm: ['Diameter', 'mm', [15, 30, 45, 65, 90]], age: ['Age', 'years', [35, 50, 65, 75, 85]],
};

/** @param {HTMLElement} main @param {Record<string, string>} state */
export async function show(main, state) {
  const catalogue = await get('/api/catalogue');
  const fields = patientForm(catalogue, { twins: '32', ...state }, ['pembrolizumab', 'pembrolizumab + carboplatin + pemetrexed', 'nivolumab + ipilimumab', 'none']);
  const weight = element('input', { type: 'range', min: 0, max: 2, step: .1, value: state.weight_of_harm ?? '0.5' });
  const weightText = element('span', { class: 'value' });
  const factor = element('select', {}, ...Object.entries(factors).map(([id, [words]]) => element('option', { value: id, selected: id === state.factor }, words)));
  const status = element('p', { class: 'status', role: 'status' });
  const people = element('div', { class: 'cards' }), verdict = element('div', { class: 'finding', 'aria-live': 'polite' });
  const sums = element('div', {}), differences = element('div', { class: 'cards' }), words = element('ul', {});
  const flip = element('div', { class: 'card' }), flipPlace = element('div', { class: 'chart', role: 'img', hidden: true }), flipText = element('p', { 'aria-live': 'polite' });
  const results = element('div', { class: 'results', hidden: true },
    verdict, people, sums,
    element('section', {}, element('h2', {}, 'What would change the choice?'), flip),
    element('section', {}, element('h2', {}, 'What differs inside'), element('p', { class: 'small' }, 'The same twins, so that what differs comes from the therapy. Medians; bands hold nine in ten.'), words, differences));
  const places = new Map();
  let seen = /** @type {any} */ (null);
  let running = /** @type {AbortController|null} */ (null);
  let trying = /** @type {AbortController|null} */ (null);

  async function run() {
    running?.abort();
    trying?.abort();
    const mine = running = new AbortController();
    const started = performance.now();
    delete main.dataset.shown;
    status.textContent = 'Treating the same twins with each therapy…';
    save();
    try {
      const result = await post('/api/simulate', fields.request(), mine.signal);
      if (mine.signal.aborted) return;
      seen = result;
      results.hidden = false;
      await render(result);
      status.textContent = `Shown after ${((performance.now() - started) / 1000).toFixed(2)} s; ${result.arms[0].twins} twins in ${result.arms.length} arms simulated in ${(result.solve_ms / 1000).toFixed(2)} s.`;
    } catch (error) {
      if (mine.signal.aborted) return;
      status.textContent = '';
      results.hidden = false;
      verdict.replaceChildren(problem(error));
      people.replaceChildren();
    }
    main.dataset.shown = String(performance.now() - started);
  }

  const save = () => write('compare', { ...fields.state(), weight_of_harm: weight.value, factor: factor.value });
  const harmed = arm => Math.max(0, ...arm.harms.map(harm => harm.count));
  const score = arm => (responders(arm) - Number(weight.value) * harmed(arm)) / arm.twins;
  const best = arms => arms.reduce((a, b) => score(b) > score(a) ? b : a);

  function showVerdict() {
    weightText.textContent = `${Number(weight.value)} responses`;
    weight.setAttribute('aria-valuetext', weightText.textContent);
    if (!seen) return;
    const order = [...seen.arms].sort((a, b) => score(b) - score(a)), [first, second] = order;
    const margin = second ? score(first) - score(second) : 0;
    // Both arms hold the same twins, so the margin of sampling is that of a difference of two shares of these twins.
    const error = second ? 1.96 * Math.sqrt((responders(first) / first.twins * (1 - responders(first) / first.twins) + responders(second) / second.twins * (1 - responders(second) / second.twins)) / first.twins) : 0;
    verdict.replaceChildren(
      element('p', { class: 'verdict' }, `For this patient, ${armName(first)} comes first by your weighing.`),
      element('p', {}, `${responders(first)} of ${first.twins} twins respond; ${harmed(first)} have a severe harm among those simulated (${first.harms.map(h => h.name).join(', ') || 'none simulated'}). `,
        second ? `Next: ${armName(second)}, ${responders(second)} of ${second.twins} respond, ${harmed(second)} severely harmed.${margin < error ? ' The two are closer than the sampling error: more twins may turn the order.' : ''}` : ''),
      element('p', { class: 'small' }, 'Only harms that the model simulates are counted; the label of each medicine names more. Simulated, not a recommendation: research and education, not medical advice.'));
  }

  async function render({ arms }) {
    showVerdict();
    people.replaceChildren(...arms.map(arm => element('section', { class: 'card' },
      iconArray({ name: armName(arm), total: arm.twins, groups: [
        { name: 'tumour shrinks', count: responders(arm), kind: 'good' },
        { name: 'stays about as it is', count: arm.responses.find(r => r.name === 'SD')?.count ?? 0, kind: 'middle' },
        { name: 'grows', count: arm.responses.filter(r => r.name === 'PD' || r.name === 'NE').reduce((sum, r) => sum + r.count, 0), kind: 'bad' }] }),
      ...arm.harms.map(harm => element('p', { class: 'small' }, `${harm.name}: ${harm.count} of ${arm.twins}`)))));
    const labels = [...new Set(arms.flatMap(arm => arm.facts.map(fact => fact.label)))];
    sums.replaceChildren(table(['therapy', ...labels], arms.map(arm => [armName(arm), ...labels.map(label => arm.facts.find(fact => fact.label === label)?.value ?? '–')]), 'Outcomes side by side'));
    words.replaceChildren(...sentences(arms).map(text => element('li', {}, text)));
    const shown = [['diameter_tumour', 'Tumour diameter', 'mm'], ...inside].filter(([id]) => arms.some(arm => column(arm, id)));
    if (differences.children.length !== shown.length) { places.clear(); differences.replaceChildren(); }
    await Promise.all(shown.map(([id, title, unit]) => {
      if (!places.has(id)) {
        const place = element('div', { class: 'chart', role: 'img' });
        places.set(id, place);
        differences.append(element('section', { class: 'card' }, element('h3', {}, title), place));
      }
      const place = places.get(id);
      place.setAttribute('aria-label', `${title} by therapy over time`);
      return timeCourse(place, { x: 'days since start of treatment', y: unit, height: 150, logarithmic: unit === 'cells', series: arms.filter(arm => column(arm, id)).map(arm => {
        const series = column(arm, id);
        return { name: armName(arm), x: arm.days, low: series.q05, middle: series.q50, high: series.q95 };
      }) });
    }));
  }

  /** The first choice against the second, quantity by quantity, at nine weeks: what the charts show, in words. */
  function sentences(arms) {
    if (arms.length < 2) return [];
    const [top, low] = [...arms].sort((a, b) => score(b) - score(a));
    // Cells of the tumour are counted per cancer cell, since a treated tumour is smaller.
    const value = (arm, id) => {
      const at = series => series?.q50[Math.min(Math.max(0, arm.days.findIndex(day => day >= 63)), series.q50.length - 1)];
      return /_tumour$/.test(id) && id !== 'I_PD1_tumour' ? at(column(arm, id)) / at(column(arm, 'C_total')) : at(column(arm, id));
    };
    return inside.flatMap(([id, title]) => {
      if (!column(top, id) || !column(low, id)) return [];
      const x = value(top, id), y = value(low, id), ratio = x / y, perCell = /_tumour$/.test(id) && id !== 'I_PD1_tumour' ? ', per cancer cell' : '';
      // Two brakes that are both released differ in nothing that matters.
      if (!Number.isFinite(ratio) || (ratio > .8 && ratio < 1.25) || (id === 'I_PD1_tumour' && Math.max(x, y) < .05)) return [];
      const size = ratio < .01 ? 'almost none' : ratio > 100 ? 'more than a hundred times as much' : ratio >= 1 ? `${number(Number(ratio.toPrecision(2)))} times as much` : `${Math.round(100 * ratio)} % as much`;
      return [`${title}${perCell}: with ${armName(top)} ${size} ${ratio < .01 ? 'compared with' : 'as with'} ${armName(low)} (nine weeks into treatment).`];
    });
  }

  /** The same comparison at five values of one factor. */
  async function tryValues() {
    trying?.abort();
    const mine = trying = new AbortController();
    const [title, unit, values] = factors[factor.value];
    save();
    delete flip.dataset.shown;
    flipText.textContent = 'Running…';
    try {
      const runs = [];
      for (const value of values) runs.push(await post('/api/simulate', fields.request({ [factor.value]: value }), mine.signal));
      if (mine.signal.aborted) return;
      flipPlace.hidden = false;
      const names = runs[0].arms.map(armName);
      flipPlace.setAttribute('aria-label', `Responses by ${title} for ${names.join(', ')}`);
      await timeCourse(flipPlace, { x: `${title} (${unit})`, y: 'twins that respond (%)', series: names.map((name, k) => ({ name, x: values, middle: runs.map(run => 100 * responders(run.arms[k]) / run.arms[k].twins) })) });
      const leaders = runs.map(run => armName(best(run.arms)));
      const stretches = leaders.reduce((list, name, i) => { const last = list[list.length - 1]; if (last?.name === name) last.to = values[i]; else list.push({ name, from: values[i], to: values[i] }); return list; }, /** @type {any[]} */ ([]));
      flipText.textContent = stretches.length === 1 ? `${title} alone does not change the choice: ${stretches[0].name} leads from ${values[0]} to ${values[values.length - 1]} ${unit}.`
        : `${title} changes the choice: ${stretches.map(s => `${s.name} at ${s.from === s.to ? s.from : `${s.from} to ${s.to}`} ${unit}`).join('; ')}.`;
      flip.dataset.shown = '1';
    } catch (error) {
      if (!mine.signal.aborted) flipText.textContent = error.message;
    }
  }

  flip.append(element('div', { class: 'row start' }, element('label', {}, 'Try other values of', factor), element('button', { type: 'button', class: 'plain', onclick: tryValues }, 'Run them')), flipText, flipPlace);
  const weigh = element('fieldset', {}, element('legend', {}, 'Your weighing'), element('label', {}, element('span', { class: 'row' }, 'One severe harm counts as much as', weightText), weight));
  fields.node.querySelector('button').before(weigh);
  weight.addEventListener('input', event => { event.stopPropagation(); save(); showVerdict(); if (seen) words.replaceChildren(...sentences(seen.arms).map(text => element('li', {}, text))); });
  const rerun = debounced(run, 150);
  fields.node.addEventListener('input', rerun);
  fields.node.addEventListener('submit', event => { event.preventDefault(); run(); });
  main.append(element('h1', {}, 'Why this one?'),
    element('p', { class: 'lead' }, 'The same simulated twins get each therapy. See how many gain and how many are harmed, what is different inside them, and what about the patient would change the order.'),
    element('div', { class: 'split' }, element('div', {}, fields.node, status), results));
  showVerdict();
  await run();
}
