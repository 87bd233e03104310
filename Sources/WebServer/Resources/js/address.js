// The whole state of a page lives in its address, so that a link shows what its sender saw.

/** @param {string} hash @returns {{page: string, state: Record<string, string>}} */
export function decode(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { page: path, state: Object.fromEntries(new URLSearchParams(query)) };
}

/** Writes the state without adding a step to the browser's history. @param {string} page @param {Record<string, string>} state */
export function write(page, state) {
  const query = new URLSearchParams(Object.entries(state).filter(([, value]) => value !== '')).toString();
  history.replaceState(null, '', `#/${page}${query ? '?' + query : ''}`);
}
