// Models: any SBML or Antimony file runs here; nothing is uploaded beyond this machine.
import { post, get } from '../api.js';
import { element, facts, problem, table } from '../dom.js';
import { timeCourse } from '../plot.js';
import { write } from '../address.js';

const example = `// Tumour cells against effector cells (Kuznetsov et al. 1994, doi:10.1007/BF02460644), scaled
model kuznetsov
  species E, C;
  E = 0.5; C = 10;
  s = 0.1181; p = 1.131; g = 20.19; m = 0.00311; d = 0.3743; a = 1.636; b = 0.002;
  E' = s + p*E*C/(g + C) - m*E*C - d*E;
  C' = a*C*(1 - b*C) - E*C;
end
`;

/** @param {HTMLElement} main @param {Record<string, string>} state */
export async function show(main, state) {
  const text = element('textarea', { id: 'model-text', spellcheck: 'false', 'aria-label': 'Model as SBML or Antimony', value: example });
  const file = element('input', { type: 'file', accept: '.xml,.sbml,.ant,.txt,.antimony' });
  const duration = element('input', { type: 'number', min: '0', step: 'any', value: state.duration ?? '100', required: true });
  const points = element('input', { type: 'number', min: '1', max: '10000', value: state.points ?? '400', required: true });
  const status = element('p', { class: 'status', role: 'status' });
  const results = element('div', { 'aria-live': 'polite' });
  const form = element('form', { onsubmit: run },
    element('fieldset', {}, element('legend', {}, 'Model'),
      element('label', {}, 'Open or drop a file', file), element('label', {}, 'or edit the text', text)),
    element('fieldset', {}, element('legend', {}, 'Run'),
      element('label', {}, "Duration (the model's time unit)", duration), element('label', {}, 'Output points', points)),
    element('button', {}, 'Run'), status);

  file.addEventListener('change', async () => { if (file.files[0]) { text.value = await file.files[0].text(); form.requestSubmit(); } });
  main.addEventListener('dragover', event => event.preventDefault());
  main.addEventListener('drop', async event => {
    event.preventDefault();
    const dropped = event.dataTransfer?.files[0];
    if (dropped) { text.value = await dropped.text(); form.requestSubmit(); }
  });

  async function run(event) {
    event?.preventDefault();
    status.textContent = 'Running…';
    write('models', { duration: duration.value, points: points.value });
    try {
      const result = await post('/api/models/run', { text: text.value, duration: Number(duration.value), steps: Number(points.value) });
      status.textContent = '';
      const charts = result.series.slice(0, 24).map(series => {
        const place = element('div', { class: 'chart', role: 'img', 'aria-label': `${series.name} over time` });
        timeCourse(place, { x: 'time', y: series.unit ? `${series.name} (${series.unit})` : series.name, height: 140,
          series: [{ name: series.name, x: result.time, middle: series.values }] });
        return element('section', { class: 'card' }, element('h3', {}, series.name), place);
      });
      results.replaceChildren(
        facts([['Species', String(result.species)], ['Reactions', String(result.reactions)], ['Set-up', `${result.setup_ms.toFixed(1)} ms`], ['Solution', `${result.solve_ms.toFixed(1)} ms`]]),
        ...(result.warnings.length ? [element('details', {}, element('summary', {}, `${result.warnings.length} remarks about the model`), ...result.warnings.map(text => element('p', {}, text)))] : []),
        element('div', { class: 'cards' }, ...charts));
    } catch (error) {
      status.textContent = '';
      results.replaceChildren(problem(error));
    }
  }

  main.append(element('h1', {}, 'Run a model'),
    element('p', { class: 'lead' }, 'SBML of any level, or Antimony. What can\'t be simulated is refused by name, with its place in the file.'),
    element('div', { class: 'split' }, form, results));
  await run(null);
}
