// The form of what is known about a patient: the facts that rules and models read, those that matter in the chosen cancer.
import { element } from '../dom.js';

/** Facts that everybody has, with a slider: start, step, limits of the slider, unit in words. @type {Record<string, [number, number, number, number, string]>} */
const sliders = {
  age: [64, 1, 1, 95, ' years'], ecog: [1, 1, 0, 3, ''], weight: [72, 1, 10, 130, ' kg'], diameter: [37, 1, 10, 100, ' mm'],
  pdl1: [60, 1, 0, 100, ' %'], tmb: [8, 1, 1, 40, ' per Mb'],
};

/** Words for the facts, where the table's meaning is too long for a label. @type {Record<string, string>} */
const labels = {
  age: 'Age', sex: 'Sex', ecog: 'General health (ECOG, 0 is best)', weight: 'Weight', diameter: 'Diameter of the largest lesion', pdl1: 'PD-L1 positive tumour cells',
  tmb: 'Mutations (TMB)', line: 'Line of treatment being chosen', prior: 'Treatments before', gfr: 'Kidney function (mL/min)', albumin: 'Albumin (g/L)', cps: 'PD-L1 combined score (CPS)',
  driver: 'Driver alteration', histology: 'Histology', msi: 'Microsatellite-unstable', stage: 'Stage', autoimmune: 'Autoimmune disease', transplant: 'Organ transplant',
  steroids: 'Steroids (mg prednisone a day)', infection: 'Active infection', hbv: 'Hepatitis B carrier', lvef: 'Ejection fraction (%)', reserve: 'Heart and lung reserve',
  centre: 'Cell-therapy centre within reach', tempo: 'Tempo of the disease', symptoms: 'Symptoms from the cancer', liver: 'Liver metastases', visceral: 'Visceral metastases',
  brain: 'Brain metastases', ldh: 'Lactate dehydrogenase', imdc: 'IMDC risk', her2: 'HER2', castration: 'Sensitive to castration', psa: 'PSA (ng/mL)', platinum: 'Fit for platinum',
  relapse: 'Relapse within a year of first treatment', burden: 'Leukaemia in the marrow', cd19: 'CD19 on the cells', tp53: 'TP53', ighv: 'IGHV', carcinoma_in_situ: 'Carcinoma in situ',
};
/** What was given before, in words. @type {Record<string, string>} */
const priorWords = {
  pd1: 'PD-1 antibody', platinum: 'platinum', taxane: 'taxane', btk: 'BTK inhibitor', bcl2: 'BCL-2 inhibitor', bcg: 'BCG', cart: 'CAR-T cells', bispecific: 'bispecific antibody',
  'anti-cd38': 'CD38 antibody', imid: 'lenalidomide or kin', proteasome: 'proteasome inhibitor', asct: 'own stem cells', rituximab: 'rituximab', chemo: 'chemotherapy', docetaxel: 'docetaxel',
};
const person = ['age', 'sex', 'ecog', 'weight'], tumour = ['diameter', 'pdl1', 'tmb'], course = ['line', 'prior'];
/** Read by rules for every cancer; few patients have them. */
const health = ['autoimmune', 'transplant', 'steroids', 'infection', 'gfr', 'albumin', 'lvef', 'reserve', 'centre', 'hbv', 'symptoms', 'tempo', 'liver', 'visceral', 'brain', 'ldh'];

export class FactForm {
  /** @param {any} catalogue @param {Record<string, string>} state */
  constructor(catalogue, state) {
    this.facts = new Map(catalogue.facts.map(fact => [fact.name, fact]));
    /** What is known, by name; kept when the cancer changes. @type {Record<string, string>} */
    this.known = Object.fromEntries(catalogue.facts.filter(fact => state[fact.name] !== undefined).map(fact => [fact.name, state[fact.name]]));
    this.cancer = element('select', { name: 'cancer' }, ...catalogue.cancers.map(({ id, name }) => element('option', { value: id, selected: id === (state.cancer ?? 'nsclc') }, name)));
    this.places = ['Person', 'Tumour', 'Treatment so far', 'Health and history'].map(title => ({ title, node: element('div', { class: 'fields' }) }));
    const [who, what, before, rest] = this.places;
    this.node = element('form', { 'aria-label': 'Patient' },
      element('fieldset', {}, element('legend', {}, 'Cancer'), element('label', {}, 'Type', this.cancer), what.node),
      element('fieldset', {}, element('legend', {}, who.title), who.node),
      element('fieldset', {}, element('legend', {}, before.title), before.node),
      element('details', { class: 'more' }, element('summary', {}, rest.title), element('fieldset', {}, element('legend', {}, 'Leave open what is not known'), rest.node)));
    this.node.addEventListener('submit', event => event.preventDefault());
  }

  /** Shows the facts that matter in this cancer. @param {string[]} names @param {string[]} prior earlier treatments that rules ask about */
  show(names, prior) {
    const shown = [...names, ...prior].join();
    if (shown === this.shown) return;
    this.shown = shown;
    this.visible = names;
    this.prior = prior;
    const [who, what, before, rest] = this.places;
    const own = names.filter(name => ![...person, ...tumour, ...course, ...health].includes(name));
    const groups = [[who, person], [what, [...tumour, ...own]], [before, course], [rest, health]];
    for (const [place, wanted] of groups) place.node.replaceChildren(...wanted.filter(name => names.includes(name)).map(name => this.field(name)));
  }

  /** @param {string} name */
  field(name) {
    const fact = this.facts.get(name), label = labels[name] ?? fact.meaning;
    const slider = sliders[name];
    if (slider) {
      const [start, step, low, high, unit] = slider;
      this.known[name] ??= String(start);
      const output = element('span', { class: 'value' });
      const input = element('input', { type: 'range', name, min: low, max: high, step, value: this.known[name] });
      const show = () => { output.textContent = `${input.value}${unit}`; input.setAttribute('aria-valuetext', output.textContent); };
      input.addEventListener('input', () => { this.known[name] = input.value; show(); });
      show();
      return element('label', {}, element('span', { class: 'row' }, label, output), input);
    }
    if (fact.unit === 'words') {
      const chosen = new Set((this.known[name] ?? '').split(/[ ,+]+/).filter(Boolean));
      return element('fieldset', { class: 'inner' }, element('legend', {}, label),
        element('div', { class: 'choices' }, ...fact.choices.filter(word => name !== 'prior' || this.prior.includes(word)).map(word => {
          const box = element('input', { type: 'checkbox', value: word, checked: chosen.has(word) });
          box.addEventListener('input', () => { if (box.checked) chosen.add(word); else chosen.delete(word); this.set(name, [...chosen].join(' ')); });
          return element('label', { class: 'choice' }, box, priorWords[word] ?? word);
        })));
    }
    if (fact.choices.length) {
      const select = element('select', { name }, element('option', { value: '' }, fact.standard ? `not known (taken as ${fact.standard})` : 'not known'),
        ...fact.choices.map(word => element('option', { value: word, selected: word === this.known[name] }, word)));
      select.addEventListener('input', () => this.set(name, select.value));
      return element('label', {}, label, select);
    }
    const input = element('input', { type: 'number', name, min: fact.lowest, max: fact.highest, step: 'any', value: this.known[name] ?? '', placeholder: fact.standard ? `not known (taken as ${fact.standard})` : 'not known' });
    input.addEventListener('input', () => this.set(name, input.value));
    return element('label', {}, label, input);
  }

  /** @param {string} name @param {string} value empty: not known */
  set(name, value) { if (value === '') delete this.known[name]; else this.known[name] = value; }

  /** Facts that matter in this cancer and are known. @returns {Record<string, string>} */
  values() { return Object.fromEntries((this.visible ?? Object.keys(this.known)).filter(name => this.known[name] !== undefined).map(name => [name, this.known[name]])); }
}
