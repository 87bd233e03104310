// Words of immunology in plain words. A lesson marks a word as [[word]] or [[word|shown text]].
import { element } from './dom.js';

/** @type {Record<string, string>} */
export const glossary = {
  'antibody': 'A protein of B cells that sticks to one shape, for example to the coat of a virus, and keeps it from working.',
  'antigen': 'A piece of protein that T cells or antibodies recognise.',
  'antigen-presenting cell': 'A cell (often a dendritic cell) that collects pieces of its surroundings, travels to a lymph node and shows them to T cells.',
  'B cell': 'A white blood cell that can turn into a factory of one antibody.',
  'bispecific antibody': 'An antibody with two different arms: one holds a cancer cell, the other a T cell, so that the T cell kills what it would have passed by.',
  'CAR-T cell': "A patient's own T cell, given in the laboratory a receptor for the cancer, multiplied and given back.",
  'checkpoint': 'A brake of T cells, such as PD-1 or CTLA-4. It protects the body from its own T cells; cancers lean on it.',
  'chemotherapy': 'Drugs that kill dividing cells, cancer cells and others.',
  'CRP': 'C-reactive protein: rises in blood when interleukin 6 does; doctors measure it to see inflammation.',
  'CRS': 'Cytokine-release syndrome: fever, low pressure, low oxygen when very many T cells switch on at once.',
  'cytokine': 'A messenger protein between cells, such as interferon or an interleukin.',
  'effector': 'A T cell that has divided and is ready to kill.',
  'exhaustion': 'What becomes of T cells that see their antigen for months: they still sit there, and hardly kill.',
  'fever': 'A higher body temperature, set by the brain when it senses interleukin 6, TNF and interferons.',
  'immunotherapy': 'Treatment that works through the immune system: it educates it, supplies it, or strengthens it.',
  'immune-related harm': 'Healthy organs attacked by a freed immune system: gut, skin, lung, glands, rarely the heart.',
  'interferon': 'A cytokine of infected and of immune cells. It makes neighbours hard to infect and calls for help.',
  'interleukin': 'A family of cytokines. Interleukin 2 feeds T cells; interleukin 6 causes fever and CRP.',
  'lymph node': 'A bean-sized organ where T cells and antigen-presenting cells meet.',
  'mechanism': 'One step between a medicine and the tumour, such as the entry of T cells, the brake on their killing, or killing by chemotherapy.',
  'memory cell': 'A long-lived T or B cell left after an infection. It answers faster when the same thing comes again.',
  'neutrophil': 'The most common white blood cell, first against bacteria; chemotherapy makes it rare.',
  'NK cell': 'Natural killer cell: kills cells that look stressed, without learning first.',
  'PD-1': 'A brake on T cells. PD-L1 on a cancer cell steps on it.',
  'PD-L1': 'The partner of PD-1, on cancer cells and others. More of it often means that a PD-1 antibody helps more.',
  'regulatory T cell': 'A T cell that calms others.',
  'RECIST': 'The rule by which scans are read: a sum of diameters at least 30 % smaller is a response, 20 % larger is progression.',
  'T cell': 'A white blood cell that recognises pieces of protein on other cells. CD8 T cells kill, CD4 T cells help.',
  'TMB': 'Tumour mutational burden: mutations per million letters of DNA. More mutations, more that T cells can see.',
  'twin': 'Here: a simulated patient who shares everything set on the page and differs in what nobody can know.',
  'vaccine': 'A harmless piece of a virus or a cancer with an alarm, so that the immune system learns before or without the disease.',
};


let next = 0;

/** A paragraph in which marked words explain themselves. @param {string} text */
export function prose(text) {
  const parts = text.split(/(\[\[[^\]]+\]\])/).map(part => {
    const mark = part.match(/^\[\[([^|\]]+)(?:\|([^\]]+))?\]\]$/);
    if (!mark) return part;
    const word = mark[1], meaning = glossary[word];
    if (!meaning) throw new Error(`'${word}' is not in the glossary`);
    const id = `term-${next++}`;
    const note = element('span', { id, class: 'term-note', popover: 'auto', role: 'note' }, element('strong', {}, word), ' ', meaning);
    const button = element('button', { type: 'button', class: 'term', popovertarget: id }, mark[2] ?? word);
    button.addEventListener('click', () => {
      const box = button.getBoundingClientRect();
      note.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 328))}px`;
      note.style.top = `${box.bottom + 6}px`;
    });
    return element('span', {}, button, note);
  });
  return element('p', {}, ...parts);
}

/** The whole glossary as a definition list. */
export function glossaryList() {
  return element('dl', { class: 'glossary' }, ...Object.keys(glossary).sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' })).map(word =>
    element('div', {}, element('dt', {}, word), element('dd', {}, glossary[word]))));
}
