// Compare: what this patient may have, the same twins under each therapy, a ranking by one's own weighing, and why.
import { get, post, job } from '../api.js';
import { element, problem, table, debounced } from '../dom.js';
import { write } from '../address.js';
import { prose } from '../glossary.js';
import { FactForm } from '../components/fact-form.js';
import { iconArray } from '../components/icon-array.js';
import { standard, weightWords, responds, isHarmed, hasLowCounts, rank, lead } from '../compare/ranking.js';
import { explanation, turning, absent } from '../compare/explanation.js';

const percent = x => x?.value === undefined || x.value === null ? '–' : `${Math.round(x.value)} (${Math.round(x.lower)}–${Math.round(x.upper)})`;
const landmark = (list, months) => percent(list.find(point => point.months === months)?.percent);

const days = x => `${x.value.toFixed(1)} (${x.lower.toFixed(1)}–${x.upper.toFixed(1)})`;
/** Time in hospital in a sentence, with what it is for. @param {any} hospital */
const stay = ({ days, admitted, causes }) => causes.length
  ? `In hospital: ${Math.round(admitted.value)} of 100, ${days.value.toFixed(1)} days in the mean (${causes.map(({ cause, days }) => `${cause} ${days.toFixed(1)}`).join(', ')}).`
  : 'In hospital: nobody, by the rules for doses and side effects.';

/** What varies between the twins and decides between the first two of the standard weighing. @param {any[]} drivers */
const foundations = drivers => drivers.length
  ? table(['what varies between the twins', 'rank correlation', 'how it is known'], drivers.map(driver => [driver.meaning, driver.correlation.toFixed(2), driver.confidence ?? 'a fact of the patient']), 'What goes most closely with the lead of the first over the second (Spearman, standard weighing); positive: more of it favours the first')
  : element('p', { class: 'small' }, 'Nothing that varies between these twins goes with the lead of the first beyond chance.');

/** @param {HTMLElement} main @param {Record<string, string>} state */
export async function show(main, state) {
  const catalogue = await get('/api/catalogue');
  const form = new FactForm(catalogue, { age: '64', ecog: '1', sex: 'female', ...state });
  const weights = { ...standard, ...Object.fromEntries((state.weights ?? '').split(',').map(pair => pair.split('=')).filter(([name, value]) => name in standard && Number(value) >= 0).map(([name, value]) => [name, Number(value)])) };
  let chosen = state.therapies ? state.therapies.split('|') : /** @type {string[]|null} */ (null);
  let pair = state.pair ? state.pair.split('|') : /** @type {string[]} */ ([]);
  let measure = state.measure ?? '';
  let isChosen = pair.length === 2;
  let options = /** @type {any[]} */ ([]);
  let seen = /** @type {any} */ (null);
  let running = /** @type {AbortController|null} */ (null);
  let asking = /** @type {AbortController|null} */ (null);
  const asked = { why: state.why === '1', flips: state.flips === '1', births: Boolean(state.births) };

  const status = element('p', { class: 'status', role: 'status' });
  const therapies = element('div', { class: 'choices' }), refused = element('div', {});
  const verdict = element('div', { class: 'finding', 'aria-live': 'polite' });
  const rests = element('div', {});
  const people = element('div', { class: 'cards' }), sums = element('div', { class: 'sums' });
  const weighing = element('fieldset', { class: 'controls' }, element('legend', {}, 'What counts how much: your weighing'));
  const first = element('select', {}), second = element('select', {});
  const answer = element('div', { 'aria-live': 'polite' }), turned = element('div', { 'aria-live': 'polite' }), missed = element('div', { 'aria-live': 'polite' });
  const absence = element('select', {});
  const meters = { why: meter(), flips: meter(), births: meter() }, places = { why: answer, flips: turned, births: missed }, marks = { why: 'explained', flips: 'turned', births: 'missed' };
  const ask = { why: element('button', { type: 'button', class: 'big', onclick: () => explain('why') }, 'Explain'), flips: element('button', { type: 'button', class: 'plain', onclick: () => explain('flips') }, 'Run them'),
    births: element('button', { type: 'button', class: 'plain', onclick: () => explain('births') }, 'Grow them without it') };
  const results = element('div', { class: 'results', hidden: true }, verdict,
    element('section', {}, element('h2', {}, 'Benefit and harm, one person at a time'), people, sums),
    element('section', {}, element('h2', {}, 'Ranking'), weighing),
    element('section', { class: 'why' }, element('h2', {}, 'Why this one and not the other?'),
      prose('Each [[mechanism]] is held in the treated [[twin|twins]] as it runs under the other therapy: what is then lost came through it. This takes some ten seconds.'),
      element('div', { class: 'row start' }, element('label', {}, 'Why', first), element('label', {}, 'and not', second), ask.why), meters.why.node, answer),
    element('section', { class: 'flips' }, element('h2', {}, 'What would turn it?'),
      element('p', { class: 'small' }, 'The two run again with one fact changed: PD-L1, mutations, size, age, general health. This takes some twenty seconds.'), ask.flips, meters.flips.node, turned),
    element('section', { class: 'births' }, element('h2', {}, 'Had it never been there?'),
      element('p', { class: 'small' }, 'Another question than the one above: the same people grow up, and their tumours with them, without a mechanism. Then the two therapies treat them.'),
      element('div', { class: 'row start' }, element('label', {}, 'Without', absence), ask.births), meters.births.node, missed),
    element('details', {}, element('summary', {}, 'What the answer rests on'), rests),
    element('details', {}, element('summary', {}, 'What this patient can’t have, and why'), refused));

  function meter() {
    const bar = element('progress', { max: 1, value: 0, 'aria-label': 'Progress of the runs' }), words = element('span', { role: 'status' });
    const stop = element('button', { type: 'button', class: 'plain', onclick: () => asking?.abort() }, 'Stop');
    return { node: element('div', { class: 'meter', hidden: true }, bar, element('div', { class: 'row' }, words, stop)), bar, words };
  }

  const save = () => write('compare', {
    cancer: form.cancer.value, ...form.values(), therapies: chosen ? chosen.join('|') : '', weights: Object.entries(weights).map(([name, value]) => `${name}=${value}`).join(','),
    pair: isChosen || asked.why || asked.flips || asked.births ? pair.join('|') : '', measure, why: asked.why ? '1' : '', flips: asked.flips ? '1' : '', births: asked.births ? absence.value : '',
  });
  const request = changes => ({ cancer: form.cancer.value, facts: form.values(), therapies: names(), twins: 100, months: 24, seed: 1, ...changes });
  const eligible = () => options.filter(option => option.verdict === 'eligible');
  const names = () => (chosen ?? eligible().slice(0, 6).map(option => option.name)).filter(name => !options.some(option => option.name === name && option.verdict !== 'eligible'));

  async function run() {
    running?.abort();
    asking?.abort();
    const mine = running = new AbortController();
    const started = performance.now();
    delete main.dataset.shown;
    delete main.dataset.explained;
    delete main.dataset.turned;
    delete main.dataset.missed;
    missed.replaceChildren();
    answer.replaceChildren();
    turned.replaceChildren();
    status.textContent = 'Treating the same hundred twins with each therapy…';
    try {
      // what matters differs from cancer to cancer: ask with what may be known there
      let choices = await post('/api/eligibility', { cancer: form.cancer.value, facts: form.visible ? form.values() : known() }, mine.signal);
      const shown = form.shown;
      form.show(choices.facts, choices.prior);
      if (form.shown !== shown) choices = await post('/api/eligibility', { cancer: form.cancer.value, facts: form.values() }, mine.signal);
      if (mine.signal.aborted) return;
      options = choices.options;
      showChoices(choices);
      save();
      if (!names().length) throw new Error(`No therapy is left for this patient. ${options.map(option => `${option.name}: ${option.reasons.join('; ')}`).join('\n')}`);
      const result = await post('/api/compare', request({}), mine.signal);
      if (mine.signal.aborted) return;
      seen = result;
      results.hidden = false;
      render();
      status.textContent = `${result.twins} twins under ${result.therapies.length} ${result.therapies.length === 1 ? 'therapy' : 'therapies'}, shown after ${((performance.now() - started) / 1000).toFixed(1)} s.`;
    } catch (error) {
      if (mine.signal.aborted) return;
      status.textContent = '';
      seen = null;
      results.hidden = false;
      verdict.replaceChildren(problem(error));
      people.replaceChildren();
      sums.replaceChildren();
    }
    main.dataset.shown = String(performance.now() - started);
    if (seen && asked.why) await explain('why');
    if (seen && asked.flips && !mine.signal.aborted) await explain('flips');
    if (seen && asked.births && !mine.signal.aborted) await explain('births');
  }

  /** At the first start the form is empty: what the address says, checked by the server. */
  const known = () => Object.fromEntries(Object.entries(form.known));

  function showChoices({ options, assumed, absences }) {
    const chosenAbsence = absence.value || state.births || 'treg';
    absence.replaceChildren(...absences.map(({ id, name }) => element('option', { value: id, selected: id === chosenAbsence }, name)));
    const able = options.filter(option => option.verdict === 'eligible'), wanted = new Set(names());
    const free = [...wanted].filter(name => !options.some(option => option.name === name));
    therapies.replaceChildren(...able.map(option => option.name).concat(free).map(name => {
      const box = element('input', { type: 'checkbox', value: name, checked: wanted.has(name) });
      box.addEventListener('input', event => {
        event.stopPropagation();
        chosen = [...therapies.querySelectorAll('input:checked')].map(input => /** @type {HTMLInputElement} */ (input).value);
        rerun();
      });
      const cautions = options.find(option => option.name === name)?.cautions ?? [];
      return element('label', { class: 'choice' }, box, element('span', {}, name, cautions.length ? element('span', { class: 'small' }, ` caution: ${cautions.join('; ')}`) : null));
    }), able.length ? '' : element('p', { class: 'small' }, 'none'));
    const out = options.filter(option => option.verdict !== 'eligible');
    refused.replaceChildren(out.length ? table(['therapy', 'why not'], out.map(option => [option.name, `${option.verdict === 'excluded' ? '' : `${option.verdict}: `}${option.reasons.join('; ')}`]), 'Rules of practice; they hold no outcomes')
      : element('p', {}, 'Everything that practice has for this cancer is open to this patient.'),
      element('p', { class: 'small' }, `Taken as standard where nothing was said: ${assumed.join(', ')}.`));
  }

  function render() {
    const ranked = rank(seen, weights), [top, next] = ranked;
    const counts = ({ therapy }) => ({ good: therapy.outcomes.filter(responds).length, harm: therapy.outcomes.filter(isHarmed).length, n: therapy.outcomes.length });
    const a = counts(top), missing = top.therapy.toxicity.filter(event => !event.isModelled).map(event => event.event);
    const ahead = next ? lead(top, next) : null;
    verdict.replaceChildren(
      element('p', { class: 'verdict' }, `For this patient, ${top.therapy.name} comes first by your weighing.`),
      element('p', {}, `Of ${a.n} simulated people like this one, ${a.good} respond, ${Math.round(top.therapy.overallSurvival.find(p => p.months === 12)?.percent.value ?? 0)} of 100 live a year, and ${a.harm} have a severe harm. It is best, or as good as the best, in ${top.bestIn} of ${seen.twins}.`,
        next ? ` Next comes ${next.therapy.name}${ahead.value - ahead.half < 0 ? ', and the two can’t be told apart: the lead is within the sampling error.' : '.'}` : ''),
      element('p', { class: 'small' }, `${missing.length ? `Not modelled for ${top.therapy.name}, so not counted: ${missing.join(', ')}. ` : ''}Simulated, not a recommendation: research and education, not medical advice.`));
    people.replaceChildren(...ranked.slice(0, 4).map((entry, place) => {
      const outcomes = entry.therapy.outcomes;
      const group = (name, kind, test) => { const own = outcomes.filter(test); return { name, kind, count: own.length, marks: [own.filter(isHarmed).length, own.filter(hasLowCounts).length] }; };
      const events = entry.therapy.toxicity.map(event => event.isModelled ? `${event.event} ${Math.round(event.percent.value)} %` : `${event.event} not modelled`);
      return element('section', { class: 'card' },
        iconArray({ name: entry.therapy.name, title: element('strong', {}, `${place + 1}. ${entry.therapy.name}`), total: outcomes.length, marks: [{ name: 'severe harm', kind: 'harm' }, { name: 'low neutrophils only', kind: 'low' }], groups: [
          group('tumour shrinks', 'good', responds), group('stays about as it is', 'middle', o => o.response === 'SD'), group('grows', 'bad', o => !responds(o) && o.response !== 'SD')] }),
        element('p', { class: 'small' }, `Grade 3 or more: ${events.join(', ')}.`),
        element('p', { class: 'small' }, stay(entry.therapy.hospital)));
    }));
    sums.replaceChildren(table(['therapy', 'score', 'best or equal (% of twins)', 'response (%)', 'complete (%)', 'free of progression at 12 mo (%)', 'alive at 12 mo (%)', 'at 24 mo (%)', 'days in hospital'],
      ranked.map(({ therapy, mean, bestIn }) => [therapy.name, `${mean.value.toFixed(2)} ± ${mean.half.toFixed(2)}`, `${Math.round(100 * bestIn / seen.twins)}`, percent(therapy.response), percent(therapy.completeResponse), landmark(therapy.progressionFree, 12), landmark(therapy.overallSurvival, 12), landmark(therapy.overallSurvival, 24), days(therapy.hospital.days)]),
      `Ranking, with 95 % intervals over ${seen.twins} twins`));
    rests.replaceChildren(foundations(seen.drivers ?? []));
    showPair(ranked);
  }

  /** The two to explain: what was chosen while both are there, else the first of the ranking and the next that clearly gains less: mechanisms explain benefit. */
  function showPair(ranked) {
    const all = ranked.map(entry => entry.therapy.name);
    if (!isChosen || pair.length !== 2 || !pair.every(name => all.includes(name)) || pair[0] === pair[1]) {
      const [top, ...others] = ranked;
      const gains = new Map(rank(seen, { ...weights, toxicity: 0, hospital: 0 }).map(entry => [entry.therapy.name, entry]));
      const behind = others.find(other => { const { value, half } = lead(gains.get(top.therapy.name), gains.get(other.therapy.name)); return value > half; }) ?? others[0];
      pair = behind ? [top.therapy.name, behind.therapy.name] : [];
      isChosen = false;
    }
    for (const [select, own] of [[first, pair[0]], [second, pair[1]]]) select.replaceChildren(...all.map(name => element('option', { value: name, selected: name === own }, name)));
    const possible = all.length > 1;
    for (const node of [first, second, ask.why, ask.flips, ask.births]) node.disabled = !possible;
  }

  /** Starts the long runs, follows them by server-sent events, and shows what comes out. @param {'why'|'flips'|'births'} what */
  async function explain(what) {
    asking?.abort();
    const mine = asking = new AbortController(), { node, bar, words } = meters[what];
    const place = places[what], mark = marks[what];
    delete main.dataset[mark];
    asked[what] = true;
    save();
    place.replaceChildren();
    node.hidden = false;
    bar.value = 0;
    words.textContent = 'Starting…';
    const started = performance.now();
    try {
      const result = await job('/api/jobs/compare', request({ therapies: pair, twins: 48, why: what === 'why', flips: what === 'flips', fromBirth: what === 'births' ? [absence.value] : [], explained: pair }), progress => {
        if (progress.total) bar.value = progress.done / progress.total;
        const seconds = Math.round((performance.now() - started) / 1000);
        words.textContent = `${progress.phase === 'waiting' ? 'Waiting for a free processor' : progress.partial?.stage ?? 'Starting'}… ${seconds} s`;
      }, mine.signal);
      if (mine.signal.aborted) return;
      if (what === 'why') showWhy(result.why); else place.replaceChildren(what === 'flips' ? turning(result.flips) : absent(result.fromBirth));
      main.dataset[mark] = String(performance.now() - started);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) { place.replaceChildren(problem(error)); main.dataset[mark] = '0'; } else if (running === null || !running.signal.aborted) {
        place.replaceChildren(element('p', { class: 'small' }, 'Stopped.'));
        asked[what] = false;
        save();
      }
    } finally {
      if (asking === mine) node.hidden = true;
    }
  }

  function showWhy(whys) {
    // what differs most clearly, unless one was chosen
    const clear = why => why.whole.error > 0 ? Math.abs(why.whole.value) / why.whole.error : 0;
    const clearest = whys.reduce((a, b) => clear(b) > clear(a) ? b : a).measure;
    answer.replaceChildren(explanation(whys, measure || clearest, chosenMeasure => {
      measure = chosenMeasure;
      save();
      showWhy(whys);
      /** @type {HTMLElement|null} */ (answer.querySelector('[aria-pressed="true"]'))?.focus();
    }));
  }

  for (const [name, words] of Object.entries(weightWords)) {
    const value = element('span', { class: 'value' }, String(weights[name]));
    const input = element('input', { type: 'range', min: 0, max: 2, step: .01, value: weights[name] });
    input.addEventListener('input', () => { weights[name] = Number(input.value); value.textContent = input.value; save(); if (seen) render(); });
    weighing.append(element('label', {}, element('span', { class: 'row' }, words, value), input));
  }
  for (const [select, place] of [[first, 0], [second, 1]]) select.addEventListener('change', () => {
    pair[place] = select.value;
    isChosen = true;
    if (pair[0] === pair[1]) { const other = [...select.options].map(option => option.value).find(name => name !== select.value); if (other) pair[1 - place] = other; (place ? first : second).value = pair[1 - place]; }
    answer.replaceChildren();
    turned.replaceChildren();
    missed.replaceChildren();
    save();
  });
  const other = element('input', { type: 'text', list: 'therapies', autocomplete: 'off', spellcheck: 'false', 'aria-label': 'Another therapy in the words of a protocol' });
  const add = () => { const text = other.value.trim(); if (!text) return; chosen = [...new Set([...names(), text])]; other.value = ''; rerun(); };
  other.addEventListener('keydown', event => { if (event.key === 'Enter') { event.preventDefault(); add(); } });
  const rerun = debounced(run, 200);
  form.cancer.addEventListener('input', () => { chosen = null; pair = []; isChosen = false; form.visible = null; });
  form.node.addEventListener('input', event => { if (event.target !== other) rerun(); });
  form.node.append(element('fieldset', {}, element('legend', {}, 'Therapies to compare'), therapies,
    element('label', {}, 'Another, in the words of a protocol', element('span', { class: 'row' }, other, element('button', { type: 'button', class: 'plain', onclick: add }, 'Add'))),
    element('datalist', { id: 'therapies' }, ...catalogue.agents.map(agent => element('option', { value: agent.id.replaceAll('_', ' ') }, agent.schedule)))));
  main.append(element('h1', {}, 'Why this one?'),
    element('p', { class: 'lead' }, 'Rules say what this patient may have. The same hundred simulated twins then get each therapy: how many gain, how many are harmed, which comes first by your weighing, and through which mechanism.'),
    element('div', { class: 'split' }, element('div', {}, element('details', { class: 'menu', open: matchMedia('(min-width: 56rem)').matches }, element('summary', {}, 'The patient, and the therapies to compare'), form.node), status), results));
  await run();
}
