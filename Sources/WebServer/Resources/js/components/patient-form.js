// The form that describes a patient and what is given.
import { element } from '../dom.js';

/**
 * The form, with its state as strings for the address and as a request for the server.
 * @param {any} catalogue @param {Record<string, string>} state
 */
export function patientForm(catalogue, state) {
  const inputs = /** @type {Record<string, any>} */ ({});
  const slider = (id, text, min, max, step, start, unit) => {
    const output = element('span', { class: 'value' });
    const input = inputs[id] = element('input', { type: 'range', min, max, step, value: state[id] ?? start });
    const showValue = () => { output.textContent = `${input.value}${unit}`; input.setAttribute('aria-valuetext', output.textContent); };
    input.addEventListener('input', showValue);
    showValue();
    return element('label', {}, element('span', { class: 'row' }, text, output), input);
  };
  const choice = (id, text, options, start) => {
    inputs[id] = element('select', {}, ...options.map(([value, name]) => element('option', { value, selected: value === (state[id] ?? start) }, name)));
    return element('label', {}, text, inputs[id]);
  };
  inputs.therapy = element('input', { type: 'text', value: state.therapy ?? 'pembrolizumab', list: 'therapies', autocomplete: 'off', spellcheck: 'false' });
  const node = element('form', { 'aria-label': 'Patient and therapy' },
    element('fieldset', {}, element('legend', {}, 'Cancer'),
      choice('cancer', 'Type', catalogue.cancers.map(cancer => [cancer.id, cancer.name]), 'nsclc'),
      slider('diameter', 'Diameter of the largest lesion', 10, 100, 1, 37, ' mm')),
    element('fieldset', {}, element('legend', {}, 'Person'),
      slider('age', 'Age', 18, 90, 1, 64, ' years'), slider('weight', 'Weight', 40, 130, 1, 72, ' kg'),
      choice('sex', 'Sex', [['female', 'female'], ['male', 'male']], 'female'), slider('ecog', 'General health (ECOG, 0 is best)', 0, 3, 1, 1, '')),
    element('fieldset', {}, element('legend', {}, 'Biomarkers'),
      slider('pdl1', 'PD-L1 positive tumour cells', 0, 100, 1, 50, ' %'), slider('tmb', 'Mutations (TMB)', 1, 40, 1, 8, ' per Mb')),
    element('fieldset', {}, element('legend', {}, 'Therapy'),
      element('label', {}, 'In the words of a protocol', inputs.therapy),
      element('datalist', { id: 'therapies' }, element('option', { value: 'none' }, 'no treatment'), ...catalogue.agents.map(agent => element('option', { value: agent.id.replaceAll('_', ' ') }, agent.schedule))),
      slider('months', 'Follow-up', 3, 36, 3, 12, ' months'), slider('twins', 'Twins', 8, 256, 8, 64, '')),
    element('button', {}, 'Simulate'));
  return {
    node,
    state: () => Object.fromEntries(Object.entries(inputs).map(([id, input]) => [id, input.value])),
    /** @param {Record<string, number>} [changes] values that replace those of the form */
    request: (changes = {}) => ({
      cancer: inputs.cancer.value, sex: inputs.sex.value, therapies: [inputs.therapy.value.trim()],
      diameter_mm: Number(inputs.diameter.value), age: Number(inputs.age.value), weight_kg: Number(inputs.weight.value), ecog: Number(inputs.ecog.value),
      pdl1_pct: Number(inputs.pdl1.value), tmb: Number(inputs.tmb.value), days: Math.round(Number(inputs.months.value) * 30.4375),
      twins: Number(inputs.twins.value), seed: 1, ...changes,
    }),
  };
}
