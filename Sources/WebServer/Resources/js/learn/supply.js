// Lessons on what is supplied from outside: CAR-T cells in a leukaemia, their benefit, their harm, and why they fail.
import { cellTherapy, cellTherapyMap, column, number } from './requests.js';
import { timeCourse } from '../plot.js';

const curves = (title, y, entries, options = {}) => ({
  title, label: `${title}: ${entries.map(([name]) => name).join(', ')}`,
  draw: place => timeCourse(place, { x: 'days (infusion on day 6)', y, ...options, series: entries.map(([name, result, id]) => ({ name, x: result.days, middle: column(result, id).values })) }),
});
const grade = value => value === 0 ? 'none' : `grade ${value}`;
const model = 'Model: modules 20 (CAR-T), 28 (blood cancer), 15 (cytokine release); expansion as in Stein 2019 CPT Pharmacometrics Syst Pharmacol 8:285, cytokines as in Lichtenstein 2021.';

/** @type {import('./lessons.js').Lesson[]} */
export const supply = [
  {
    id: 'car-t', part: 'Supply', title: 'A living drug: CAR-T cells',
    text: [
      "[[CAR-T cell|CAR-T cells]] are a patient's own [[T cell|T cells]], given a receptor for a marker of the cancer (here CD19), multiplied in a factory, and infused once.",
      'Unlike any other drug they multiply in the patient, as long as they find what they kill. Chemotherapy beforehand makes room for them.',
    ],
    question: 'A hundred million cells are infused. At their peak, in blood alone, there are …',
    options: [
      { text: 'fewer: they die off', holds: seen => bloodPeak(seen.treated) < seen.cells },
      { text: 'up to ten times as many', holds: seen => bloodPeak(seen.treated) >= seen.cells && bloodPeak(seen.treated) < 10 * seen.cells },
      { text: 'more than ten times as many', holds: seen => bloodPeak(seen.treated) >= 10 * seen.cells },
    ],
    controls: [
      { id: 'cells', text: 'CAR-T cells infused', min: 6, max: 9, step: .25, start: 8, shown: value => number(10 ** value) },
      { id: 'lymphodepletion', text: 'Chemotherapy before, to make room', start: true },
    ],
    run: async (v, signal) => ({ cells: 10 ** v.cells, treated: await cellTherapy({ cells: 10 ** v.cells, lymphodepletion: v.lymphodepletion }, signal) }),
    charts: ({ treated }) => [
      curves('Leukaemia and CAR-T cells', 'cells', [['leukaemia cells', treated, 'C_total'], ['CAR-T cells in blood', treated, 'CAR_blood'], ['healthy B cells', treated, 'B_cell']], { logarithmic: true }),
      curves('What makes room: interleukin 15', 'times normal', [['interleukin 15', treated, 'IL15_relative']]),
    ],
    map: ({ treated }) => cellTherapyMap(treated), modes: 'supplies',
    finding: ({ treated }) => `CAR-T cells peak ${treated.CAR_peak_after.toFixed(0)} days after infusion at ${number(treated.CAR_peak_per_uL)} per µL, ${number(bloodPeak(treated))} in blood. Four weeks after infusion ${treated.cells_day28 < 1 ? 'no leukaemia cell is' : `about ${number(Math.round(treated.cells_day28))} leukaemia cells are`} left (${treated.marrow_day28_pct < .01 ? 'less than 0.01' : treated.marrow_day28_pct.toPrecision(2)} % of marrow). Healthy B cells carry CD19 too and go with them. Take the chemotherapy away, or give fewer cells.`,
    sources: ['In trial ELIANA 82 in 100 children and young adults came into remission.', model],
  },
  {
    id: 'crs', part: 'Supply', title: 'The price: a storm of cytokines',
    text: [
      'When very many T cells kill at once, [[cytokine|cytokines]] flood the body: [[fever]], falling pressure, falling oxygen ([[CRS]]). Doctors grade it from 1 (fever) to 4 (life in danger).',
      'Tocilizumab blocks the receptor of interleukin 6. A steroid quiets most of it.',
    ],
    question: 'A hundred times more leukaemia before infusion. The cytokine release will be …',
    options: [
      { text: 'milder', holds: ({ little, much }) => much.IL6_peak_pg < .7 * little.IL6_peak_pg },
      { text: 'much the same', holds: ({ little, much }) => much.IL6_peak_pg >= .7 * little.IL6_peak_pg && much.IL6_peak_pg <= 1.5 * little.IL6_peak_pg },
      { text: 'worse', holds: ({ little, much }) => much.IL6_peak_pg > 1.5 * little.IL6_peak_pg },
    ],
    controls: [
      { id: 'burden', text: 'Leukaemia before infusion (the larger)', min: 9, max: 12.25, step: .25, start: 12, shown: value => `${number(10 ** value)} cells` },
      { id: 'tocilizumab', text: 'Tocilizumab on day 6 after infusion', start: false },
      { id: 'steroid', text: 'Dexamethasone for five days from day 8', start: false },
    ],
    run: async (v, signal) => {
      const help = { tocilizumab_after: v.tocilizumab ? 6 : null, steroid_after: v.steroid ? 8 : null };
      const [little, much] = await Promise.all([cellTherapy({ burden: 10 ** (v.burden - 2), ...help }, signal), cellTherapy({ burden: 10 ** v.burden, ...help }, signal)]);
      return { little, much };
    },
    charts: ({ little, much }) => [
      curves('Interleukin 6', 'pg/mL', [['100 times less leukaemia', little, 'IL6_pg'], ['more leukaemia', much, 'IL6_pg']], { logarithmic: true }),
      curves('Body temperature', '°C', [['100 times less leukaemia', little, 'temperature'], ['more leukaemia', much, 'temperature']], { zero: false }),
      curves('Grade of cytokine release (ASTCT)', 'grade', [['100 times less leukaemia', little, 'CRS_grade'], ['more leukaemia', much, 'CRS_grade']], { steps: true }),
      curves('CAR-T cells in blood', 'per µL', [['100 times less leukaemia', little, 'CAR_count'], ['more leukaemia', much, 'CAR_count']], { logarithmic: true }),
    ],
    map: ({ much }) => cellTherapyMap(much),
    finding: ({ little, much }) => `With less leukaemia: cytokine release ${grade(little.CRS_grade)}, neurotoxicity ${grade(little.ICANS_grade)}, interleukin 6 up to ${number(little.IL6_peak_pg)} pg/mL. With more: cytokine release ${grade(much.CRS_grade)}, neurotoxicity ${grade(much.ICANS_grade)}, up to ${number(much.IL6_peak_pg)} pg/mL, ${much.temperature.toFixed(1)} °C. Give tocilizumab: interleukin 6 in blood rises, since its receptor no longer removes it, and yet the patient is better.`,
    sources: ['Grades: ASTCT consensus, Lee 2019 Biol Blood Marrow Transplant 25:625.', model],
  },
  {
    id: 'escape', part: 'Supply', title: 'Why it can come back: the marker is gone',
    text: [
      'CAR-T cells see one marker. A leukaemia cell that has lost it is invisible to them.',
      'One such cell among a hundred billion is enough, if it has time. That is why a second marker (CD22), or a [[bispecific antibody]], may come next.',
    ],
    question: 'A thousand leukaemia cells without CD19 are there on day 0. Two years later the patient is …',
    options: [
      { text: 'still in remission', holds: ({ treated }) => treated.relapse_after === undefined && treated.marrow_day28_pct < 5 },
      { text: 'in relapse', holds: ({ treated }) => treated.relapse_after !== undefined },
    ],
    controls: [
      { id: 'lost', text: 'Leukaemia cells without the marker', min: 0, max: 8, step: .5, start: 3, shown: value => value === 0 ? 'none' : number(10 ** value) },
    ],
    run: async (v, signal) => ({ treated: await cellTherapy({ lost: v.lost === 0 ? 0 : 10 ** v.lost, days: 730 }, signal) }),
    charts: ({ treated }) => [
      curves('Leukaemia with and without the marker', 'cells', [['with CD19', treated, 'C1'], ['without CD19', treated, 'C2'], ['CAR-T cells in blood', treated, 'CAR_blood']], { logarithmic: true }),
    ],
    map: ({ treated }) => cellTherapyMap(treated),
    finding: ({ treated }) => treated.relapse_after === undefined ? 'The leukaemia does not come back within two years.' : `Remission, and then a leukaemia without CD19: back above 5 % of marrow ${treated.relapse_after.toFixed(0)} days after infusion, while CAR-T cells are still there. Every tenfold fewer such cells buys time, not cure.`,
    sources: [model],
  },
];

const bloodPeak = result => Math.max(...column(result, 'CAR_blood').values.filter((_, i) => result.days[i] > result.infusion_day + 2));
