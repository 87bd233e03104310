// Learn: the guided lessons. Predict first, then run, then change and watch.
import { get } from '../api.js';
import { element, problem, debounced } from '../dom.js';
import { write } from '../address.js';
import { prose, glossaryList } from '../glossary.js';
import { lessons } from '../learn/lessons.js';
import { BodyMap } from '../components/body-map.js';
import { iconArray } from '../components/icon-array.js';

/** @param {HTMLElement} main @param {Record<string, string>} state */
export async function show(main, state) {
  const catalogue = await get('/api/catalogue');

  const at = Math.max(0, lessons.findIndex(lesson => lesson.id === state.step));
  const lesson = lessons[at];
  const link = (target, text, extra = {}) => element('a', { href: `#/learn?step=${target.id}`, ...extra }, text);
  const contents = element('nav', { 'aria-label': 'Lessons', class: 'contents' },
    ...[...new Set(lessons.map(l => l.part))].map(part => element('div', {}, element('p', { class: 'part' }, part),
      element('ol', { start: lessons.findIndex(l => l.part === part) + 1 }, ...lessons.filter(l => l.part === part).map(l => element('li', {}, link(l, l.title, { 'aria-current': l === lesson ? 'step' : null })))))));
  const menu = element('details', { class: 'menu', open: matchMedia('(min-width: 56rem)').matches }, element('summary', {}, `Lesson ${at + 1} of ${lessons.length}`), contents);
  const body = element('article', {});
  main.append(element('div', { class: 'split narrow' }, menu, body));
  if (!state.step) body.append(element('p', { class: 'lead' }, 'Perforin simulates how the immune system and immunotherapies act on cancer. This tour shows it in small steps: guess, run, change, watch. Or go straight to ',
    element('a', { href: '#/compare' }, 'why one therapy rather than another'), ', or ', element('a', { href: '#/patient' }, 'treat a patient'), '.'));
  await showLesson(body, lesson, state, catalogue);
  body.append(element('nav', { class: 'row steps', 'aria-label': 'Previous and next' },
    at > 0 ? link(lessons[at - 1], `← ${lessons[at - 1].title}`) : element('span'),
    at + 1 < lessons.length ? link(lessons[at + 1], `${lessons[at + 1].title} →`, { class: 'button' }) : element('a', { href: '#/compare', class: 'button' }, 'Now ask it for a patient of your own →')),
    element('details', { class: 'glossary-box' }, element('summary', {}, 'Glossary: all the words'), glossaryList()));
}

async function showLesson(body, lesson, state, catalogue) {
  const controls = lesson.controls.map(control => makeControl(control, state[control.id]));
  const values = () => Object.fromEntries(controls.map(control => [control.id, control.value()]));
  const status = element('p', { class: 'status', role: 'status' });
  const finding = element('div', { class: 'finding', 'aria-live': 'polite' });
  const places = /** @type {HTMLElement[]} */ ([]);
  const charts = element('div', { class: 'cards' }), people = element('div', { class: 'cards' });
  const map = lesson.map ? new BodyMap() : null;
  const result = element('section', { 'aria-label': 'Simulation', hidden: true },
    controls.length ? element('form', { class: 'controls', 'aria-label': 'Change and watch', onsubmit: event => event.preventDefault() }, ...controls.map(control => control.node)) : null,
    status, finding, people, element('div', { class: 'cards' }, map ? element('section', { class: 'card' }, element('h2', {}, 'Where the cells are'), map.node) : null, charts));
  let guess = state.guess === undefined ? -1 : Number(state.guess);
  let running = /** @type {AbortController|null} */ (null);
  const save = () => write('learn', { step: lesson.id, guess: guess < 0 ? '' : String(guess), ...Object.fromEntries(controls.filter(control => control.changed()).map(control => [control.id, String(control.value())])) });

  async function run() {
    running?.abort();
    const mine = running = new AbortController();
    save();
    const started = performance.now();
    status.textContent = 'Simulating…';
    try {
      const seen = await lesson.run(values(), mine.signal);
      if (mine.signal.aborted) return;
      const right = lesson.options.findIndex(option => option.holds(seen));
      finding.replaceChildren(
        guess >= 0 ? element('p', { class: guess === right || lesson.options[guess].holds(seen) ? 'verdict good' : 'verdict' },
          lesson.options[guess].holds(seen) ? `You expected “${lesson.options[guess].text}”. So it is here.` : `You expected “${lesson.options[guess].text}”. Here it is “${lesson.options[right]?.text ?? 'something in between'}”.`) : null ?? '',
        element('p', {}, lesson.finding(seen)));
      people.replaceChildren(...(lesson.icons ? lesson.icons(seen).map(group => element('section', { class: 'card' }, iconArray(group))) : []));
      const list = lesson.charts(seen).map((chart, i) => ({ ...chart, place: places[i] ??= element('div', { class: 'chart', role: 'img' }) }));
      list.forEach(chart => chart.place.setAttribute('aria-label', chart.label));
      if (charts.children.length !== list.length) charts.replaceChildren(...list.map(chart => element('section', { class: 'card' }, element('h2', {}, chart.title), chart.place)));
      map?.show(lesson.map(seen));
      await Promise.all(list.map(chart => chart.draw(chart.place)));
      status.textContent = `Simulated and drawn in ${((performance.now() - started) / 1000).toFixed(2)} s.`;
      main().dataset.shown = String(performance.now() - started);
    } catch (error) {
      if (mine.signal.aborted) return;
      status.textContent = '';
      finding.replaceChildren(problem(error));
      main().dataset.shown = '0';
    }
  }
  const main = () => /** @type {HTMLElement} */ (document.getElementById('main'));

  const question = element('fieldset', { class: 'question' }, element('legend', {}, `Before you look: ${lesson.question}`),
    ...lesson.options.map((option, i) => element('label', { class: 'choice' },
      element('input', { type: 'radio', name: 'guess', value: String(i), checked: i === guess }), option.text)));
  const go = element('button', { type: 'button', class: 'big' }, 'Run the simulation');
  const skip = element('button', { type: 'button', class: 'plain' }, 'Show me without guessing');
  const start = async () => { go.hidden = skip.hidden = true; result.hidden = false; await run(); };
  question.addEventListener('change', event => { guess = Number(event.target.value); go.disabled = false; save(); if (!result.hidden) run(); });
  go.disabled = guess < 0;
  go.addEventListener('click', start);
  skip.addEventListener('click', () => { guess = -1; start(); });
  const rerun = debounced(run, 80);
  controls.forEach(control => control.node.addEventListener('input', rerun));

  body.append(element('p', { class: 'part' }, lesson.part), element('h1', {}, lesson.title), ...lesson.text.map(prose),
    lesson.modes ? agentsOf(lesson.modes, catalogue) : '', question, element('div', { class: 'row start' }, go, skip), result,
    element('footer', { class: 'sources' }, element('h2', {}, 'Sources'), ...lesson.sources.map(text => element('p', {}, text))));
  if (guess >= 0 || controls.some(control => control.changed())) await start();
}

/** A slider or a switch. */
function makeControl(control, kept) {
  if (typeof control.start === 'boolean') {
    const input = element('input', { type: 'checkbox', checked: kept === undefined ? control.start : kept === 'true' });
    return { id: control.id, value: () => input.checked, changed: () => input.checked !== control.start, node: element('label', { class: 'choice' }, input, control.text) };
  }
  const output = element('span', { class: 'value' });
  const input = element('input', { type: 'range', min: control.min, max: control.max, step: control.step, value: kept ?? control.start });
  const text = () => { output.textContent = control.shown ? control.shown(Number(input.value)) : `${input.value}${control.unit ?? ''}`; input.setAttribute('aria-valuetext', output.textContent); };
  input.addEventListener('input', text);
  text();
  return { id: control.id, value: () => Number(input.value), changed: () => Number(input.value) !== control.start, node: element('label', {}, element('span', { class: 'row' }, control.text, output), input) };
}

/** What the catalogue holds of one kind of help, with benefit and risk of each. */
function agentsOf(mode, catalogue) {
  const agents = catalogue.agents.filter(agent => agent.mode === mode);
  if (!agents.length) return '';
  return element('details', { class: 'agents' }, element('summary', {}, `${agents.length} therapies in this program ${mode.replace(/s$/, '')} the immune system`),
    element('dl', {}, ...agents.map(agent => element('div', {}, element('dt', {}, `${agent.id.replaceAll('_', ' ')} (${agent.kind})`),
      element('dd', {}, `Benefit: ${agent.benefits.join('; ')}. Risk: ${agent.risks.join('; ')}.`)))));
}
