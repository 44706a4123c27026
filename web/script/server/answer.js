// One streamed answer.  Yields, in the order of arrival:
//   {progress: {total, cache, processed}}   the prompt is being read (tokens)
//   {thinking: text}  {text}                the next piece
//   {finish: 'stop' | 'length' | …}         why the answer ended
//   {usage} and {timings}                   the server's figures
// Throws ServerError; AbortError once `signal` fires.
import { post } from './api.js';
import { EventStream } from './event_stream.js';
import { ServerError } from './server_error.js';

export async function* streamAnswer({ path, body }, signal) {
  const response = await post(
    path,
    { ...body, stream: true, stream_options: { include_usage: true }, return_progress: true },
    signal,
  );
  const events = new EventStream();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) throw new ServerError('failed'); // an answer ends with [DONE]
      for (const event of events.push(value)) {
        if (event === '[DONE]') return;
        yield* parts(parsed(event));
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ServerError('failed');
  }
}

function parsed(event) {
  try {
    return JSON.parse(event);
  } catch {
    throw new ServerError('failed');
  }
}

function* parts(chunk) {
  if (chunk.error) throw ServerError.fromBody(chunk.error, null);
  if (chunk.prompt_progress) yield { progress: chunk.prompt_progress };
  const choice = chunk.choices?.[0];
  const text = choice?.delta ? choice.delta.content : choice?.text;
  if (choice?.delta?.reasoning_content) yield { thinking: choice.delta.reasoning_content };
  if (text) yield { text };
  if (choice?.finish_reason) yield { finish: choice.finish_reason };
  if (chunk.usage) yield { usage: chunk.usage };
  if (chunk.timings) yield { timings: chunk.timings };
}
