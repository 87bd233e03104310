// Patient: one virtual patient's twins under a therapy, re-run when a slider moves.
import { get, post } from '../api.js';
import { element, facts, problem, table, debounced } from '../dom.js';
import { timeCourse } from '../plot.js';
import { write } from '../address.js';
import { patientMap } from '../learn/requests.js';
import { iconArray } from '../components/icon-array.js';
import { patientForm } from '../components/patient-form.js';
import { BodyMap } from '../components/body-map.js';

/** @param {HTMLElement} main @param {Record<string, string>} state */
export async function show(main, state) {
  const catalogue = await get('/api/catalogue');
  const fields = patientForm(catalogue, state);
  const status = element('p', { class: 'status', role: 'status' });
  const outcome = element('div', { 'aria-live': 'polite' });
  const charts = element('div', {});
  const map = new BodyMap();
  const mapCard = element('section', { class: 'card', hidden: true }, element('h2', {}, 'Where the cells are'), map.node);
  let running = /** @type {AbortController|null} */ (null);

  async function run() {
    running?.abort();
    const mine = running = new AbortController();
    const started = performance.now();
    delete main.dataset.shown;
    status.textContent = 'Simulating…';
    write('patient', fields.state());
    try {
      const result = await post('/api/simulate', fields.request(), mine.signal);
      if (mine.signal.aborted) return;
      await render(result);
      main.dataset.shown = String(performance.now() - started);
      status.textContent = `Shown after ${((performance.now() - started) / 1000).toFixed(2)} s; simulated in ${(result.solve_ms / 1000).toFixed(2)} s.`;
    } catch (error) {
      if (mine.signal.aborted) return;
      status.textContent = '';
      outcome.replaceChildren(problem(error));
      charts.replaceChildren();
      delete charts.dataset.shown;
      mapCard.hidden = true;
      main.dataset.shown = '0';
    }
  }

  /** One card per quantity, kept from run to run; what is out of sight is drawn when it comes into sight. */
  const cards = new Map();
  const sight = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      const card = cards.get(/** @type {HTMLElement} */ (target).dataset.group);
      if (!card) continue;
      card.isSeen = isIntersecting;
      if (isIntersecting && card.due) { card.due(); card.due = null; }
    }
  }, { rootMargin: '200px' });

  function card(group, kind) {
    const known = cards.get(group);
    if (known) return known;
    const place = element('div', { class: 'chart', role: 'img' }), data = element('details', {}, element('summary', {}, 'Data'));
    const made = { group, kind, place, data, isSeen: false, due: null, members: [],
      node: element('section', { class: 'card', 'data-group': group }, element('h3', {}, group[0].toUpperCase() + group.slice(1)), place, data) };
    data.addEventListener('toggle', () => fillData(made));
    cards.set(group, made);
    return made;
  }

  function fillData(card) {
    if (!card.data.open) return;
    const { members, days } = card;
    const step = Math.ceil(days.length / 20);
    card.data.replaceChildren(card.data.firstChild, table(['day', ...members.map(m => `${m.name} (${m.unit})`)],
      days.map((day, i) => [day.toFixed(0), ...members.map(m => Number(m.q50[i]).toPrecision(3))]).filter((_, i) => i % step === 0), `${card.group}: medians`));
  }

  async function render(answer) {
    const result = answer.arms[0];
    const count = name => result.responses.filter(r => name.includes(r.name)).reduce((sum, r) => sum + r.count, 0);
    outcome.replaceChildren(facts(result.facts.map(fact => [fact.label, fact.value])),
      element('div', { class: 'card' }, iconArray({ name: 'What scans show, at best', total: result.twins, groups: [
        { name: 'tumour shrinks', count: count(['CR', 'PR']), kind: 'good' }, { name: 'tumour stays about as it is', count: count(['SD']), kind: 'middle' },
        { name: 'tumour grows', count: count(['PD', 'NE']), kind: 'bad' }] })),
      ...result.remarks.map(text => element('p', { class: 'small' }, text)));
    const groups = new Map();
    for (const series of result.series.filter(series => series.unit !== 'cells a day')) groups.set(series.group, [...(groups.get(series.group) ?? []), series]);
    const shown = [...groups].map(([group, members]) => {
      const made = card(group, members[0].id === 'diameter_tumour' || members[0].id === 'C_total' ? 'tumour' : members[0].kind);
      made.members = members;
      made.days = result.days;
      made.place.setAttribute('aria-label', `${group} over time: ${members.map(m => m.name).join(', ')}`);
      const draw = () => timeCourse(made.place, { x: 'days since start of treatment', y: members[0].axis, logarithmic: members[0].logarithmic,
        series: members.map(m => ({ name: m.name, x: result.days, low: m.q05, middle: m.q50, high: m.q95 })) });
      fillData(made);
      return { made, draw };
    });
    const wanted = shown.map(({ made }) => made.group).join();
    if (charts.dataset.shown !== wanted) {
      charts.dataset.shown = wanted;
      charts.replaceChildren(...kinds.flatMap(([kind, title]) => {
        const own = shown.filter(({ made }) => made.kind === kind);
        return own.length ? [element('h2', {}, title), element('div', { class: 'cards' }, ...own.map(({ made }) => made.node))] : [];
      }));
      for (const { made } of shown) { sight.observe(made.node); made.isSeen = made.node.getBoundingClientRect().top < innerHeight + 200; }
    }
    mapCard.hidden = false;
    map.show(patientMap(result));
    await Promise.all(shown.map(({ made, draw }) => made.isSeen ? draw() : void (made.due = draw)));
  }

  const rerun = debounced(run, 120);
  fields.node.addEventListener('input', rerun);
  fields.node.addEventListener('submit', event => { event.preventDefault(); run(); });
  main.append(element('h1', {}, 'One patient, many twins'),
    element('p', { class: 'lead' }, 'Twins share what you set here and vary in what nobody can know. Lines are medians; bands hold nine in ten of the twins.'),
    element('div', { class: 'split' }, element('div', {}, fields.node, status), element('div', { class: 'results' }, outcome, mapCard, charts)));
  await run();
}

const kinds = [['tumour', 'The tumour'], ['cell', 'Cells'], ['drugs', 'The drug'], ['laboratory', 'Blood counts and harm'], ['cytokines', 'Cytokines'], ['other', 'Mechanism']];
