// The page as a running `ondol serve` serves it: ONDOL_URL names it, ONDOL_TOOLS_URL one whose key is ONDOL_KEY.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answered, lastAnswer, openPage, say, slips, startBrowser } from './browser.mjs';
import { pagePolicy } from './mock_server.mjs';

const url = process.env.ONDOL_URL;
const options = { skip: !url && 'no running server was named' };

let browser;
let props;
before(async () => {
  if (!url) return;
  browser = await startBrowser();
  props = await (await fetch(new URL('/props', url))).json();
});
after(() => browser?.close());

const toChat = (page) => props.output_schema && page.click('[data-view=chat]');

test('the page comes with its policy, and again only when it has changed', options, async () => {
  const first = await fetch(url);
  assert.equal(first.headers.get('content-security-policy'), await pagePolicy());
  const second = await fetch(url, { headers: { 'if-none-match': first.headers.get('etag') } });
  assert.equal(second.status, 304);
});

test('an answer comes with its figures and survives a reload', options, async () => {
  const { page, close } = await openPage(browser, url);
  await toChat(page);
  await say(page, '거실 불 켜 줘');
  await answered(page);
  const answer = await lastAnswer(page).innerText();
  assert.ok(answer.length > 0 && !answer.includes('\ufffd'), answer);
  assert.match(await page.innerText('#figures'), /초당 [\d.,]+토큰.*문맥 [\d,]+ \/ [\d,]+.*메모리 \d+/s);
  await page.reload();
  await page.waitForSelector('.message');
  assert.equal(await lastAnswer(page).innerText(), answer);
  await close();
});

test('a long answer can be stopped', options, async (context) => {
  const { page, close } = await openPage(browser, url);
  await toChat(page);
  await say(page, '옛날이야기를 아주 길게 들려줘');
  await page.waitForSelector('.message.assistant .prose');
  await page.keyboard.press('Escape');
  await answered(page);
  const status = await page.innerText('.message.assistant .status');
  if (!status.includes('멈췄어요')) context.diagnostic('the answer had ended before it could be stopped');
  await close();
});

test('one Enter sends a Korean composition once', options, async () => {
  const { page, close } = await openPage(browser, url);
  await toChat(page);
  await page.focus('#composer');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Input.insertText', { text: '불 켜 ' });
  for (const text of ['ㅈ', '주', '줘'])
    await devtools.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
  await devtools.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  await devtools.send('Input.insertText', { text: '줘' });
  await devtools.send('Input.dispatchKeyEvent', {
    type: 'keyUp',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 13,
  });
  await answered(page);
  assert.deepEqual(await slips(page), ['불 켜 줘']);
  assert.equal(await page.inputValue('#composer'), '');
  await close();
});

const keyed = { url: process.env.ONDOL_TOOLS_URL, key: process.env.ONDOL_KEY };
test(
  'a server that wants a key gets it from the reader',
  { skip: !keyed.url && 'no server with a key was named' },
  async () => {
    const browserWithKey = await startBrowser();
    const page = await browserWithKey.newPage({ locale: 'ko-KR' });
    await page.goto(keyed.url);
    await page.fill('#key', keyed.key);
    await page.click('#key-dialog [type=submit]');
    await say(page, '안녕');
    await answered(page);
    assert.ok((await lastAnswer(page).innerText()).length > 0);
    await browserWithKey.close();
  },
);

test('the house obeys a Korean sentence', options, async (context) => {
  if (!props.output_schema) return context.skip('the served model stores no output schema');
  const { page, close } = await openPage(browser, url);
  await page.waitForSelector('#house-view:not([hidden])');
  await say(page, '거실 불 끄고 에어컨 24도로 해줘');
  await page.waitForSelector('#house-history li');
  const isOn = (device) =>
    page.locator(`[data-device=${device}][data-room=living_room]`).evaluate((node) => node.classList.contains('on'));
  assert.deepEqual([await isOn('light'), await isOn('aircon')], [false, true]);
  assert.ok((await page.locator('.aircon.shine .panel').allTextContents()).includes('24°'));
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/served-house.png` });
  await close();
});
