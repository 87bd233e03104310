// Trial: edit or load a study file, run it with live Kaplan-Meier curves, stop it, take tables and report away.
import { job } from '../api.js';
import { element, problem, table } from '../dom.js';
import { timeCourse } from '../plot.js';
import { write } from '../address.js';

const example = `schema: 1
id: FIRST-TRIAL
title: Pembrolizumab against a platinum doublet in PD-L1-rich lung cancer
cancer: nsclc
line: 1
patients: 200
seed: 7
population:
  eligibility:
    PDL1_fraction: {min: 50 %}
    ECOG: {max: 1}
arms:
  - name: pembrolizumab
    therapy: pembrolizumab 200 mg IV q3w x 35
  - name: platinum doublet
    therapy: carboplatin AUC 5 IV q3w x 6 + pemetrexed 500 mg/m2 IV q3w
    reference: true
    crossover: {to: pembrolizumab 200 mg IV q3w x 35, share: 66 %}
randomisation:
  strata: [ECOG]
visits:
  every: 9 weeks
  window: 7 d
assessment:
  criteria: RECIST 1.1
  confirmation: none
follow_up:
  duration: 2 years
  dropout_per_year: 3 %
endpoints:
  primary: PFS
  secondary: [OS, ORR]
`;

const endpoints = { PFS: 'Alive without progression', OS: 'Alive' };

/** @param {HTMLElement} main @param {Record<string, string>} state */
export async function show(main, state) {
  const text = element('textarea', { spellcheck: 'false', class: 'study', 'aria-label': 'Study file (YAML)', value: state.study ?? example });
  const file = element('input', { type: 'file', accept: '.yaml,.yml,.txt' });
  const patients = element('input', { type: 'number', min: '10', max: '5000', value: state.patients ?? '', placeholder: "the study's" });
  const seed = element('input', { type: 'number', min: '0', value: state.seed ?? '', placeholder: "the study's" });
  const go = element('button', {}, 'Run the trial'), stop = element('button', { type: 'button', class: 'plain', hidden: true }, 'Stop');
  const bar = element('progress', { max: 1, value: 0, hidden: true, 'aria-label': 'Patients done' });
  const status = element('p', { class: 'status', role: 'status' });
  const results = element('div', { class: 'results' });
  let running = /** @type {AbortController|null} */ (null);
  const places = /** @type {Record<string, HTMLElement>} */ ({});

  const form = element('form', { 'aria-label': 'Study', onsubmit: run },
    element('fieldset', {}, element('legend', {}, 'Study file'), element('label', {}, 'Open a study file', file), element('label', {}, 'or edit this one', text)),
    element('fieldset', {}, element('legend', {}, 'Run'), element('label', {}, 'Patients', patients), element('label', {}, 'Seed', seed)),
    element('div', { class: 'row start' }, go, stop), bar, status);
  file.addEventListener('change', async () => { if (file.files[0]) { text.value = await file.files[0].text(); } });
  stop.addEventListener('click', () => running?.abort());

  async function run(event) {
    event.preventDefault();
    running?.abort();
    const mine = running = new AbortController();
    const started = performance.now();
    delete main.dataset.shown;
    write('trial', { study: text.value === example ? '' : text.value, patients: patients.value, seed: seed.value });
    status.textContent = 'Starting…';
    stop.hidden = bar.hidden = false;
    bar.value = 0;
    results.replaceChildren();
    for (const name of Object.keys(places)) delete places[name];
    let last = '';
    try {
      const result = await job('/api/jobs/trial', { study: text.value, patients: patients.value ? Number(patients.value) : null, seed: seed.value ? Number(seed.value) : null }, progress => {
        if (mine.signal.aborted) return;
        if (progress.total) bar.value = progress.done / progress.total;
        status.textContent = progress.phase === 'waiting' ? 'Waiting for other runs…' : `${progress.done} of ${progress.total || '…'} patients treated and watched`;
        const curves = progress.partial && JSON.stringify(progress.partial.curves);
        if (curves && curves !== last) { last = curves; showCurves(progress.partial.curves, true); }
      }, mine.signal);
      showCurves(result.curves, false);
      showSummary(result);
      status.textContent = `Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`;
    } catch (error) {
      status.textContent = '';
      if (error.name === 'AbortError') status.textContent = 'Stopped; what ran is above and counts for nothing.'; else results.replaceChildren(problem(error));
    }
    if (running === mine) { stop.hidden = bar.hidden = true; main.dataset.shown = '0'; }
  }

  /** Curves so far, or at the end, with the numbers at risk below. */
  function showCurves(curves, isPartial) {
    for (const endpoint of Object.keys(endpoints)) {
      const own = curves.filter(curve => curve.endpoint === endpoint);
      if (!own.length) continue;
      const card = places[endpoint] ??= element('section', { class: 'card' });
      if (!card.isConnected) { card.append(element('h2', {}, endpoints[endpoint]), element('div', { class: 'chart', role: 'img' }), element('div', {})); grid().append(card); }
      const [, place, risk] = card.children;
      place.setAttribute('aria-label', `Kaplan-Meier curves: ${endpoints[endpoint]}, ${own.map(curve => `${curve.arm} median ${curve.median?.toFixed(1) ?? 'not reached'} months`).join(', ')}`);
      timeCourse(place, { x: isPartial ? 'months (patients so far)' : 'months', y: 'share of patients', height: 220, steps: true,
        series: own.map(curve => ({ name: curve.arm, x: curve.months, low: curve.lower, middle: curve.survival, high: curve.upper })) });
      risk.replaceChildren(table(['at risk in month', ...own[0].risk_months.map(month => month.toFixed(0))], own.map(curve => [curve.arm, ...curve.risk_counts.map(String)]), 'Numbers at risk'));
    }
  }

  function grid() { return results.querySelector('.cards') ?? results.appendChild(element('div', { class: 'cards' })); }

  function showSummary({ summary, files }) {
    const text = (interval, digits = 0) => interval?.value === undefined || interval?.value === null ? 'not reached' : `${interval.value.toFixed(digits)} (${interval.lower?.toFixed(digits) ?? '–'} to ${interval.upper?.toFixed(digits) ?? '–'})`;
    const links = files.map(file => element('li', {}, element('a', { href: URL.createObjectURL(new Blob([file.content], { type: file.type })), download: file.name }, file.name), element('span', { class: 'small' }, ` ${describe[file.name] ?? ''}`)));
    results.prepend(element('div', {}, element('h2', {}, summary.title),
      table(['arm', 'patients', 'response %', 'median PFS months', 'median OS months'], summary.arms.map(arm =>
        [arm.name, String(arm.patients), text(arm.endpoints.orr_pct), text(arm.endpoints.pfs_median_months, 1), text(arm.endpoints.os_median_months, 1)]), 'With 95 % intervals of sampling'),
      table(['endpoint', 'comparison', 'hazard ratio', 'log-rank p'], summary.comparisons.map(c =>
        [c.endpoint, `${c.arm} against ${c.reference}`, text(c.hazardRatio, 2), c.logRank === undefined || c.logRank === null ? '–' : c.logRank < .0001 ? '< 0.0001' : c.logRank.toFixed(4)]), 'Below 1: fewer events in the first arm'),
      element('p', {}, `${summary.flow.screened} screened, ${summary.flow.enrolled} enrolled.`),
      element('h3', {}, 'Take away'), element('ul', {}, ...links)));
  }

  main.append(element('h1', {}, 'A trial of your own'),
    element('p', { class: 'lead' }, 'A study file says who is let in, what the arms get, when scans are read, and what counts. Virtual patients are screened, allocated by lot, treated and watched as in a trial.'),
    element('div', { class: 'split wide' }, form, results));
  main.dataset.shown = '0';
}

const describe = { 'adsl.csv': 'one row a patient', 'adtr.csv': 'tumour sizes', 'adrs.csv': 'responses', 'adtte.csv': 'times to events', 'adae.csv': 'side effects', 'adex.csv': 'doses given', 'define.xml': 'what the columns mean', 'report.html': 'the report, one file that opens anywhere' };
