// The reader of event streams, without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStream } from '../../web/script/server/event_stream.js';

const kStream =
  '\ufeffdata: {"a":"온돌🔥"}\r\n\r\n: comment\nevent: x\ndata:one\rdata: two\r\rdata\n\nid: 3\n\ndata: [DONE]\n\n';
const kEvents = ['{"a":"온돌🔥"}', 'one\ntwo', '', '[DONE]'];

test('events are the same wherever the bytes are cut', () => {
  const bytes = new TextEncoder().encode(kStream);
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const stream = new EventStream();
      const events = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)].flatMap((part) =>
        stream.push(part),
      );
      assert.deepEqual(events, kEvents, `cut at ${first} and ${second}`);
    }
  }
  const stream = new EventStream();
  assert.deepEqual(
    [...bytes].flatMap((byte) => stream.push(Uint8Array.of(byte))),
    kEvents,
  );
});

test('an event without its empty line is not given out', () => {
  assert.deepEqual(new EventStream().push(new TextEncoder().encode('data: half\n')), []);
});
