// Lessons on therapies that appear when the catalogue holds what they need.

/** @param {{agents: any[], cancers: any[]}} catalogue @returns {import('./lessons.js').Lesson[]} */
export function therapyLessons(catalogue) {
  return [];
}
