// Checks run one after another, a printed line for each: what was checked and its figure, or why it failed.
//
// The servers come in the environment: ONDOL_HOME_URL serves one model that stores a schema, ONDOL_TINY_URL two models,
// ONDOL_TOOLS_URL one that knows tools and asks for the key ONDOL_KEY.
import assert from 'node:assert/strict';

export const kHomeUrl = process.env.ONDOL_HOME_URL;
export const kTinyUrl = process.env.ONDOL_TINY_URL;
export const kToolsUrl = process.env.ONDOL_TOOLS_URL;
export const kKey = process.env.ONDOL_KEY;
export const kHome = 'ondol-home-ko', kTiny = 'ondol-ko-tiny';
export const kNoKey = 'none-is-asked-for';

// `work` gives the figure to print, or throws.
export async function check(client, what, work) {
  const began = performance.now();
  try {
    const figure = await withinPatience(work());
    console.log(`ok    ${client}: ${what}: ${figure} (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAIL  ${client}: ${what}: ${error?.stack?.split('\n').slice(0, 6).join('\n      ') ?? error}`);
  }
}

function withinPatience(promise) {
  const seconds = 60;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// The error that `work` throws.
export async function errorOf(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return assert.fail('an error was expected');
}

export function assertWhole(text) {
  assert.equal(typeof text, 'string');
  assert.ok(!text.includes('\uFFFD'), `a replacement character in ${JSON.stringify(text)}`);
  assert.ok(text.isWellFormed?.() ?? true);
}

// Vectors of length 1.
export function assertNormalised(vectors) {
  for (const vector of vectors) {
    const square = vector.reduce((sum, x) => sum + x * x, 0);
    assert.ok(Math.abs(square - 1) < 1e-3, `a vector of squared length ${square}`);
  }
}

// The sum of all values of one of the server's metrics.
export async function metric(url, name, headers = {}) {
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  assert.ok(line, `no metric ${name}`);
  return Number(line.split(' ')[1]);
}

// Waits until a server computes nothing.
export async function untilIdle(url, headers = {}) {
  for (let i = 0; i < 100; ++i) {
    if ((await metric(url, 'ondol_streams', headers)) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('a stream is still computed after 5 s');
}

// An answer whose like ends by itself even when random letters are written.
export const kCommand = '거실 불 끄고 에어컨 24도로 해줘';
