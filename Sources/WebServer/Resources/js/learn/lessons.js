// The guided tour, in the order of the question "how can the immune system be made to treat cancer?". Each lesson is a
// live simulation: words, a prediction, things to change, and a finding that is worked out from the run itself.
import { infection, twins, column, responders, armName, infectionMap, patientMap } from './requests.js';
import { supply } from './supply.js';
import { timeCourse } from '../plot.js';

/**
 * @typedef {{id: string, text: string, min?: number, max?: number, step?: number, start: number|boolean, unit?: string,
 *   shown?: (value: number) => string}} Control
 * @typedef {{title: string, label: string, draw: (place: HTMLElement) => any}} Chart
 * @typedef {{id: string, part: string, title: string, text: string[], question: string, options: {text: string, holds: (seen: any) => boolean}[],
 *   controls: Control[], run: (values: Record<string, any>, signal?: AbortSignal) => Promise<any>, charts: (seen: any) => Chart[],
 *   map?: (seen: any) => any, finding: (seen: any) => string, icons?: (seen: any) => any, modes?: string, sources: string[]}} Lesson
 */

const days = value => value === null || value === undefined ? 'not within the time shown' : `${value.toFixed(1)} days`;
const virusAxis = { x: 'days', y: 'virus (log10 TCID50/mL)' };
/** One curve per run of an infection. */
const compare = (title, runs, id, y, options = {}) => ({
  title, label: `${title}: ${runs.map(([name]) => name).join(', ')}`,
  draw: place => timeCourse(place, { ...virusAxis, y, ...options, series: runs.map(([name, result]) => ({ name, x: result.days, middle: column(result, id).values })) }),
});
const several = (title, result, entries, y, options = {}) => ({
  title, label: `${title}: ${entries.map(([, name]) => name).join(', ')}`,
  draw: place => timeCourse(place, { x: 'days', y, ...options, series: entries.map(([id, name]) => ({ name, x: result.days, middle: column(result, id).values })) }),
});
const arms = (title, result, id, y, options = {}) => ({
  title, label: `${title}: ${result.arms.map(armName).join(', ')}`,
  draw: place => timeCourse(place, { x: 'days since start of treatment', y, ...options, series: result.arms.flatMap(arm => {
    const series = column(arm, id);
    return series ? [{ name: armName(arm), x: arm.days, low: series.q05, middle: series.q50, high: series.q95 }] : [];
  }) }),
});
const icons = result => result.arms.map(arm => ({
  name: armName(arm), total: arm.twins,
  groups: [
    { name: 'tumour shrinks', count: responders(arm), kind: 'good' },
    { name: 'tumour stays about as it is', count: arm.responses.find(r => r.name === 'SD')?.count ?? 0, kind: 'middle' },
    { name: 'tumour grows', count: arm.responses.filter(r => r.name === 'PD' || r.name === 'NE').reduce((sum, r) => sum + r.count, 0), kind: 'bad' },
  ],
}));
const model = 'Model: modules 25 (virus), 9 (T cells), 24 (antibody), 6 (cytokines); open them on the page Models.';
const tumourModel = 'Model: modules 8 to 13 (antigen presentation, T cells, tumour, checkpoints) and 17 (antibodies); open them on the page Models.';

/** @type {Lesson[]} */
export const lessons = [
  {
    id: 'infection', part: 'The immune system at work', title: 'A virus, met for the first time',
    text: [
      'A few virus particles land in the airway. Infected cells make more of them. Within a day [[interferon]] warns the neighbours and [[NK cell|NK cells]] start to kill.',
      '[[antigen-presenting cell|Antigen-presenting cells]] carry pieces of the virus to a [[lymph node]]. The few [[T cell|T cells]] that fit divide there, again and again, and come back as killers. [[antibody|Antibodies]] follow.',
    ],
    question: 'How long until the last infected cell is gone?',
    options: [
      { text: 'Under 4 days', holds: seen => seen.adult.episodes[0].cleared_after !== undefined && seen.adult.episodes[0].cleared_after < 4 },
      { text: 'About a week or two', holds: seen => seen.adult.episodes[0].cleared_after >= 4 && seen.adult.episodes[0].cleared_after <= 16 },
      { text: 'More than two weeks', holds: seen => !(seen.adult.episodes[0].cleared_after <= 16) },
    ],
    controls: [
      { id: 'inoculum', text: 'Virus at the start', min: -2, max: 3, step: .5, start: -1, shown: value => `${Number((10 ** value).toPrecision(2))} TCID50/mL` },
      { id: 't_cells', text: 'T cells that see the virus', start: true },
      { id: 'antibody', text: 'B cells that make antibody', start: true },
    ],
    run: async (v, signal) => ({ adult: await infection({ inoculum: 10 ** v.inoculum, t_cells: v.t_cells, antibody: v.antibody, days: 30 }, signal) }),
    charts: seen => [
      several('Virus', seen.adult, [['log10_virus', 'virus']], virusAxis.y),
      several('Who answers', seen.adult, [['epithelium_infected', 'infected cells'], ['CD8_airway', 'killer T cells in the airway'], ['virus_effector', 'killer T cells in blood'], ['virus_memory8', 'memory T cells']], 'cells', { logarithmic: true }),
    ],
    map: seen => infectionMap(seen.adult),
    finding: ({ adult: { episodes: [first], effector_peak } }) => `Virus peaks after ${first.peak_after.toFixed(1)} days; the last infected cell is gone after: ${days(first.cleared_after)}. Killer T cells that see this virus rise to ${Number(effector_peak.toPrecision(2)).toLocaleString('en')}. Switch T cells off, or antibody, and watch what each was doing.`,
    sources: ['Target-cell model: Baccam 2006 J Virol 80:7590. Volunteers given influenza: Hayden 1996 JAMA 275:295.', model],
  },
  {
    id: 'again', part: 'The immune system at work', title: 'The same virus, a second time',
    text: [
      'After the infection most killer T cells die. Some stay as [[memory cell|memory cells]], and plasma cells keep making [[antibody]] for years.',
      'Now the same amount of virus arrives again.',
    ],
    question: 'Compared with the first time, the second peak of virus will be …',
    options: [
      { text: 'higher', holds: seen => seen.twice.episodes[1].peak > seen.twice.episodes[0].peak + .1 },
      { text: 'about the same', holds: seen => Math.abs(seen.twice.episodes[1].peak - seen.twice.episodes[0].peak) <= .1 },
      { text: 'lower, and over sooner', holds: seen => seen.twice.episodes[1].peak < seen.twice.episodes[0].peak - .1 },
    ],
    controls: [
      { id: 'second', text: 'Second contact on day', min: 30, max: 365, step: 5, start: 180, unit: '' },
      { id: 'age', text: 'Age', min: 18, max: 90, step: 1, start: 35, unit: ' years' },
    ],
    run: async (v, signal) => ({ twice: await infection({ age: v.age, second_day: v.second, days: v.second + 40 }, signal) }),
    charts: seen => [
      several('Virus', seen.twice, [['log10_virus', 'virus']], virusAxis.y),
      several('What the first infection left', seen.twice, [['virus_memory8', 'memory T cells'], ['virus_effector', 'killer T cells in blood'], ['virus_LLPC', 'long-lived plasma cells']], 'cells', { logarithmic: true }),
    ],
    map: seen => infectionMap(seen.twice),
    finding: ({ twice: { episodes: [first, second] } }) => `First contact: peak ${first.peak.toFixed(1)}, over after ${days(first.cleared_after)}, fever up to ${first.temperature.toFixed(1)} °C. Second: peak ${second.peak.toFixed(1)} (${Math.round(10 ** (first.peak - second.peak))} times less virus), over after ${days(second.cleared_after)}, at most ${second.temperature.toFixed(1)} °C.`,
    sources: ['Antibody over months: Khoury 2021 Nat Med 27:1205; Dan 2021 Science 371:eabf4063.', model],
  },
  {
    id: 'elderly', part: 'The immune system at work', title: 'The same virus at eighty',
    text: [
      'The thymus, the school of T cells, shrinks from youth on. With age fewer naive [[T cell|T cells]] remain to recognise something new, and fewer kinds of them.',
    ],
    question: 'Compared with a 30-year-old, the older person will be infected …',
    options: [
      { text: 'for a shorter time', holds: seen => seen.old.episodes[0].cleared_after < seen.young.episodes[0].cleared_after - .3 },
      { text: 'for as long', holds: seen => Math.abs(seen.old.episodes[0].cleared_after - seen.young.episodes[0].cleared_after) <= .3 },
      { text: 'longer', holds: seen => !(seen.old.episodes[0].cleared_after <= seen.young.episodes[0].cleared_after + .3) },
    ],
    controls: [{ id: 'age', text: 'Age of the older person', min: 40, max: 95, step: 1, start: 80, unit: ' years' }],
    run: async (v, signal) => {
      const [young, old] = await Promise.all([infection({ age: 30 }, signal), infection({ age: v.age }, signal)]);
      return { young, old, age: v.age };
    },
    charts: seen => [
      compare('Virus', [['aged 30', seen.young], [`aged ${seen.age}`, seen.old]], 'log10_virus', virusAxis.y),
      compare('Killer T cells in blood', [['aged 30', seen.young], [`aged ${seen.age}`, seen.old]], 'virus_effector', 'cells', { logarithmic: true }),
    ],
    map: seen => infectionMap(seen.old),
    finding: ({ young, old, age }) => `At 30 the last infected cell is gone after ${days(young.episodes[0].cleared_after)}; at ${age} after ${days(old.episodes[0].cleared_after)}. The killer T cells peak at ${Number(old.effector_peak.toPrecision(2)).toLocaleString('en')} instead of ${Number(young.effector_peak.toPrecision(2)).toLocaleString('en')}. Age alone is no reason against immunotherapy: in trials, people over 65 gained as much from checkpoint antibodies.`,
    sources: ['30 randomised trials, 17,476 people: treatment hazard ratio 0.77 above and below 65 (ESMO Open 2022).', model],
  },
  {
    id: 'cytokines', part: 'Cytokines: the messengers', title: 'Without the alarm',
    text: [
      '[[cytokine|Cytokines]] are how immune cells talk. [[interferon|Interferon]] makes neighbours hard to infect; [[interleukin|interleukin 6]] makes [[fever]] and [[CRP]].',
      'They are also medicine: interferon alpha and interleukin 2 were the first immunotherapies. And a steroid quiets many of them at once.',
    ],
    question: 'Take interferon away. The damage to the airway will be …',
    options: [
      { text: 'smaller: less inflammation', holds: seen => seen.without.episodes[0].damage_pct < seen.withAlarm.episodes[0].damage_pct - 2 },
      { text: 'about the same', holds: seen => Math.abs(seen.without.episodes[0].damage_pct - seen.withAlarm.episodes[0].damage_pct) <= 2 },
      { text: 'greater', holds: seen => seen.without.episodes[0].damage_pct > seen.withAlarm.episodes[0].damage_pct + 2 },
    ],
    controls: [{ id: 'steroid', text: 'Steroid (both people)', min: 0, max: 90, step: 5, start: 0, unit: ' % suppression' }],
    run: async (v, signal) => {
      const [withAlarm, without] = await Promise.all([infection({ steroid: v.steroid / 100 }, signal), infection({ steroid: v.steroid / 100, interferon: false }, signal)]);
      return { withAlarm, without };
    },
    charts: seen => [
      compare('Virus', [['with interferon', seen.withAlarm], ['without', seen.without]], 'log10_virus', virusAxis.y),
      compare('Body temperature', [['with interferon', seen.withAlarm], ['without', seen.without]], 'temperature', '°C', { zero: false }),
      several('Cytokines in blood, with interferon', seen.withAlarm, [['IFNa_pg', 'interferon alpha'], ['IL6_pg', 'interleukin 6'], ['TNF_pg', 'TNF']], 'pg/mL', { logarithmic: true }),
    ],
    map: seen => infectionMap(seen.withAlarm),
    finding: ({ withAlarm: { episodes: [a] }, without: { episodes: [b] } }) => `With interferon at most ${a.damage_pct.toFixed(0)} % of the airway is infected or lost and the temperature reaches ${a.temperature.toFixed(1)} °C; without its effects ${b.damage_pct.toFixed(0)} % and ${b.temperature.toFixed(1)} °C.`,
    sources: ['Interferon in influenza models: Baccam 2006; Hancioglu 2007 J Theor Biol 246:70. Here the protection of neighbours and the help to NK cells are switched off, fever signals stay.', model],
  },
  {
    id: 'tumour', part: 'Cancer', title: 'A tumour that the immune system sees, and tolerates',
    text: [
      'A cancer carries [[antigen|antigens]] too. [[T cell|T cells]] do come. But the tumour presses their brakes ([[PD-L1]] on [[PD-1]]), attracts [[regulatory T cell|regulatory T cells]], and shows its antigen for months until the T cells tire ([[exhaustion]]).',
      'Each curve is the middle of 32 [[twin|twins]]; the band holds nine in ten of them.',
    ],
    question: 'Untreated for three months, in most twins the tumour …',
    options: [
      { text: 'shrinks', holds: seen => trend(seen) < -5 }, { text: 'stays the same', holds: seen => Math.abs(trend(seen)) <= 5 }, { text: 'grows', holds: seen => trend(seen) > 5 },
    ],
    controls: [
      { id: 'diameter', text: 'Diameter when found', min: 10, max: 90, step: 1, start: 37, unit: ' mm' },
      { id: 'tmb', text: 'Mutations (TMB)', min: 1, max: 40, step: 1, start: 8, unit: ' per Mb' },
    ],
    run: (v, signal) => twins(['none'], { diameter_mm: v.diameter, tmb: v.tmb, days: 98 }, signal),
    charts: seen => [
      arms('Diameter', seen, 'diameter_tumour', 'mm'),
      cellsOf(seen.arms[0], 'T cells in the tumour', ['effectorCD8_tumour', 'exhaustedCD8_tumour', 'Treg_tumour']),
    ],
    map: seen => patientMap(seen.arms[0]),
    finding: seen => `The median diameter changes by ${trend(seen).toFixed(0)} % in three months. On day 0 the tumour holds about ${mid(seen.arms[0], 'effectorCD8_tumour', 0)} effector and ${mid(seen.arms[0], 'exhaustedCD8_tumour', 0)} exhausted killer T cells.`,
    sources: [tumourModel],
  },
  {
    id: 'educate', part: 'Educate', title: 'Learn without the disease: a vaccine',
    text: [
      'A [[vaccine]] shows the immune system a piece of the enemy, with an alarm. [[antigen-presenting cell|Antigen-presenting cells]] do the rest, as after an infection.',
      'Vaccines against human papillomavirus prevent cancers that way. Vaccines against existing cancers are harder: the tumour is already there, and it defends itself.',
    ],
    question: 'Vaccinated weeks before contact, the person will have …',
    options: [
      { text: 'no less virus', holds: seen => seen.vaccinated.episodes[0].peak > seen.naive.episodes[0].peak - .3 },
      { text: 'much less virus', holds: seen => seen.vaccinated.episodes[0].peak <= seen.naive.episodes[0].peak - .3 },
    ],
    controls: [
      { id: 'dose', text: 'Messenger RNA', min: 0, max: 200, step: 5, start: 50, unit: ' µg' },
      { id: 'wait', text: 'Days from vaccine to virus', min: 1, max: 120, step: 1, start: 42, unit: '' },
    ],
    run: async (v, signal) => {
      const [naive, vaccinated] = await Promise.all([
        infection({ first_day: v.wait, days: v.wait + 30 }, signal),
        infection({ first_day: v.wait, days: v.wait + 30, vaccine_day: 0, vaccine_ug: v.dose }, signal)]);
      return { naive, vaccinated };
    },
    charts: seen => [
      compare('Virus', [['not vaccinated', seen.naive], ['vaccinated on day 0', seen.vaccinated]], 'log10_virus', virusAxis.y),
      compare('Memory T cells', [['not vaccinated', seen.naive], ['vaccinated on day 0', seen.vaccinated]], 'virus_memory8', 'cells', { logarithmic: true }),
    ],
    map: seen => infectionMap(seen.vaccinated, { vaccine: true }),
    modes: 'educates',
    finding: ({ naive: { episodes: [a] }, vaccinated: { episodes: [b] } }) => `Not vaccinated: peak ${a.peak.toFixed(1)}, ${a.temperature.toFixed(1)} °C. Vaccinated: peak ${b.peak.toFixed(1)}, ${b.temperature.toFixed(1)} °C. Move the contact close to the vaccination: learning takes time.`,
    sources: ['Vaccine module 23: kinetics of messenger RNA and of presentation are assumed values; see its parameters.', model],
  },
  ...supply,
  {
    id: 'strengthen', part: 'Strengthen', title: 'Release the brake: a checkpoint antibody',
    text: [
      'An antibody such as pembrolizumab covers [[PD-1]], so that [[PD-L1]] can no longer press the brake. It does not kill cancer: it frees T cells that are already there.',
      'So it helps most where T cells had come and were held back. It can also free T cells that attack healthy organs: [[immune-related harm]].',
    ],
    question: 'With pembrolizumab, of 10 twins like this one the tumour clearly shrinks in about …',
    options: [
      { text: '0 or 1', holds: seen => share(seen.arms[1]) < .15 }, { text: '2 to 6', holds: seen => share(seen.arms[1]) >= .15 && share(seen.arms[1]) <= .65 }, { text: '7 or more', holds: seen => share(seen.arms[1]) > .65 },
    ],
    controls: [
      { id: 'pdl1', text: 'PD-L1 positive tumour cells', min: 0, max: 100, step: 5, start: 50, unit: ' %' },
      { id: 'tmb', text: 'Mutations (TMB)', min: 1, max: 40, step: 1, start: 8, unit: ' per Mb' },
    ],
    run: (v, signal) => twins(['none', 'pembrolizumab'], { pdl1_pct: v.pdl1, tmb: v.tmb }, signal),
    charts: seen => [arms('Diameter', seen, 'diameter_tumour', 'mm'), arms('Brake on T cells in the tumour (PD-1 signal)', seen, 'I_PD1_tumour', 'share of full brake')],
    map: seen => patientMap(seen.arms[1]), icons, modes: 'strengthens',
    finding: seen => `The tumour shrinks in ${responders(seen.arms[1])} of ${seen.arms[1].twins} twins with pembrolizumab and in ${responders(seen.arms[0])} without. Move PD-L1 and mutations: who gains?`,
    sources: ['Pharmacokinetics: Ahamadi 2017 doi:10.1002/psp4.12139. In trial KEYNOTE-024 (PD-L1 of 50 % or more) 45 in 100 responded.', tumourModel],
  },
  {
    id: 'combine', part: 'Strengthen', title: 'Two brakes, or a brake and chemotherapy',
    text: [
      'CTLA-4 is another brake, pressed earlier, in the [[lymph node]]. Ipilimumab covers it. Or [[chemotherapy]] can shrink the tumour while T cells are freed, at the price of [[neutrophil|neutrophils]].',
    ],
    question: 'Which shrinks the tumour in most twins?',
    options: ['pembrolizumab alone', 'two antibodies', 'antibody and chemotherapy'].map((text, i) => ({ text, holds: seen => share(seen.arms[i]) >= Math.max(...seen.arms.map(share)) })),
    controls: [{ id: 'pdl1', text: 'PD-L1 positive tumour cells', min: 0, max: 100, step: 5, start: 20, unit: ' %' }],
    run: (v, signal) => twins(['pembrolizumab', 'nivolumab + ipilimumab', 'pembrolizumab + carboplatin + pemetrexed'], { pdl1_pct: v.pdl1 }, signal),
    charts: seen => [arms('Diameter', seen, 'diameter_tumour', 'mm'), arms('Neutrophils', seen, 'ANC', 'per µL')],
    map: seen => patientMap(seen.arms[2]), icons,
    finding: seen => seen.arms.map(arm => `${armName(arm)}: shrinks in ${responders(arm)} of ${arm.twins}; ${arm.harms.map(harm => `${harm.name} in ${harm.count}`).join(', ')}`).join('. ') + '.',
    sources: ['Guidelines prefer antibody and chemotherapy when PD-L1 is under 50 % (ASCO living guideline).', tumourModel],
  },
  {
    id: 'why', part: 'Why one rather than another', title: 'The same cancer, two patients, two answers',
    text: [
      'A provider asks in order: what is the aim and the stage; which markers; what was given before; how fit is the person; what speaks against freeing the immune system; how fast and how large; and what the patient wants.',
      'Here two people differ in one marker only, [[PD-L1]]. For each: pembrolizumab alone, or together with [[chemotherapy]].',
    ],
    question: 'Who gains more from adding chemotherapy?',
    options: [
      { text: 'the one with much PD-L1', holds: seen => gain(seen.much) > gain(seen.little) },
      { text: 'the one with little PD-L1', holds: seen => gain(seen.much) < gain(seen.little) },
      { text: 'both alike', holds: seen => gain(seen.much) === gain(seen.little) },
    ],
    controls: [
      { id: 'much', text: 'Much PD-L1', min: 50, max: 100, step: 5, start: 90, unit: ' %' },
      { id: 'little', text: 'Little PD-L1', min: 0, max: 45, step: 1, start: 1, unit: ' %' },
    ],
    run: async (v, signal) => {
      const both = ['pembrolizumab', 'pembrolizumab + carboplatin + pemetrexed'];
      const much = await twins(both, { pdl1_pct: v.much }, signal), little = await twins(both, { pdl1_pct: v.little }, signal);
      return { much, little, values: v };
    },
    charts: seen => [arms(`Diameter, PD-L1 ${seen.values.much} %`, seen.much, 'diameter_tumour', 'mm'), arms(`Diameter, PD-L1 ${seen.values.little} %`, seen.little, 'diameter_tumour', 'mm')],
    icons: seen => [...icons(seen.much).map(group => ({ ...group, name: `PD-L1 ${seen.values.much} %: ${group.name}` })), ...icons(seen.little).map(group => ({ ...group, name: `PD-L1 ${seen.values.little} %: ${group.name}` }))],
    finding: seen => [[seen.much, seen.values.much], [seen.little, seen.values.little]].map(([run, value]) => `PD-L1 ${value} %: ${responders(run.arms[0])} of ${run.arms[0].twins} respond to pembrolizumab alone, ${responders(run.arms[1])} with chemotherapy, which harms ${Math.max(...run.arms[1].harms.map(harm => harm.count))} severely (low neutrophils)`).join('. ') + '. The page Compare asks this for any patient, and what would change the answer.',
    sources: ['ASCO living guideline for NSCLC without driver mutation: with PD-L1 of 50 % or more a PD-1 antibody alone should be offered, below it together with platinum.', tumourModel],
  },
];

const gain = run => responders(run.arms[1]) - responders(run.arms[0]);
const mid = (arm, id, i) => Number(Number(column(arm, id).q50[i]).toPrecision(2)).toLocaleString('en');
const share = arm => responders(arm) / arm.twins;
const trend = seen => { const d = column(seen.arms[0], 'diameter_tumour').q50; return 100 * (d[d.length - 1] / d[0] - 1); };
const cellsOf = (arm, title, ids) => ({
  title, label: `${title} over time`,
  draw: place => timeCourse(place, { x: 'days since start of treatment', y: 'cells', logarithmic: true, series: ids.map(id => column(arm, id)).filter(Boolean).map(series => ({ name: series.cell, x: arm.days, low: series.q05, middle: series.q50, high: series.q95 })) }),
});
