// The Markdown view in a browser: the same nodes however the text came, and work that grows with the text only.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage, startBrowser } from './browser.mjs';
import { startMock } from './mock_server.mjs';

let browser;
let mock;
before(async () => ([browser, mock] = await Promise.all([startBrowser(), startMock()])));
after(async () => {
  await browser.close();
  await mock.close();
});

const kTexts = [
  '첫 줄\n둘째 줄\n\n# 제목\n- 하나\n- 둘\n  - 셋\n\n    이어짐\n\n1. 가\n2. 나\n\n끝',
  '글\n- x\n# y\n> a\n> b\n\n| a | b |\n|--|:-:|\n| `1` | **2** |\n| 3\n다음',
  'a ```b``` c\n```js\nconst x = `\n`;\n``\n```\n뒤',
  '**온돌**은 *따뜻*하고 __강하고__ ~~차갑~~ 않다. snake_case_name 2*3*4 [링크](https://a.b/c_(d)) <https://e.f> https://g.h/i를 보라.',
  '- [ ] 할 일\n- [x] 한 일\n\n---\n***\n> 인용\n> - 속\n>   1. 더 속',
  '~~~\n닫히지 않은\n코드',
  '![그림](http://x/y.png) [x](javascript:alert(1)) [y](data:text/html,x) \\*별\\* <img src=x onerror=alert(1)>',
];

test('a text cut anywhere gives the nodes of the whole text', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const different = await page.evaluate(async (texts) => {
    const { MarkdownView } = await import('/script/markdown/markdown_view.js');
    const shown = (...steps) => {
      const root = document.createElement('div');
      const view = new MarkdownView(root);
      steps.forEach((text, i) => view.update(text, i + 1 === steps.length));
      root.normalize();
      return root.innerHTML.replaceAll('<span></span>', '');
    };
    const found = [];
    for (const text of texts) {
      const whole = shown(text);
      const prefixes = Array.from(text, (_, i) => text.slice(0, i + 1));
      if (shown(...prefixes, text) !== whole) found.push(['every character', text, shown(...prefixes, text), whole]);
      for (const prefix of prefixes)
        if (shown(prefix, text) !== whole) found.push([prefix, text, shown(prefix, text), whole]);
    }
    return found.slice(0, 2);
  }, kTexts);
  assert.deepEqual(different, []);
  await close();
});

test('emphasis, links and code become their elements', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const html = await page.evaluate(async (text) => {
    const { MarkdownView } = await import('/script/markdown/markdown_view.js');
    const root = document.createElement('div');
    new MarkdownView(root).update(text, true);
    return root.innerHTML.replaceAll(' target="_blank" rel="noopener noreferrer"', '');
  }, kTexts[3]);
  assert.equal(
    html,
    '<p><strong>온돌</strong>은 <em>따뜻</em>하고 <strong>강하고</strong> <del>차갑</del> 않다. snake_case_name 2<em>3</em>4 ' +
      '<a href="https://a.b/c_(d)">링크</a> <a href="https://e.f/">https://e.f</a> <a href="https://g.h/i">https://g.h/i</a>를 보라.</p>',
  );
  await close();
});

test('a growing answer costs what is new, not what is there', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const touched = await page.evaluate(async () => {
    const { MarkdownView } = await import('/script/markdown/markdown_view.js');
    const nodesTouched = async (nLines, line) => {
      const root = document.createElement('div');
      let n = 0;
      const observer = new MutationObserver((records) => {
        for (const { addedNodes, removedNodes } of records) n += addedNodes.length + removedNodes.length;
      });
      observer.observe(root, { childList: true, subtree: true });
      const view = new MarkdownView(root);
      let text = line.startsWith('x') ? '```js\n' : line.startsWith('|') ? '| a |\n|--|\n' : '';
      for (let i = 0; i < nLines; i++) view.update((text += line));
      await new Promise((resolve) => setTimeout(resolve));
      return n;
    };
    const shares = {};
    for (const line of ['x = 1;\n', '- 항목\n', '| 칸 |\n', '문단\n\n']) {
      shares[line] = (await nodesTouched(800, line)) / (await nodesTouched(200, line));
    }
    return shares;
  });
  for (const [line, share] of Object.entries(touched))
    assert.ok(share < 4.5, `${line}: four times the text, ${share} times the nodes`);
  await close();
});

test('hostile depth and length do no harm', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await page.evaluate(async () => {
    const { MarkdownView } = await import('/script/markdown/markdown_view.js');
    const texts = [
      '> '.repeat(5000) + 'x',
      '- '.repeat(5000) + 'x',
      '*'.repeat(20000),
      '**a '.repeat(10000),
      '['.repeat(20000),
      '`a``b'.repeat(5000),
      '[a]('.repeat(10000),
      '|'.repeat(20000),
    ];
    for (const text of texts) new MarkdownView(document.createElement('div')).update(text, true);
  });
  await close();
});
