// Anthropic's JavaScript client.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import {
  assertWhole, check as checkClient, errorOf, kCommand, kHome, kHomeUrl, kKey, kNoKey, kTiny, kTinyUrl, kToolsUrl, metric,
  untilIdle,
} from './check.mjs';

const check = (what, work) => checkClient('anthropic', what, work);
const clientOf = (baseURL, apiKey = kNoKey) => new Anthropic({ baseURL, apiKey, authToken: null, maxRetries: 0 });
const home = clientOf(kHomeUrl), tiny = clientOf(kTinyUrl), tools = clientOf(kToolsUrl, kKey);

const kQuestion = [{ role: 'user', content: '안녕하세요. 오늘 하루 어땠어요?' }];
const Weather = z.object({ city: z.enum(['서울', '부산']), days: z.int().min(1).max(7) });
const kWeatherTool = { name: 'weather', description: '날씨', input_schema: z.toJSONSchema(Weather) };
const textOf = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

await check('lists the models', async () => {
  const names = [];
  for await (const model of tiny.models.list()) names.push(model.id);
  assert.deepEqual(names, [kTiny, kHome]);
  return `${names.length} models`;
});

await check('a message to a model that stores a schema', async () => {
  const answer = await home.messages.create({ model: kHome, max_tokens: 200, messages: [{ role: 'user', content: kCommand }] });
  assert.equal(answer.stop_reason, 'end_turn');
  assert.ok(JSON.stringify(JSON.parse(textOf(answer))).includes('living_room'));
  return `${answer.usage.output_tokens} tokens of JSON`;
});

await check('a stream says what a whole answer says', async () => {
  const asked = { model: kTiny, max_tokens: 40, temperature: 0, system: '짧게 대답해요', messages: kQuestion };
  const whole = await tiny.messages.create(asked);
  const stream = tiny.messages.stream(asked);
  const types = [];
  stream.on('streamEvent', (event) => types.push(event.type));
  const final = await stream.finalMessage();
  assertWhole(textOf(final));
  assert.equal(textOf(final), textOf(whole));
  assert.equal(final.stop_reason, whole.stop_reason);
  assert.equal(final.usage.output_tokens, whole.usage.output_tokens);
  assert.equal(types[0], 'message_start');
  assert.deepEqual(types.slice(-3), ['content_block_stop', 'message_delta', 'message_stop']);
  return `${types.length} events`;
});

await check('counts tokens as an answer does', async () => {
  const { input_tokens } = await tiny.messages.countTokens({ model: kTiny, messages: kQuestion });
  const { usage } = await tiny.messages.create({ model: kTiny, max_tokens: 1, messages: kQuestion });
  assert.equal(usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens, input_tokens);
  return `${input_tokens} tokens`;
});

await check('a call of a tool that is required, whole and streamed', async () => {
  const messages = [{ role: 'user', content: [{ type: 'text', text: '서울 날씨 알려 줘' }] }];
  const asked = { model: kTiny, max_tokens: 300, messages, tools: [kWeatherTool],
    tool_choice: { type: 'any', disable_parallel_tool_use: true } };
  const answer = await tools.messages.create(asked);
  assert.equal(answer.stop_reason, 'tool_use');
  const use = answer.content.find((block) => block.type === 'tool_use');
  Weather.parse(use.input);
  const streamed = await tools.messages.stream({ ...asked, tool_choice: { type: 'tool', name: 'weather' } }).finalMessage();
  Weather.parse(streamed.content.find((block) => block.type === 'tool_use').input);
  const next = await tools.messages.create({
    model: kTiny, max_tokens: 8, tools: [kWeatherTool],
    messages: [...messages, { role: 'assistant', content: answer.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: '맑음' }] }],
  });
  assert.equal(next.role, 'assistant');
  return `weather(${JSON.stringify(use.input)})`;
});

await check('stop sequences are named', async () => {
  const asked = { model: kTiny, max_tokens: 40, temperature: 0, messages: kQuestion };
  const whole = textOf(await tiny.messages.create(asked));
  const stop = whole.slice(3, 5);
  const cut = await tiny.messages.create({ ...asked, stop_sequences: ['없는 말', stop] });
  assert.equal(textOf(cut), whole.slice(0, whole.indexOf(stop)));
  assert.equal(cut.stop_reason, 'stop_sequence');
  assert.equal(cut.stop_sequence, stop);
  const short = await tiny.messages.create({ ...asked, max_tokens: 3 });
  assert.equal(short.stop_reason, 'max_tokens');
  return `${whole.length} letters cut to ${textOf(cut).length}`;
});

await check('wrong requests are refused by name', async () => {
  const asked = { model: kTiny, max_tokens: 1, messages: kQuestion };
  const refused = async (change, type, status, kind, words) => {
    const error = await errorOf(() => tiny.messages.create({ ...asked, ...change }));
    assert.ok(error instanceof type, `${type.name} expected, ${error} came`);
    assert.equal(error.status, status);
    assert.equal(error.error.type, 'error');
    assert.equal(error.error.error.type, kind);
    assert.match(error.message, words);
  };
  await refused({ temperatur: 1 }, Anthropic.BadRequestError, 400, 'invalid_request_error', /temperatur\b/);
  await refused({ max_tokens: undefined }, Anthropic.BadRequestError, 400, 'invalid_request_error', /max_tokens/);
  await refused({ model: 'no-such-model' }, Anthropic.NotFoundError, 404, 'not_found_error', /no-such-model/);
  await refused({ messages: [{ role: 'user', content: '길고 긴 글 '.repeat(2000) }] }, Anthropic.BadRequestError, 400,
    'invalid_request_error', /tokens/);
  const error = await errorOf(() => clientOf(kToolsUrl, 'a-wrong-key-of-some-length').messages.create(asked));
  assert.ok(error instanceof Anthropic.AuthenticationError);
  assert.equal(error.error.error.type, 'authentication_error');
  return '5 refusals';
});

await check('a client that leaves', async () => {
  const before = await metric(kTinyUrl, 'ondol_streams_cancelled_total');
  let n_events = 0;
  // the wish for an answer that does not end early leaves the next 64 tokens to be cancelled
  const stream = await tiny.messages.create(
    { model: kTiny, max_tokens: 400, temperature: 1, top_k: 1, messages: kQuestion, stream: true });
  for await (const event of stream) {
    ++n_events;
    if (event.type === 'content_block_start') break;
  }
  stream.controller.abort();
  await untilIdle(kTinyUrl);
  const n_cancelled = (await metric(kTinyUrl, 'ondol_streams_cancelled_total')) - before;
  assert.equal((await tiny.messages.create({ model: kTiny, max_tokens: 2, messages: kQuestion })).type, 'message');
  return `${n_cancelled} streams cancelled after ${n_events} events`;
});
