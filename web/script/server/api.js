// The server's endpoints as functions.  Every failure is a ServerError.  A 401 asks the reader for the key, once for all
// requests that wait for it, and tries again.
import { apiKey, askForKey } from './api_key.js';
import { ServerError } from './server_error.js';

async function request(path, options = {}) {
  let key = apiKey();
  for (;;) {
    const headers = { ...options.headers };
    if (key) headers.authorization = `Bearer ${key}`;
    let response;
    try {
      response = await fetch(path, { ...options, headers });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ServerError('unreachable');
    }
    if (response.ok) return response;
    if (response.status !== 401) throw await ServerError.fromResponse(response);
    const given = await askForKey(key);
    if (given === null) throw new ServerError('key');
    key = given;
  }
}

async function readJson(path) {
  return (await request(path)).json();
}

export const readProps = () => readJson('/props');
export const readSeal = () => readJson('/seal');

// Names of the models that can be asked, the first being the one asked when none is named.
export async function readModels() {
  return (await readJson('/v1/models')).data.map((model) => model.id);
}

// The response of a streaming request; its body is an event stream.
export function post(path, body, signal) {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
}
