// Why one therapy and not the other: parts that sum to the whole, each sentence with the run that shows it, and what would turn it.
import { element } from '../dom.js';
import { svg } from '../components/icon-array.js';

const signed = (x, digits = 1) => `${x >= 0 ? '+' : '−'}${Math.abs(x).toFixed(digits)}`;
/** Months to a hundredth, what counts people or percent to a tenth. */
const amount = (x, unit) => { const digits = unit === 'months' ? 2 : 1; return `${signed(x.value, digits)} ± ${x.error.toFixed(digits)}`; };
const sentence = text => text[0].toUpperCase() + text.slice(1);
/** @type {Record<string, string>} */
export const measures = { response: 'Response', 'progression-free': 'Time without progression', survival: 'Survival', shrinkage: 'Shrinkage' };

/** Steps from nothing to the whole, largest first; whiskers are 95 % intervals. A table, so that it reads without eyes. @param {any} why */
export function waterfall(why) {
  let level = 0;
  const step = (name, share, start) => ({ name, share, start, end: start + share.value });
  const steps = [...why.parts.map(part => { const made = step(part.name, part.share, level); level = made.end; return made; }), step('paths that no listed mechanism holds', why.remainder, level)];
  steps.push({ ...step('the whole difference', why.whole, 0), isWhole: true });
  const ends = steps.flatMap(({ start, end, share }) => [start, end - 1.96 * share.error, end + 1.96 * share.error]);
  const low = Math.min(0, ...ends), high = Math.max(0, ...ends), span = high - low || 1;
  const x = value => 1 + 98 * (value - low) / span;
  const bar = ({ start, end, share, isWhole }) => svg('svg', { viewBox: '0 0 100 20', preserveAspectRatio: 'none', 'aria-hidden': 'true', class: 'step' },
    svg('line', { x1: x(0), x2: x(0), y1: 0, y2: 20, class: 'zero' }),
    svg('rect', { x: Math.min(x(start), x(end)), width: Math.max(.4, Math.abs(x(end) - x(start))), y: 4, height: 12, class: isWhole ? 'whole' : end >= start ? 'adds' : 'takes' }),
    svg('line', { x1: x(end - 1.96 * share.error), x2: x(end + 1.96 * share.error), y1: 10, y2: 10, class: 'whisker' }));
  return element('table', { class: 'waterfall' },
    element('caption', {}, `${sentence(why.measure === 'response' ? 'responses of 100 twins' : `${why.unit}, ${measures[why.measure].toLowerCase()}`)}: ${why.treated} minus ${why.reference}. Each bar begins where the one above ends; lines are 95 % intervals.`),
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'through'), element('th', { scope: 'col' }, 'step'), element('th', { scope: 'col', class: 'number' }, 'share ± standard error'))),
    element('tbody', {}, ...steps.map(made => element('tr', { class: made.isWhole ? 'total' : null }, element('th', { scope: 'row' }, made.name), element('td', {}, bar(made)), element('td', { class: 'number' }, amount(made.share, why.unit))))));
}

/** @param {any[]} whys one per measure @param {string} chosen @param {(measure: string) => void} choose */
export function explanation(whys, chosen, choose) {
  const why = whys.find(why => why.measure === chosen) ?? whys[0];
  const tabs = element('div', { class: 'tabs', role: 'group', 'aria-label': 'What is explained' }, ...whys.map(({ measure }) =>
    element('button', { type: 'button', class: 'plain', 'aria-pressed': measure === why.measure ? 'true' : 'false', onclick: () => choose(measure) }, measures[measure])));
  return element('div', { class: 'explanation' }, tabs,
    element('p', { class: 'verdict' }, why.statements[0].text),
    waterfall(why),
    element('h3', {}, 'What was run, and what it shows'),
    element('ol', { class: 'statements' }, ...why.statements.map(({ text, run, effect }) => element('li', {}, text,
      element('p', { class: 'small' }, element('strong', {}, 'Run: '), `${run}. `, element('strong', {}, 'Effect: '), `${amount(effect, why.unit)} ${why.unit}.`)))),
    why.inert.length ? element('p', { class: 'small' }, `Released or held, these moved nothing: ${why.inert.join(', ')}.`) : null,
    element('p', { class: 'small' }, `${why.method} ${why.twins} twins, ${why.runs} runs of ${Math.round(why.horizonDays)} days${why.failedTwins ? `; ${why.failedTwins} twins left out because a run failed` : ''}. `
      + '“Held” means: in the treated twin the mechanism runs exactly as it does in the same twin under the other therapy.'));
}

/** @type {Record<string, string>} */
const factWords = { pdl1: 'PD-L1 (%)', cps: 'PD-L1 (CPS)', tmb: 'Mutations per Mb', diameter: 'Diameter (mm)', age: 'Age (years)', ecog: 'General health (ECOG)' };

/** @param {any[]} flips */
export function turning(flips) {
  const ends = flips.flatMap(flip => flip.points.flatMap(({ difference }) => [difference.lower, difference.upper]));
  const low = Math.min(-.01, ...ends), high = Math.max(.01, ...ends), x = value => 1 + 98 * (value - low) / (high - low);
  const bar = ({ value, lower, upper }) => svg('svg', { viewBox: '0 0 100 20', preserveAspectRatio: 'none', 'aria-hidden': 'true', class: 'step' }, svg('line', { x1: x(0), x2: x(0), y1: 0, y2: 20, class: 'zero' }),
    svg('rect', { x: Math.min(x(0), x(value)), width: Math.max(.4, Math.abs(x(value) - x(0))), y: 4, height: 12, class: value >= 0 ? 'adds' : 'takes' }),
    svg('line', { x1: x(lower), x2: x(upper), y1: 10, y2: 10, class: 'whisker' }));
  const [{ first, second }] = flips;
  return element('div', {}, element('p', { class: 'small' }, `Bars show by how much ${first} leads in score; to the left of the line ${second} leads. Lines are 95 % intervals.`),
    element('div', { class: 'cards' }, ...flips.map(flip => {
      const ruled = flip.points.some(({ eligibility }) => eligibility !== 'both eligible');
      return element('section', { class: 'card' }, element('h3', {}, factWords[flip.fact] ?? flip.fact), element('p', {}, flip.sentence),
        element('p', { class: 'small' }, element('strong', {}, 'Run: '), `${flip.run}.`),
        element('table', { class: 'waterfall' }, element('thead', {}, element('tr', {}, ...['value', 'lead', 'score', ...(ruled ? ['rules'] : [])].map((text, i) => element('th', { scope: 'col', class: i === 2 ? 'number' : null }, text)))),
          element('tbody', {}, ...flip.points.map(({ value, difference, eligibility }) => element('tr', {}, element('th', { scope: 'row' }, value), element('td', {}, bar(difference)),
            element('td', { class: 'number' }, signed(difference.value, 3)), ruled ? element('td', {}, eligibility === 'both eligible' ? '' : eligibility) : null)))));
    })));
}

/** What the two would do in people who never had a mechanism; every sentence with its run. @param {any[]} births */
export const absent = births => element('div', {}, ...births.map(birth => element('section', {}, element('h3', {}, `Without ${birth.name}`),
  element('ol', { class: 'statements' }, ...birth.statements.map(({ text, run }) => element('li', {}, text, element('p', { class: 'small' }, element('strong', {}, 'Run: '), `${run}.`)))))));
