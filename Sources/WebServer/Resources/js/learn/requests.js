// What lessons ask the server, and how they read the answer.
import { post } from '../api.js';

/** A virus in a healthy person. @param {Record<string, any>} changes @param {AbortSignal} [signal] */
export function infection(changes, signal) {
  return post('/api/infection', {
    age: 35, inoculum: 0.1, first_day: 0, days: 30, t_cells: true, antibody: true, interferon: true, steroid: 0, ...changes,
  }, signal);
}

/** CAR-T cells in a leukaemia. @param {Record<string, any>} changes @param {AbortSignal} [signal] */
export function cellTherapy(changes, signal) {
  return post('/api/cell-therapy', { burden: 3e11, lost: 0, cells: 1e8, lymphodepletion: true, days: 60, ...changes }, signal);
}

/** What the body map shows of CAR-T cells. @param {any} result */
export function cellTherapyMap(result) {
  const cells = (id, name, organ) => ({ id, name, organ, unit: 'cells', values: column(result, id).values });
  return {
    days: result.days, at: result.infusion_day + 8,
    cells: [cells('C_marrow', 'leukaemia cells', 'marrow'), cells('C_blood', 'leukaemia cells', 'vein'),
      cells('CAR_blood', 'CAR-T cells in blood', 'vein'), cells('CAR_effector', 'effector CAR-T cells', 'body'), cells('CAR_memory', 'memory CAR-T cells', 'body'),
      cells('CAR_exhausted', 'exhausted CAR-T cells', 'body'), cells('B_cell', 'healthy B cells', 'body')],
    shades: [{ name: 'interleukin 6', organ: 'vein', unit: 'pg/mL', values: column(result, 'IL6_pg').values }],
  };
}

/** Twins of a patient under up to four therapies. @param {string[]} therapies @param {Record<string, any>} changes @param {AbortSignal} [signal] */
export function twins(therapies, changes, signal) {
  return post('/api/simulate', {
    cancer: 'nsclc', therapies, sex: 'female', diameter_mm: 37, age: 64, weight_kg: 72, ecog: 1, pdl1_pct: 50, tmb: 8,
    days: 365, twins: 32, seed: 1, ...changes,
  }, signal);
}

/** @param {any} result @param {string} id */
export { number } from '../components/body-map.js';

/** @param {any} result @param {string} id */
export const column = (result, id) => result.series.find(series => series.id === id);

/** Twins of an arm whose tumour shrank. @param {any} arm */
export const responders = arm => arm.responses.filter(r => r.name === 'CR' || r.name === 'PR').reduce((sum, r) => sum + r.count, 0);

/** What the body map shows of an infection. @param {any} result @param {{vaccine?: boolean}} [options] */
export function infectionMap(result, options = {}) {
  const values = id => column(result, id).values;
  const cells = (id, name, organ) => ({ id, name, organ, unit: 'cells', values: values(id) });
  return {
    days: result.days, at: result.episodes[result.episodes.length - 1].day + 4,
    cells: [
      cells('epithelium_infected', 'infected cells', 'airway'), cells('CD8_airway', 'killer T cells', 'airway'),
      cells('mAPC_airway', 'antigen-presenting cells', 'airway'), cells('mAPC_node', 'antigen-presenting cells', 'node'),
      cells('virus_activated8', 'dividing T cells', 'node'), cells('virus_effector_node', 'killer T cells', 'node'),
      cells('virus_GC', 'B cells and plasma cells', 'node'), cells('virus_effector', 'killer T cells', 'blood'), cells('NK_blood', 'NK cells', 'blood'),
      cells('virus_memory8', 'memory T cells', 'memory'), cells('virus_LLPC', 'B cells and plasma cells', 'memory'),
      ...(options.vaccine ? [cells('vaccine_mAPC', 'antigen-presenting cells', 'site')] : []),
    ],
    shades: [{ name: 'interferon', organ: 'airway', unit: '(0 to 1)', values: values('interferon_airway') }],
    flows: [
      { name: 'antigen-presenting cells', unit: 'cells a day', from: 'airway', to: 'node', colour: 'antigen-presenting cells', values: values('migration_mAPC__airway') },
      { name: 'killer T cells', unit: 'cells a day', from: 'node', to: 'blood', colour: 'killer T cells', values: values('virus_exiting8') },
      { name: 'killer T cells', unit: 'cells a day', from: 'blood', to: 'airway', colour: 'killer T cells', values: values('entering_CD8') },
    ],
  };
}

/** What people call an arm. @param {any} arm */
export const armName = arm => arm.name === 'none' ? 'no treatment' : arm.name;

/** What the body map shows of one arm. @param {any} arm */
export function patientMap(arm) {
  return {
    days: arm.days, at: 60,
    cells: arm.series.filter(series => series.kind === 'cell' && series.organ).map(series =>
      ({ id: series.id, name: series.cell, organ: series.organ, unit: series.unit, values: series.q50 })),
    flows: [
      ['migration_mAPC__tumour', 'tumour', 'node', 'mature APC', 'antigen-presenting cells'], ['neo_arriving', 'tissue', 'tumour', 'effector CD8', 'effector CD8'],
      ['neo_exiting8', 'node', 'tissue', 'effector CD8', 'effector CD8'],
    ].flatMap(([id, from, to, colour, name]) => {
      const series = column(arm, id);
      return series ? [{ from, to, colour, name, unit: 'cells a day', values: series.q50 }] : [];
    }),
    shades: arm.series.filter(series => series.id === 'IFNg_tumour').map(series => ({ name: 'interferon gamma', organ: 'tumour', unit: series.unit, values: series.q50 })),
  };
}
