// One Enter sends once with an input method, whatever order of events the browser has.  The composition is Chromium's own
// (Input.imeSetComposition); the Enter that Safari sends after the composition is dispatched as it arrives there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answered, openPage, slips, startBrowser } from './browser.mjs';
import { startMock } from './mock_server.mjs';

let browser;
let mock;
before(async () => ([browser, mock] = await Promise.all([startBrowser(), startMock()])));
after(async () => {
  await browser.close();
  await mock.close();
});

const kEnterOfInputMethod = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 };
const kEnter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };

async function typist(page) {
  await page.focus('#composer');
  const devtools = await page.context().newCDPSession(page);
  const compose = (text) =>
    devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  const commit = (text) => devtools.send('Input.insertText', { text });
  const key = async (key) => {
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
  };
  const release = (key) => devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key, text: undefined });
  // 안녕하세 is written, 요 is still being composed
  const greet = async () => {
    await commit('안녕하세');
    for (const step of ['ㅇ', '요']) await compose(step);
  };
  return { compose, commit, key, release, greet };
}

async function sentOnce(page, text) {
  await answered(page);
  await page.waitForTimeout(300);
  assert.deepEqual(await slips(page), [text]);
  assert.equal(await page.inputValue('#composer'), '');
}

test('Enter ends the composition and nothing follows', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const { commit, key, release, greet } = await typist(page);
  await greet();
  await key(kEnterOfInputMethod);
  await commit('요');
  await release(kEnterOfInputMethod);
  await sentOnce(page, '안녕하세요');
  await close();
});

test('Enter ends the composition and comes a second time', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const { commit, key, release, greet } = await typist(page);
  await greet();
  await key(kEnterOfInputMethod);
  await commit('요');
  await key(kEnter);
  await release(kEnter);
  await sentOnce(page, '안녕하세요');
  await close();
});

test('the composition has ended before its Enter arrives, with code 229', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const { greet } = await typist(page);
  await greet();
  await page.evaluate(() => {
    const field = document.getElementById('composer');
    field.value = '안녕하세요';
    field.dispatchEvent(new CompositionEvent('compositionend', { data: '요', bubbles: true }));
    field.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true }),
    );
  });
  await sentOnce(page, '안녕하세요');
  await close();
});

test('a real Enter key in the midst of a composition sends once', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const { key, release, greet } = await typist(page);
  await greet();
  await key(kEnter);
  await release(kEnter);
  await sentOnce(page, '안녕하세요');
  await close();
});

test('the Enter that confirms Japanese does not send, the next one does', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const { compose, commit, key, release } = await typist(page);
  for (const step of ['に', 'にほん', '日本']) await compose(step);
  await key(kEnterOfInputMethod);
  await commit('日本');
  await release(kEnterOfInputMethod);
  await page.waitForTimeout(300);
  assert.equal(await page.inputValue('#composer'), '日本');
  await key(kEnter);
  await release(kEnter);
  await sentOnce(page, '日本');
  await close();
});

test('Shift and Enter make a new line in Korean, too', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const { commit, key, release } = await typist(page);
  await commit('첫째');
  await page.keyboard.press('Shift+Enter');
  await commit('둘째');
  await key(kEnter);
  await release(kEnter);
  await sentOnce(page, '첫째\n둘째');
  await close();
});
