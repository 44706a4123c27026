// A stand-in for `ondol serve` with the page of web/: canned answers, streamed as the server streams them, Korean cut at
// every byte.  What a message says decides what happens:
//   생각  thinks first          느리게  never ends by itself      긴 글  4,000 lines
//   표시  every kind of Markdown  바쁨  503 once, Retry-After 1   넘침  the context is full
//   끊김  breaks off midway      오래 읽기  does not come to the first word
// node tests/web/mock_server.mjs [PORT]: to look at the page by hand.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const kRoot = join(dirname(fileURLToPath(import.meta.url)), '../..');
const kTypes = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

const kMarkdown = `# 온돌의 세 부분

온돌은 **불**, **돌**, **바닥**으로 이루어집니다. 자세히는 [기록](https://example.com/ondol)을 보세요.

1. **아궁이**에서 불을 땝니다.
   - 장작은 \`참나무\`가 좋아요
   - 불길은 *천천히*
2. 고래를 따라 열이 흐릅니다.
3. 구들장이 데워집니다.

| 자리 | 온도 | 느낌 |
|:--|--:|:-:|
| 아랫목 | 38°C | 뜨끈하다 |
| 윗목 | 24°C | 포근하다 |

> 등 따시고 배부르면 그만이다.

\`\`\`python
# 아랫목의 온도
def warmth(distance, fire=38.0):
    """멀어질수록 식는다."""
    return fire - 1.5 * distance

print(warmth(4))  # 32.0
\`\`\`

- [x] 불 때기
- [ ] 고구마 굽기

[나쁜 링크](javascript:alert(1)) <b>태그</b> ![그림](https://example.com/a.png)
`;
const kDefault =
  '온돌은 아궁이에서 땐 불의 열이 방바닥 밑을 지나며 돌을 데우는 난방입니다. 뜨거운 김이 고래를 따라 굴뚝까지 흐르고, 데워진 구들장은 오래 식지 않아요.';

const kHome = {
  '거실 불 끄고 에어컨 24도로 해줘': [
    ['light', 'living_room', 'off', null, null],
    ['aircon', null, 'set', 'temperature', 24],
  ],
  '거실 불 좀 켜 줘': [['light', 'living_room', 'on', null, null]],
  '집 전체 불 다 꺼 줘': [['light', 'all', 'off', null, null]],
  '집 전체 불 다 켜 줘': [['light', 'all', 'on', null, null]],
  '다 틀어': [
    ['boiler', null, 'on', null, null],
    ['light', 'all', 'on', null, null],
    ['aircon', 'all', 'on', null, null],
    ['tv', 'all', 'on', null, null],
  ],
  '다 돌려': [
    ['fan', 'all', 'on', null, null],
    ['humidifier', 'all', 'on', null, null],
    ['purifier', 'all', 'on', null, null],
    ['speaker', 'all', 'on', null, null],
  ],
  일해: [
    ['washer', null, 'start', null, null],
    ['dryer', null, 'start', null, null],
    ['oven', null, 'start', null, null],
    ['dishwasher', null, 'start', null, null],
  ],
  '청소하고 닫아': [
    ['vacuum', 'kitchen', 'start', null, null],
    ['curtain', 'bedroom', 'close', null, null],
    ['door', null, 'open', null, null],
    ['humidifier', 'bedroom', 'off', 'timer', 30],
  ],
  '욕실 오븐 켜 줘': [['oven', 'bathroom', 'start', null, null]],
  '세탁기 얼마나 남았어?': [['washer', null, 'status', 'timer', null]],
  '말도 안 되게': null,
};

const kReceipt = {
  level: 'strict',
  policy: { sha256: '9f2c4b7d1e'.repeat(6) + 'abcd', text: 'socket EPERM\n' },
  tried: ['socket AF_INET', 'socket AF_UNIX', 'connect', 'io_uring_setup', 'ptrace', 'execve'].map((call) => ({
    call,
    outcome: 'EPERM',
    held: true,
  })),
  namespaces: { user: true, network: true },
  interfaces: [],
  landlock_abi: 7,
  files: { readable: 3, writable: 1 },
  threads: { all: 4, filtered: 4 },
  socket_streams: [],
  missing: [],
  accepted: {
    loopback: { peers: 1, connections: 3, received_bytes: 900, sent_bytes: 80000 },
    other: { peers: 0, connections: 0, received_bytes: 0, sent_bytes: 0 },
    each: [],
  },
};

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function pagePolicy() {
  const header = await readFile(join(kRoot, 'src/server/web_files.h'), 'utf8');
  return [
    ...header
      .split('kPagePolicy =')[1]
      .split(';\n')[0]
      .matchAll(/"([^"]*)"/g),
  ]
    .map((match) => match[1])
    .join('');
}

// options: house, sealed, key, models, template; `requests` holds the bodies of all questions that were answered.
export async function startMock({
  house = false,
  sealed = false,
  key = null,
  models = ['mock'],
  template = true,
  port = 0,
} = {}) {
  const policy = await pagePolicy();
  const schema = JSON.parse(await readFile(join(kRoot, 'tools/home/schema.json'), 'utf8'));
  const requests = [];
  let wasBusy = false;

  const sendJson = (response, status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  const sendError = (response, status, code, headers) =>
    sendJson(
      response,
      status,
      { error: { message: `mock: ${code}`, type: 'invalid_request_error', param: null, code } },
      headers,
    );

  async function sendPage(response, path) {
    try {
      const bytes = await readFile(join(kRoot, 'web', normalize(path === '/' ? '/index.html' : path)));
      response.writeHead(200, {
        'content-type': kTypes[extname(path)] ?? 'text/html',
        'content-security-policy': policy,
      });
      response.end(bytes);
    } catch {
      sendError(response, 404, 'not_found');
    }
  }

  async function answer(request, response, path) {
    let body = '';
    for await (const piece of request) body += piece;
    const question = JSON.parse(body);
    requests.push(question);
    const asked = question.messages?.at(-1).content ?? question.prompt;
    if (asked.includes('바쁨') && !wasBusy) {
      wasBusy = true;
      return sendError(response, 503, 'busy', { 'retry-after': '1' });
    }
    if (asked.includes('넘침')) return sendError(response, 400, 'context_length_exceeded');

    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.socket.setNoDelay(true);
    const event = (data) => `data: ${JSON.stringify(data)}\n\n`;
    const chunk = (delta, finish = null) =>
      event({
        choices: [
          {
            index: 0,
            ...(path === '/v1/completions' ? { text: delta.content ?? '' } : { delta }),
            finish_reason: finish,
          },
        ],
      });
    const progress = (processed) =>
      event({ choices: [], prompt_progress: { total: 600, cache: 200, processed, time_ms: processed } });
    if (question.return_progress) {
      for (const processed of [250, 400, 600]) {
        response.write(progress(processed));
        if (asked.includes('오래 읽기')) return;
        await wait(30);
      }
    }
    if (asked.includes('생각'))
      for (const word of ['먼저 ', '불을 ', '생각해 ', '봅니다.']) response.write(chunk({ reasoning_content: word }));

    const home = kHome[asked];
    const text =
      house && home !== undefined
        ? home === null
          ? '글쎄요'
          : JSON.stringify({
              actions: home.map(([device, room, action, param, value]) => ({ device, room, action, param, value })),
            })
        : house
          ? '{"actions":[]}'
          : asked.includes('표시')
            ? kMarkdown
            : asked.includes('긴 글')
              ? '가나다라 마바사\n'.repeat(4000)
              : kDefault;
    if (asked.includes('느리게')) {
      for (let i = 0; !response.destroyed; i++) {
        response.write(chunk({ content: `${i}째 줄입니다. ` }));
        await wait(40);
      }
      return;
    }
    if (asked.includes('긴 글') || asked.includes('표시')) {
      for (let i = 0; i < text.length; i += 7) response.write(chunk({ content: text.slice(i, i + 7) }));
    } else {
      for (const character of text) {
        const bytes = Buffer.from(chunk({ content: character }));
        for (const byte of bytes) response.write(Buffer.from([byte]));
        if (asked.includes('끊김')) {
          await wait(100);
          return response.destroy();
        }
      }
    }
    const n = [...text].length;
    response.write(chunk({}, 'stop'));
    response.write(
      event({
        choices: [],
        usage: { prompt_tokens: 600, completion_tokens: n, total_tokens: 600 + n },
        timings: {
          cache_n: 200,
          prompt_n: 400,
          prompt_ms: 90,
          prompt_per_second: 4444,
          predicted_n: n,
          predicted_ms: n * 30,
          predicted_per_second: 33.3,
        },
      }),
    );
    response.end('data: [DONE]\n\n');
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://mock').pathname;
    const isApi = ['/props', '/seal', '/v1/models', '/v1/chat/completions', '/v1/completions'].includes(path);
    if (isApi && key && request.headers.authorization !== `Bearer ${key}`)
      return sendError(response, 401, 'invalid_api_key');
    if (path === '/props') {
      return sendJson(response, 200, {
        model: models[0],
        context_length: 2048,
        chat_template: template,
        output_schema: house ? schema : null,
        version: '0.1.0',
        memory_bytes: 84e6,
        sealed,
      });
    }
    if (path === '/seal') return sealed ? sendJson(response, 200, kReceipt) : sendError(response, 404, 'not_sealed');
    if (path === '/v1/models')
      return sendJson(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
    if (isApi) return answer(request, response, path);
    return sendPage(response, path);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startMock({
    port: Number(process.argv[2] ?? 8099),
    house: process.argv.includes('--house'),
    sealed: true,
  });
  console.log(url);
}
