// The ranking under a weighing of one's own, from the outcomes of the twins: nothing is simulated again.

export const month = 30.4375;
/** Utilities of Nafees et al. 2008 in units of a life with progressive disease (ComparisonWeights). */
export const standard = { survival: 1, progression: 0.38, response: 0.04, toxicity: 0.13, hospital: 1 };
/** What each weight counts, in words. @type {Record<keyof typeof standard, string>} */
export const weightWords = { survival: 'Living longer', progression: 'Time without progression', response: 'Tumour shrinks', toxicity: 'Severe harm, against (low neutrophils: a quarter)', hospital: 'Days in hospital, against' };

export const responds = outcome => outcome.response === 'CR' || outcome.response === 'PR';
const isSevere = (outcome, test) => Object.entries(outcome.grades).some(([event, grade]) => grade >= 3 && test(event));
/** Cytokine release, neurotoxicity or immune-related harm of grade 3 or more. */
export const isHarmed = outcome => isSevere(outcome, event => event !== 'neutropenia');
/** Nothing severe but a low neutrophil count. */
export const hasLowCounts = outcome => !isHarmed(outcome) && isSevere(outcome, () => true);
/** What the worst event counts: a low neutrophil count a quarter (TwinOutcome.harm). */
const harm = outcome => isHarmed(outcome) ? 1 : hasLowCounts(outcome) ? .25 : 0;

/** The same sum as `perforin compare` makes. @param {any} outcome @param {typeof standard} w @param {number} days horizon */
export const score = (outcome, w, days) => w.survival * Math.min(1, outcome.survivalDays / days) + w.progression * Math.min(1, outcome.progressionFreeDays / days)
  + w.response * (responds(outcome) ? 1 : 0) - w.toxicity * harm(outcome) - w.hospital * hospitalDays(outcome) / days;

/** Days in hospital for every cause. @param {any} outcome */
export const hospitalDays = outcome => Object.values(outcome.hospital ?? {}).reduce((sum, days) => sum + days, 0);

const mean = values => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
/** Mean and half its 95 % interval. @param {number[]} values */
export function interval(values) {
  const middle = mean(values), variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1);
  return { value: middle, half: 1.96 * Math.sqrt(variance / values.length) };
}

/** Therapies by mean score, each with how often it is best in a twin. @param {any} result @param {typeof standard} weights */
export function rank(result, weights) {
  const days = result.horizonMonths * month;
  const scored = result.therapies.map(therapy => ({ therapy, scores: therapy.outcomes.map(outcome => score(outcome, weights, days)) }));
  const twins = result.twins;
  const best = Array.from({ length: twins }, (_, twin) => Math.max(...scored.map(({ scores }) => scores[twin])));
  return scored.map(({ therapy, scores }) => ({ therapy, scores, mean: interval(scores), bestIn: scores.filter((value, twin) => value >= best[twin] - 1e-12).length }))
    .sort((a, b) => b.mean.value - a.mean.value || a.therapy.name.localeCompare(b.therapy.name));
}

/** Lead of the first over the second, paired by twin. */
export const lead = (first, second) => interval(first.scores.map((value, twin) => value - second.scores[twin]));
