// Talks to the server; every failure becomes an Error with words for the user.

const token = document.querySelector('meta[name="perforin-token"]')?.getAttribute('content') ?? '';

/** @param {Response} response */
async function read(response) {
  const text = await response.text();
  let value;
  try { value = JSON.parse(text); } catch { value = null; }
  if (!response.ok) throw new Error(value?.error ?? `the server answered ${response.status}`);
  return value;
}

/** @param {string} path @returns {Promise<any>} */
export async function get(path) { return read(await fetch(path)); }

/**
 * @param {string} path @param {any} body @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function post(path, body, signal) {
  return read(await fetch(path, {
    method: 'POST', signal, body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'X-Perforin-Token': token },
  }));
}

/**
 * Starts long work and follows it to its result.
 * @param {string} path @param {any} body
 * @param {(status: {phase: string, done: number, total: number, partial?: any}) => void} onProgress
 * @param {AbortSignal} [signal] aborting it cancels the work
 * @returns {Promise<any>}
 */
export async function job(path, body, onProgress, signal) {
  const { job: id } = await post(path, body, signal);
  const events = new EventSource(`/api/jobs/${id}/events`);
  const cancel = () => fetch(`/api/jobs/${id}`, { method: 'DELETE', headers: { 'X-Perforin-Token': token } });
  try {
    await new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => { cancel(); reject(new DOMException('cancelled', 'AbortError')); });
      events.onmessage = event => {
        const status = JSON.parse(event.data);
        onProgress(status);
        if (status.phase === 'done') resolve(undefined);
        if (status.phase === 'failed') reject(new Error(status.message ?? 'the run failed'));
        if (status.phase === 'cancelled') reject(new Error('the run was stopped'));
      };
      events.onerror = () => reject(new Error('the connection to the server was lost'));
    });
  } finally {
    events.close();
  }
  return get(`/api/jobs/${id}/result`);
}
