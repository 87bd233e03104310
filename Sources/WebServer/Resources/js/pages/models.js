// Models: the built-in biology, module by module, and any SBML or Antimony file; nothing leaves this machine.
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
  const tab = (id, title) => element('a', { href: `#/models${id ? `?view=${id}` : ''}`, 'aria-current': (state.view ?? '') === id ? 'page' : null }, title);
  main.append(element('h1', {}, 'Models'), element('nav', { class: 'tabs', 'aria-label': 'Models' }, tab('', 'The built-in biology'), tab('run', 'Run a file of your own')));
  if (state.view === 'run') await showRun(main, state); else await showModules(main, state);
}

// MARK: The biology

async function showModules(main, state) {
  const modules = await get('/api/modules');
  const chosen = modules.find(module => module.id === state.module)?.id ?? modules.find(module => module.id === '10-tumour')?.id ?? modules[0].id;
  const place = element('article', { 'aria-live': 'polite' });
  const list = element('nav', { 'aria-label': 'Modules', class: 'contents' }, element('ul', {}, ...modules.map(module =>
    element('li', {}, element('a', { href: `#/models?module=${module.id}`, 'aria-current': module.id === chosen ? 'true' : null }, `${module.id} `, element('span', { class: 'small' }, module.meaning))))));
  main.append(element('p', { class: 'lead' }, `${modules.length} modules with ${modules.reduce((sum, m) => sum + m.equations, 0)} equations are put together for each cancer and therapy. Each is a text file in Antimony that can be read and changed.`),
    element('div', { class: 'split' }, element('details', { class: 'menu', open: matchMedia('(min-width: 56rem)').matches }, element('summary', {}, 'All modules'), list), place));
  const module = await get(`/api/modules/${chosen}`);
  place.append(element('h2', {}, `${module.id}: ${module.meaning}`), element('p', { class: 'small' }, `Used once per ${module.scope === 'system' ? 'patient' : module.scope.replace('-', ' and ')}.`),
    equations('What changes over time', module.states), equations('What follows from it at every moment', module.algebra),
    module.parameters.length ? element('section', {}, element('h3', {}, 'Parameters'), confidenceBar(module.parameters), parameterTable(module))
      : element('p', {}, 'Its parameters come with the cancer, the agent or the antigen group that uses it.'));
  main.dataset.shown = '0';
}

/** Equations as they are computed, with words and unit. */
function equations(title, list) {
  if (!list.length) return '';
  return element('section', {}, element('h3', {}, `${title} (${list.length})`), element('dl', { class: 'equations' }, ...list.map(equation => element('div', {},
    element('dt', {}, equation.meaning || equation.id || 'constraint', element('span', { class: 'small' }, equation.unit ? ` in ${equation.unit}` : '')),
    element('dd', {}, element('code', {}, equation.formula))))));
}

/** How many parameters rest on what. */
function confidenceBar(parameters) {
  const kinds = ['measured', 'fitted', 'calibrated', 'assumed'];
  return element('p', {}, kinds.map(kind => `${parameters.filter(p => p.confidence === kind).length} ${kind}`).join(', '), '. Assumed values are named so because no measurement was found.');
}

function parameterTable(module) {
  return table(['parameter', 'meaning', 'value', 'unit', 'varies', 'rests on', 'source'],
    module.parameters.map(p => [p.id, p.meaning, String(Number(p.value.toPrecision(4))), p.unit, p.varies, p.confidence, [p.source, p.note].filter(Boolean).join('; ')]), `Parameters of ${module.id}`);
}

// MARK: A file of your own

async function showRun(main, state) {
  const text = element('textarea', { id: 'model-text', spellcheck: 'false', 'aria-label': 'Model as SBML or Antimony', value: example });
  const file = element('input', { type: 'file', accept: '.xml,.sbml,.ant,.txt,.antimony' });
  const duration = element('input', { type: 'number', min: '0', step: 'any', value: state.duration ?? '100', required: true });
  const points = element('input', { type: 'number', min: '1', max: '10000', value: state.points ?? '400', required: true });
  const logarithmic = element('input', { type: 'checkbox', checked: state.log === 'true' });
  const status = element('p', { class: 'status', role: 'status' });
  const results = element('div', { 'aria-live': 'polite' });
  const form = element('form', { onsubmit: run },
    element('fieldset', {}, element('legend', {}, 'Model'),
      element('label', {}, 'Open a file, or drop it anywhere on this page', file), element('label', {}, 'or edit the text', text)),
    element('fieldset', {}, element('legend', {}, 'Run'),
      element('label', {}, "Duration (the model's time unit)", duration), element('label', {}, 'Output points', points),
      element('label', { class: 'choice' }, logarithmic, 'Logarithmic axes')),
    element('button', {}, 'Run'), status);

  const take = async taken => { text.value = await taken.text(); form.requestSubmit(); };
  file.addEventListener('change', () => { if (file.files[0]) take(file.files[0]); });
  main.ondragover = event => { event.preventDefault(); main.classList.add('dropping'); };
  main.ondragleave = () => main.classList.remove('dropping');
  main.ondrop = event => { event.preventDefault(); main.classList.remove('dropping'); const dropped = event.dataTransfer?.files[0]; if (dropped && text.isConnected) take(dropped); };

  async function run(event) {
    event?.preventDefault();
    delete main.dataset.shown;
    status.textContent = 'Running…';
    write('models', { view: 'run', duration: duration.value, points: points.value, log: logarithmic.checked ? 'true' : '' });
    try {
      const result = await post('/api/models/run', { text: text.value, duration: Number(duration.value), steps: Number(points.value) });
      status.textContent = '';
      const charts = result.series.slice(0, 24).map(series => ({ series, place: element('div', { class: 'chart', role: 'img', 'aria-label': `${series.name} over time` }) }));
      results.replaceChildren(
        facts([['Species', String(result.species)], ['Reactions', String(result.reactions)], ['Set-up', `${result.setup_ms.toFixed(1)} ms`], ['Solution', `${result.solve_ms.toFixed(1)} ms`]]),
        ...(result.warnings.length ? [element('details', {}, element('summary', {}, `Remarks about the model (${result.warnings.length})`), ...result.warnings.map(text => element('p', {}, text)))] : []),
        element('div', { class: 'cards' }, ...charts.map(({ series, place }) => element('section', { class: 'card' }, element('h2', {}, series.name), place))),
        ...(result.series.length > charts.length ? [element('p', {}, `The first ${charts.length} of ${result.series.length} quantities are drawn; the table holds all.`)] : []),
        download(result));
      await Promise.all(charts.map(({ series, place }) => timeCourse(place, { x: 'time', y: series.unit ? `${series.name} (${series.unit})` : series.name, height: 140,
        logarithmic: logarithmic.checked && series.values.some(value => value > 0), series: [{ name: series.name, x: result.time, middle: series.values }] })));
    } catch (error) {
      status.textContent = '';
      results.replaceChildren(problem(error));
    }
    main.dataset.shown = '0';
  }

  main.append(element('p', { class: 'lead' }, 'SBML of any level, or Antimony. What can\'t be simulated is refused by name, with its place in the file.'),
    element('div', { class: 'split' }, form, results));
  await run(null);
}

/** The time course as a CSV file, made in the page. */
function download(result) {
  const rows = [['time', ...result.series.map(series => series.name)].join(','), ...result.time.map((time, i) => [time, ...result.series.map(series => series.values[i])].join(','))];
  return element('p', {}, element('a', { href: URL.createObjectURL(new Blob([rows.join('\n') + '\n'], { type: 'text/csv' })), download: 'time-course.csv' }, 'Download the table (CSV)'));
}
