// OpenAI's JavaScript client.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodFunction, zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import {
  assertNormalised, assertWhole, check as checkClient, errorOf, kCommand, kHome, kHomeUrl, kKey, kNoKey, kTiny, kTinyUrl,
  kToolsUrl, metric, untilIdle,
} from './check.mjs';

const check = (what, work) => checkClient('openai (JavaScript)', what, work);
const clientOf = (url, apiKey = kNoKey) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const home = clientOf(kHomeUrl), tiny = clientOf(kTinyUrl), tools = clientOf(kToolsUrl, kKey);

const kQuestion = [{ role: 'user', content: '안녕하세요. 오늘 하루 어땠어요?' }];
const Person = z.object({
  name: z.string().max(12),
  age: z.int().min(0).max(150),
  city: z.enum(['서울', '부산', '제주']),
  tags: z.array(z.string().max(8)).max(3),
});
const Weather = z.object({ city: z.enum(['서울', '부산']), days: z.int().min(1).max(7) });
const kWeatherTool = zodFunction({ name: 'weather', description: '날씨를 알려 준다', parameters: Weather });
const kWeatherQuestion = [{ role: 'user', content: '서울 날씨 알려 줘' }];

await check('lists the models', async () => {
  const names = [];
  for await (const model of tiny.models.list()) names.push(model.id);
  assert.deepEqual(names, [kTiny, kHome]);
  assert.equal((await tiny.models.retrieve(kHome)).id, kHome);
  return `${names.length} models`;
});

await check('a chat with a model that stores a schema', async () => {
  const answer = await home.chat.completions.create({ model: kHome, messages: [{ role: 'user', content: kCommand }] });
  assert.equal(answer.choices[0].finish_reason, 'stop');
  const actions = JSON.parse(answer.choices[0].message.content);
  assert.ok(JSON.stringify(actions).includes('living_room'));
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  return `${answer.usage.completion_tokens} tokens of JSON`;
});

await check('a stream says what a whole answer says, usage last', async () => {
  const asked = { model: kTiny, messages: kQuestion, temperature: 0.8, seed: 11, max_tokens: 40 };
  const whole = await tiny.chat.completions.create(asked);
  const stream = await tiny.chat.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } });
  let text = '', n_chunks = 0, usage = null;
  for await (const chunk of stream) {
    ++n_chunks;
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage;
  }
  assertWhole(text);
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
  const final = await tiny.chat.completions.stream(asked).finalChatCompletion();
  assert.equal(final.choices[0].message.content, text);
  return `${n_chunks} chunks`;
});

await check('a call of a tool that is required', async () => {
  const answer = await tools.chat.completions.parse(
    { model: kTiny, messages: kWeatherQuestion, tools: [kWeatherTool], tool_choice: 'required', parallel_tool_calls: false });
  const { finish_reason, message } = answer.choices[0];
  assert.equal(finish_reason, 'tool_calls');
  assert.equal(message.tool_calls.length, 1);
  assert.equal(message.tool_calls[0].function.name, 'weather');
  const given = Weather.parse(JSON.parse(message.tool_calls[0].function.arguments));
  const { parsed_arguments, ...call } = message.tool_calls[0].function;
  const next = await tools.chat.completions.create({
    model: kTiny, max_tokens: 8, tools: [kWeatherTool],
    messages: [...kWeatherQuestion, { ...message, parsed: undefined, tool_calls: [{ ...message.tool_calls[0], function: call }] },
      { role: 'tool', tool_call_id: message.tool_calls[0].id, content: '{"sky": "맑음"}' }],
  });
  assert.equal(next.choices[0].message.role, 'assistant');
  return `weather(${JSON.stringify(given)})`;
});

await check('a named tool, streamed', async () => {
  const clock = zodFunction({ name: 'clock', parameters: z.object({ zone: z.enum(['KST', 'UTC']) }) });
  const stream = tools.chat.completions.stream({
    model: kTiny, messages: kWeatherQuestion, tools: [kWeatherTool, clock],
    tool_choice: { type: 'function', function: { name: 'clock' } }, parallel_tool_calls: false,
  });
  const call = await stream.finalFunctionToolCall();
  assert.equal(call.name, 'clock');
  assert.ok(['KST', 'UTC'].includes(JSON.parse(call.arguments).zone));
  return `clock(${call.arguments})`;
});

await check('answers held to a JSON schema', async () => {
  const asked = { model: kTiny, messages: kQuestion, temperature: 1, seed: 3, response_format: zodResponseFormat(Person, 'person') };
  const answer = await tiny.chat.completions.parse(asked);
  assert.equal(answer.choices[0].finish_reason, 'stop');
  const person = Person.parse(answer.choices[0].message.parsed);
  const streamed = await tiny.chat.completions.stream(asked).finalChatCompletion();
  assert.deepEqual(Person.parse(JSON.parse(streamed.choices[0].message.content)), person);
  return JSON.stringify(person);
});

await check('embeddings', async () => {
  const input = ['온돌은 따뜻하다', '바닥이 따뜻한 집', 'A completely different text'];
  const many = await tiny.embeddings.create({ model: kTiny, input });
  const alone = await tiny.embeddings.create({ model: kTiny, input: input[1], encoding_format: 'float' });
  assert.equal(many.data.length, 3);
  assertNormalised(many.data.map((each) => each.embedding));
  assert.deepEqual(Array.from(many.data[1].embedding, Math.fround), Array.from(alone.data[0].embedding, Math.fround));
  assert.ok(many.usage.prompt_tokens > alone.usage.prompt_tokens);
  return `3 x ${many.data[0].embedding.length} numbers, alone the same`;
});

await check('n choices, whole and streamed', async () => {
  const asked = { model: kTiny, messages: kQuestion, n: 2, temperature: 1, seed: 5, max_tokens: 16 };
  const { choices } = await tiny.chat.completions.create(asked);
  assert.deepEqual(choices.map((choice) => choice.index), [0, 1]);
  const texts = ['', ''];
  for await (const chunk of await tiny.chat.completions.create({ ...asked, stream: true })) {
    for (const choice of chunk.choices) texts[choice.index] += choice.delta.content ?? '';
  }
  assert.deepEqual(texts, choices.map((choice) => choice.message.content));
  assert.notEqual(texts[0], texts[1]);
  return `${choices.length} choices`;
});

await check('logprobs', async () => {
  const answer = await tiny.chat.completions.create(
    { model: kTiny, messages: kQuestion, temperature: 0, max_tokens: 12, logprobs: true, top_logprobs: 3 });
  const { logprobs, message } = answer.choices[0];
  const bytes = logprobs.content.flatMap((token) => token.bytes);
  assert.ok(Buffer.from(bytes).toString().startsWith(message.content));
  for (const token of logprobs.content) {
    assert.ok(token.logprob <= 0 && token.top_logprobs.length === 3);
    assert.equal(token.top_logprobs[0].logprob, token.logprob, 'greedy takes the likeliest');
  }
  return `${logprobs.content.length} tokens`;
});

await check('a seed repeats an answer, another gives another', async () => {
  const ask = async (seed) => (await tiny.chat.completions.create(
    { model: kTiny, messages: kQuestion, temperature: 1.2, seed, max_tokens: 24 })).choices[0].message.content;
  const [first, again, other] = await Promise.all([ask(1), ask(1), ask(2)]);
  assert.equal(first, again);
  assert.notEqual(first, other);
  return `${first.length} letters`;
});

await check('stop texts', async () => {
  const asked = { model: kTiny, messages: kQuestion, temperature: 0, max_tokens: 40 };
  const whole = (await tiny.chat.completions.create(asked)).choices[0].message.content;
  const stop = whole.slice(3, 5);
  const cut = await tiny.chat.completions.create({ ...asked, stop: [stop, '없는 말'] });
  assert.equal(cut.choices[0].message.content, whole.slice(0, whole.indexOf(stop)));
  assert.equal(cut.choices[0].finish_reason, 'stop');
  return `${whole.length} letters cut to ${cut.choices[0].message.content.length}`;
});

await check('max_tokens never cuts a letter', async () => {
  const lengths = [];
  for (let max_tokens = 1; max_tokens <= 16; ++max_tokens) {
    const answer = await tiny.chat.completions.create({ model: kTiny, messages: kQuestion, temperature: 1.5, seed: 9, max_tokens });
    assertWhole(answer.choices[0].message.content);
    lengths.push(answer.choices[0].message.content.length);
  }
  return `lengths ${lengths.join(' ')}`;
});

await check('wrong requests are refused by name', async () => {
  const asked = { model: kTiny, messages: kQuestion, max_tokens: 1 };
  const refused = async (change, type, status, param, code = undefined) => {
    const error = await errorOf(() => tiny.chat.completions.create({ ...asked, ...change }));
    assert.ok(error instanceof type, `${type.name} expected, ${error} came`);
    assert.equal(error.status, status);
    assert.equal(error.param, param);
    if (code) assert.equal(error.code, code);
    assert.ok(!/\/(root|home|work|tmp)\//.test(error.message), error.message);
  };
  await refused({ temperatur: 1 }, OpenAI.BadRequestError, 400, 'temperatur', 'unknown_parameter');
  await refused({ temperature: 'warm' }, OpenAI.BadRequestError, 400, 'temperature');
  await refused({ top_p: 7 }, OpenAI.BadRequestError, 400, 'top_p');
  await refused({ messages: [{ role: 'robot', content: '' }] }, OpenAI.BadRequestError, 400, 'messages[0].role');
  await refused({ model: 'no-such-model' }, OpenAI.NotFoundError, 404, 'model', 'model_not_found');
  await refused({ messages: [{ role: 'user', content: '길고 긴 글 '.repeat(2000) }] }, OpenAI.BadRequestError, 400, 'messages',
    'context_length_exceeded');
  await refused({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'strang' } } } },
    OpenAI.BadRequestError, 400, 'response_format');
  const error = await errorOf(() => clientOf(kToolsUrl, 'a-wrong-key-of-some-length').models.list());
  assert.ok(error instanceof OpenAI.AuthenticationError);
  return '8 refusals';
});

await check('a client that leaves', async () => {
  const before = await metric(kTinyUrl, 'ondol_streams_cancelled_total');
  const leaving = new AbortController();
  const stream = await tiny.chat.completions.create(
    { model: kTiny, messages: kQuestion, stream: true, n: 4, logit_bias: {}, stop: [], temperature: 2, regex: '[가-힣 ]{400}' },
    { signal: leaving.signal });
  let n_chunks = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content && ++n_chunks === 3) leaving.abort();
  }
  await untilIdle(kTinyUrl);
  const n_cancelled = (await metric(kTinyUrl, 'ondol_streams_cancelled_total')) - before;
  assert.equal(n_cancelled, 4);
  const answer = await tiny.chat.completions.create({ model: kTiny, messages: kQuestion, max_tokens: 4 });
  assert.equal(answer.choices.length, 1);
  return `${n_cancelled} streams cancelled after ${n_chunks} pieces`;
});

await check('completions of old', async () => {
  const asked = { model: kTiny, prompt: '이 영화는', temperature: 0, max_tokens: 12 };
  const whole = await tiny.completions.create(asked);
  let text = '';
  for await (const chunk of await tiny.completions.create({ ...asked, stream: true })) text += chunk.choices[0]?.text ?? '';
  assertWhole(text);
  assert.equal(text, whole.choices[0].text);
  const echoed = await tiny.completions.create({ ...asked, prompt: ['이 영화는', '오늘 날씨'], echo: true });
  assert.deepEqual(echoed.choices.map((choice) => choice.index), [0, 1]);
  assert.equal(echoed.choices[0].text, `이 영화는${text}`);
  const { logprobs } = (await tiny.completions.create({ ...asked, logprobs: 2 })).choices[0];
  assert.equal(logprobs.tokens.length, whole.usage.completion_tokens);
  assert.ok(logprobs.token_logprobs.every((each) => each <= 0));
  return `${whole.usage.completion_tokens} tokens`;
});

await check('responses', async () => {
  const asked = { model: kTiny, input: '안녕하세요', instructions: '짧게 대답해요', temperature: 0, max_output_tokens: 24 };
  const whole = await tiny.responses.create(asked);
  assert.ok(['completed', 'incomplete'].includes(whole.status));
  assertWhole(whole.output_text);
  let text = '', n_events = 0, last;
  for await (const event of await tiny.responses.create({ ...asked, stream: true })) {
    assert.equal(event.sequence_number, n_events++);
    if (event.type === 'response.output_text.delta') text += event.delta;
    last = event;
  }
  assert.equal(text, whole.output_text);
  assert.ok(['response.completed', 'response.incomplete'].includes(last.type));
  assert.equal(last.response.output[0].content[0].text, text);
  return `${n_events} events`;
});

await check('responses held to a JSON schema, and with tools', async () => {
  const parsed = await tiny.responses.parse(
    { model: kTiny, input: '사람을 하나 말해 줘', text: { format: zodTextFormat(Person, 'person') } });
  Person.parse(parsed.output_parsed);
  const called = await tools.responses.create({
    model: kTiny, input: '서울 날씨', tool_choice: 'required', parallel_tool_calls: false,
    tools: [{ type: 'function', name: 'weather', parameters: z.toJSONSchema(Weather), strict: true }],
  });
  const call = called.output.find((item) => item.type === 'function_call');
  assert.equal(call.name, 'weather');
  Weather.parse(JSON.parse(call.arguments));
  const next = await tools.responses.create({
    model: kTiny, max_output_tokens: 8,
    input: [{ role: 'user', content: '서울 날씨' }, call, { type: 'function_call_output', call_id: call.call_id, output: '맑음' }],
  });
  assert.equal(next.object, 'response');
  return `weather(${call.arguments})`;
});
