// The chat against the stand-in server: streaming, stopping, branches, what is kept, what goes wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answered, lastAnswer, openPage, say, slips, startBrowser } from './browser.mjs';
import { startMock } from './mock_server.mjs';

let browser;
let mock;
before(async () => ([browser, mock] = await Promise.all([startBrowser(), startMock()])));
after(async () => {
  await browser.close();
  await mock.close();
});

test('Korean that is cut at every byte arrives whole', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '온돌이 뭐예요?');
  await answered(page);
  const text = await lastAnswer(page).innerText();
  assert.equal(
    text,
    '온돌은 아궁이에서 땐 불의 열이 방바닥 밑을 지나며 돌을 데우는 난방입니다. 뜨거운 김이 고래를 따라 굴뚝까지 흐르고, 데워진 구들장은 오래 식지 않아요.',
  );
  assert.match(await page.innerText('#figures'), /초당 33\.3토큰.*문맥 \d+ \/ 2,048.*메모리 84 MB/s);
  await close();
});

test('prefill progress is shown before the first word', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '오래 읽기');
  await page.waitForSelector('.status progress');
  assert.equal(
    await page.innerText('.message.assistant .status'),
    '600토큰 중 250토큰 읽는 중 · 200토큰은 이미 읽었어요',
  );
  await page.keyboard.press('Escape');
  await answered(page);
  await close();
});

test('thinking is folded and apart from the answer', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '생각해서 답해 줘');
  await answered(page);
  assert.equal(await page.locator('.thinking').getAttribute('open'), null);
  assert.equal(await page.locator('.thinking .prose').textContent(), '먼저 불을 생각해 봅니다.');
  assert.doesNotMatch(await lastAnswer(page).innerText(), /먼저 불을/);
  assert.match(await page.textContent('#announcer'), /^온돌은/);
  await close();
});

test('Esc stops an answer and keeps what has come', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '느리게');
  await page.waitForFunction(() => document.querySelector('.prose')?.textContent.includes('3째'));
  await page.keyboard.press('Escape');
  await answered(page);
  assert.match(await lastAnswer(page).innerText(), /^0째 줄입니다\. 1째/);
  assert.match(await page.innerText('.message.assistant .status'), /멈췄어요/);
  await close();
});

test('an Enter while an answer is written leaves the text in the field', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '느리게');
  await page.waitForSelector('.message.assistant .prose');
  await say(page, '다음 말');
  assert.equal(await page.inputValue('#composer'), '다음 말');
  await page.click('#send');
  await answered(page);
  assert.equal((await slips(page)).length, 1);
  await close();
});

test('a reload keeps the conversation, also one that was being answered', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '안녕');
  await answered(page);
  await say(page, '느리게');
  await page.waitForTimeout(1600);
  await page.reload();
  await page.waitForSelector('.message');
  assert.deepEqual(await slips(page), ['안녕', '느리게']);
  assert.match(await lastAnswer(page).innerText(), /^0째 줄/);
  await close();
});

test('editing a message makes a branch, and one can go back', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '하나');
  await answered(page);
  await page.click('.message.user [data-label=edit]');
  await page.fill('.editing', '둘');
  await page.press('.editing', 'Enter');
  await answered(page);
  assert.deepEqual(await slips(page), ['둘']);
  assert.equal(mock.requests.at(-1).messages.length, 1);
  await page.click('.message.user [data-label=branchBefore]');
  assert.deepEqual(await slips(page), ['하나']);
  await page.click('.message.user [data-label=branchAfter]');
  assert.deepEqual(await slips(page), ['둘']);

  await page.click('.message.assistant [data-label=regenerate]');
  await answered(page);
  assert.equal(await page.innerText('.message.assistant .where'), '2/2');
  await close();
});

test('Markdown becomes nodes, never HTML, and only safe links', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '표시해 주세요');
  await answered(page);
  const prose = lastAnswer(page);
  assert.equal(await prose.locator('table tbody tr').count(), 2);
  assert.equal(await prose.locator('ol > li').count(), 3);
  assert.equal(await prose.locator('ol ul > li').count(), 2);
  assert.equal(await prose.locator('.task').count(), 2);
  assert.equal(await prose.locator('pre .code-word').first().innerText(), 'def');
  assert.equal(await prose.locator('b, img, script').count(), 0);
  assert.deepEqual(await prose.locator('a').evaluateAll((links) => links.map((link) => [link.href, link.rel])), [
    ['https://example.com/ondol', 'noopener noreferrer'],
    ['https://example.com/a.png', 'noopener noreferrer'],
  ]);
  assert.match(await prose.innerText(), /\[나쁜 링크\]\(javascript:alert\(1\)\) <b>태그<\/b>/);
  await close();
});

test('a very long answer arrives whole', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '긴 글');
  await answered(page);
  const lines = (await lastAnswer(page).innerText()).trim().split('\n');
  assert.deepEqual([lines.length, new Set(lines).size], [4000, 1]);
  await close();
});

test('settings are sent, and only those that were set', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await page.click('#open-settings');
  await page.fill('#system', '짧게 답해.');
  await page.fill('#sampling-temperature', '0.3');
  await page.fill('#sampling-seed', '7');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await say(page, '안녕');
  await answered(page);
  const { messages, temperature, seed, top_p: topP } = mock.requests.at(-1);
  assert.deepEqual(messages, [
    { role: 'system', content: '짧게 답해.' },
    { role: 'user', content: '안녕' },
  ]);
  assert.deepEqual([temperature, seed, topP], [0.3, 7, undefined]);
  await close();
});

test('conversations are searched, renamed, deleted, brought back', async () => {
  const { page, close } = await openPage(browser, mock.url);
  for (const text of ['아랫목 이야기', '굴뚝 이야기']) {
    await page.click('#new-conversation');
    await say(page, text);
    await answered(page);
  }
  await page.click('[data-label=rename]');
  await page.fill('.renaming', '연기');
  await page.press('.renaming', 'Enter');
  assert.deepEqual(await page.locator('#conversation-list .title').allTextContents(), ['연기', '아랫목 이야기']);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('아랫');
  assert.deepEqual(await page.locator('#conversation-list .title').allTextContents(), ['아랫목 이야기']);
  await page.fill('#search', '');
  await page.click('[data-label=remove]');
  assert.equal(await page.locator('#conversation-list .title').count(), 1);
  await page.click('.notice button');
  assert.equal(await page.locator('#conversation-list .title').count(), 2);
  await close();
});

test('a saved file holds every branch and can be imported', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '하나');
  await answered(page);
  await page.click('[data-label=regenerate]');
  await answered(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-label=saveJson]')]);
  const path = await download.path();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#import')]);
  await chooser.setFiles(path);
  await page.waitForFunction(() => document.querySelectorAll('#conversation-list .title').length === 2);
  await page.locator('#conversation-list li:not(.shown) .title').click();
  assert.equal(await page.innerText('.message.assistant .where'), '2/2');
  await close();
});

test('a busy server is asked again when it said', async () => {
  const { page, close } = await openPage(browser, mock.url, { expected: /503/ });
  await say(page, '바쁨');
  await page.waitForSelector('.trouble');
  assert.match(await page.innerText('.trouble'), /1초 뒤에 다시/);
  await page.waitForSelector('.prose');
  await answered(page);
  await close();
});

test('a full context and a broken stream are told kindly', async () => {
  const { page, close } = await openPage(browser, mock.url, { expected: /400|ERR_/ });
  await say(page, '넘침');
  await page.waitForSelector('.trouble');
  assert.match(await page.innerText('.trouble'), /문맥보다 길어졌어요/);
  await say(page, '끊김');
  await page.waitForFunction(() =>
    document.querySelector('.message:last-child .trouble')?.textContent.includes('끊겼어요'),
  );
  assert.equal(await lastAnswer(page).innerText(), '온');
  await close();
});

test('a server that is gone is told and found again', async () => {
  const lone = await startMock();
  const { page, close } = await openPage(browser, lone.url, { expected: /ERR_/ });
  await lone.close();
  await say(page, '안녕');
  await page.waitForSelector('.trouble');
  assert.match(await page.innerText('.trouble'), /대답하지 않아요/);
  await close();
});

test('a server with a key is asked with the key that the reader types', async () => {
  const locked = await startMock({ key: 'warm-floor' });
  const context = await browser.newContext({ locale: 'ko-KR' });
  const page = await context.newPage();
  await page.goto(locked.url);
  await page.fill('#key', 'wrong');
  await page.click('#key-dialog [type=submit]');
  await page.waitForSelector('#key-wrong:not([hidden])');
  await page.fill('#key', 'warm-floor');
  await page.click('#key-dialog [type=submit]');
  await say(page, '안녕');
  await answered(page);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).join().includes('key')), false);
  await context.close();
  await locked.close();
});

test('a model without a template goes on writing', async () => {
  const plain = await startMock({ template: false });
  const { page, close } = await openPage(browser, plain.url);
  await say(page, '옛날 옛적에');
  await answered(page);
  assert.equal(plain.requests.at(-1).prompt, '옛날 옛적에');
  await close();
  await plain.close();
});

test('of several models the chosen one is asked', async () => {
  const several = await startMock({ models: ['작은 모델', '큰 모델'] });
  const { page, close } = await openPage(browser, several.url);
  await page.selectOption('#model', '큰 모델');
  await say(page, '안녕');
  await answered(page);
  assert.equal(several.requests.at(-1).model, '큰 모델');
  await close();
  await several.close();
});

test('the language can be switched, and is kept', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await say(page, '안녕');
  await answered(page);
  await page.click('#language');
  assert.equal(await page.innerText('#new-conversation span'), 'New conversation');
  assert.match(await page.innerText('.message.assistant .status'), /tokens\/s/);
  await page.reload();
  await page.waitForSelector('.message');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await close();
});
