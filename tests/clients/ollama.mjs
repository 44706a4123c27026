// Ollama's JavaScript client.
import assert from 'node:assert/strict';
import { Ollama } from 'ollama';
import { z } from 'zod';
import {
  assertNormalised, assertWhole, check as checkClient, errorOf, kCommand, kHome, kHomeUrl, kKey, kTiny, kTinyUrl, kToolsUrl,
  metric, untilIdle,
} from './check.mjs';

const check = (what, work) => checkClient('ollama', what, work);
const home = new Ollama({ host: kHomeUrl }), tiny = new Ollama({ host: kTinyUrl });
const tools = new Ollama({ host: kToolsUrl, headers: { authorization: `Bearer ${kKey}` } });

const kQuestion = [{ role: 'user', content: '안녕하세요. 오늘 하루 어땠어요?' }];
const Person = z.object({ name: z.string().max(12), age: z.int().min(0).max(150), city: z.enum(['서울', '부산', '제주']) });
const Weather = z.object({ city: z.enum(['서울', '부산']), days: z.int().min(1).max(7) });
const kWeatherTool = { type: 'function', function: { name: 'weather', description: '날씨', parameters: z.toJSONSchema(Weather) } };

await check('lists, shows and counts the models', async () => {
  const { models } = await tiny.list();
  assert.deepEqual(models.map((model) => model.name.replace(/:latest$/, '')), [kTiny, kHome]);
  assert.ok(models.every((model) => model.size > 1e6 && model.digest && new Date(model.modified_at) > 0));
  const shown = await tiny.show({ model: kTiny });
  assert.equal(shown.details.format, 'gguf');
  assert.ok(shown.capabilities.includes('completion'));
  const running = await tiny.ps();
  assert.ok(running.models.some((model) => model.name.startsWith(kTiny)));
  assert.match((await tiny.version()).version, /^\d+\.\d+/);
  return `${models.length} models`;
});

await check('a chat with a model that stores a schema', async () => {
  const answer = await home.chat({ model: kHome, messages: [{ role: 'user', content: kCommand }] });
  assert.equal(answer.done_reason, 'stop');
  assert.ok(JSON.stringify(JSON.parse(answer.message.content)).includes('living_room'));
  assert.ok(answer.total_duration >= answer.eval_duration && answer.eval_count > 0 && answer.prompt_eval_count > 0);
  return `${answer.eval_count} tokens of JSON`;
});

await check('a stream says what a whole answer says', async () => {
  const asked = { model: `${kTiny}:latest`, messages: kQuestion, options: { temperature: 0.8, seed: 11, num_predict: 40 } };
  const whole = await tiny.chat(asked);
  let text = '', n_parts = 0, last;
  for await (const part of await tiny.chat({ ...asked, stream: true })) {
    ++n_parts;
    text += part.message.content;
    last = part;
  }
  assertWhole(text);
  assert.equal(text, whole.message.content);
  assert.ok(last.done && last.eval_count === whole.eval_count);
  return `${n_parts} parts`;
});

await check('generate, whole and streamed', async () => {
  const asked = { model: kTiny, prompt: '이 영화는', raw: true, options: { temperature: 0, num_predict: 12 } };
  const whole = await tiny.generate(asked);
  let text = '';
  for await (const part of await tiny.generate({ ...asked, stream: true })) text += part.response;
  assertWhole(text);
  assert.equal(text, whole.response);
  const chatted = await tiny.generate({ model: kTiny, prompt: '안녕', system: '짧게', options: { num_predict: 4 } });
  assert.ok(chatted.done);
  return `${whole.eval_count} tokens`;
});

await check('tools', async () => {
  const messages = [{ role: 'user', content: '서울 날씨 알려 줘' }];
  const answer = await tools.chat({ model: kTiny, messages, tools: [kWeatherTool], options: { num_predict: 40, seed: 1 } });
  for (const call of answer.message.tool_calls ?? []) Weather.parse(call.function.arguments);
  const next = await tools.chat({
    model: kTiny, tools: [kWeatherTool], options: { num_predict: 8 },
    messages: [...messages,
      { role: 'assistant', content: '', tool_calls: [{ function: { name: 'weather', arguments: { city: '서울', days: 1 } } }] },
      { role: 'tool', tool_name: 'weather', content: '맑음' }],
  });
  assert.equal(next.message.role, 'assistant');
  return `${answer.message.tool_calls?.length ?? 0} calls`;
});

await check('answers held to a JSON schema', async () => {
  const asked = { model: kTiny, messages: kQuestion, format: z.toJSONSchema(Person), options: { temperature: 1, seed: 3 } };
  const answer = await tiny.chat(asked);
  const person = Person.parse(JSON.parse(answer.message.content));
  const generated = await tiny.generate({ model: kTiny, prompt: '사람 하나', format: asked.format });
  Person.parse(JSON.parse(generated.response));
  return JSON.stringify(person);
});

await check('embeddings', async () => {
  const input = ['온돌은 따뜻하다', '바닥이 따뜻한 집', 'A completely different text'];
  const many = await tiny.embed({ model: kTiny, input });
  const alone = await tiny.embed({ model: kTiny, input: input[1] });
  assertNormalised(many.embeddings);
  assert.deepEqual(many.embeddings[1], alone.embeddings[0]);
  return `${many.embeddings.length} x ${many.embeddings[0].length} numbers, alone the same`;
});

await check('a seed repeats an answer; stop and num_predict end it', async () => {
  const ask = async (options) => (await tiny.chat({ model: kTiny, messages: kQuestion, options: { num_predict: 24, ...options } }));
  const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => ask({ temperature: 1.2, seed })));
  assert.equal(first.message.content, again.message.content);
  assert.notEqual(first.message.content, other.message.content);
  const greedy = (await ask({ temperature: 0 })).message.content;
  const stop = greedy.slice(3, 5);
  assert.equal((await ask({ temperature: 0, stop: [stop] })).message.content, greedy.slice(0, greedy.indexOf(stop)));
  const short = await ask({ temperature: 0, num_predict: 3 });
  assert.equal(short.done_reason, 'length');
  assert.equal(short.eval_count, 3);
  return `${greedy.length} letters`;
});

await check('wrong requests are refused by name', async () => {
  const refused = async (change, status, words, options = {}) => {
    const error = await errorOf(() => tiny.chat({ model: kTiny, messages: kQuestion, ...change, options: { num_predict: 1, ...options } }));
    assert.equal(error.status_code, status, `${error}`);
    assert.match(error.message, words);
  };
  await refused({ model: 'no-such-model' }, 404, /no-such-model/);
  await refused({ keep_cool: true }, 400, /keep_cool/);
  await refused({}, 400, /temperatur\b/, { temperatur: 1 });
  await refused({ format: { type: 'strang' } }, 400, /type|strang/);
  await refused({ messages: [{ role: 'user', content: '길고 긴 글 '.repeat(2000) }] }, 400, /context|토큰|tokens/);
  const error = await errorOf(() => new Ollama({ host: kToolsUrl }).list());
  assert.equal(error.status_code, 401);
  return '6 refusals';
});

await check('a client that leaves', async () => {
  const before = await metric(kTinyUrl, 'ondol_streams_cancelled_total');
  const leaving = new Ollama({ host: kTinyUrl });
  const stream = await leaving.chat({ model: kTiny, messages: kQuestion, stream: true,
    format: { type: 'string', minLength: 400, maxLength: 400 } });
  let n_parts = 0;
  const error = await errorOf(async () => {
    for await (const part of stream) if (part.message.content && ++n_parts === 3) leaving.abort();
  });
  assert.equal(error.name, 'AbortError');
  await untilIdle(kTinyUrl);
  assert.equal((await metric(kTinyUrl, 'ondol_streams_cancelled_total')) - before, 1);
  assert.ok((await tiny.chat({ model: kTiny, messages: kQuestion, options: { num_predict: 2 } })).done);
  return `1 stream cancelled after ${n_parts} parts`;
});
