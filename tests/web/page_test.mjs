// What every view of the page owes its readers: names for all controls, contrast, no sideways scrolling on a phone.
// With SHOTS=FOLDER it also leaves pictures of the views there.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answered, openPage, say, startBrowser } from './browser.mjs';
import { startMock } from './mock_server.mjs';

let browser;
let chat;
let house;
before(
  async () =>
    ([browser, chat, house] = await Promise.all([
      startBrowser(),
      startMock({ sealed: true }),
      startMock({ house: true, sealed: true }),
    ])),
);
after(async () => {
  await browser.close();
  await Promise.all([chat.close(), house.close()]);
});

const kPhone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const kViews = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { ...kPhone, colorScheme: 'light' },
  'phone-dark': { ...kPhone, colorScheme: 'dark' },
  english: { locale: 'en-GB', colorScheme: 'light' },
};

// Faults that a person with a screen reader or weak eyes would meet.
function faultsOf(page) {
  return page.evaluate(() => {
    const faults = [];
    const isShown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const name = (node) => `${node.tagName.toLowerCase()}#${node.id}.${node.getAttribute('class') ?? ''}`;
    for (const node of document.querySelectorAll(
      'button, input, textarea, select, a[href], summary, [role=img], [role=tab]',
    )) {
      const label = node.getAttribute('aria-label') || node.labels?.[0]?.textContent || node.textContent || node.title;
      if (isShown(node) && !label.trim()) faults.push(`no name: ${name(node)}`);
    }
    const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id twice: ${id}`);
    if (document.documentElement.scrollWidth > innerWidth)
      faults.push(`wider than the window: ${document.documentElement.scrollWidth}`);
    for (const node of document.querySelectorAll('[data-text]'))
      if (!node.textContent) faults.push(`no text: ${name(node)}`);

    // WCAG 2.2, contrast of text: 4.5, and 3 for large text
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour) => {
      const [r, g, b] = colour.map((channel) =>
        channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || node.closest('svg, .unseen, option, :disabled') || !isShown(node))
        continue;
      let ground = node;
      while (ground !== document.documentElement && rgba(getComputedStyle(ground).backgroundColor)[3] < 255)
        ground = ground.parentElement;
      const style = getComputedStyle(node);
      const [a, b] = [rgba(style.color), rgba(getComputedStyle(ground).backgroundColor)]
        .map(luminance)
        .sort((x, y) => y - x);
      const least =
        parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
      const contrast = (a + 0.05) / (b + 0.05);
      if (contrast < least)
        faults.push(`contrast ${contrast.toFixed(2)}: ${name(node)} "${walker.currentNode.data.trim().slice(0, 20)}"`);
    }
    return [...new Set(faults)];
  });
}

async function look(page, view, name) {
  await page.waitForTimeout(700);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${view}.png`) });
  assert.deepEqual(await faultsOf(page), [], `${name}, ${view}`);
}

for (const [view, options] of Object.entries(kViews)) {
  test(`hero, chat and dialogs, ${view}`, async () => {
    const { page, close } = await openPage(browser, chat.url, options);
    await look(page, view, 'hero');
    await say(page, '온돌이 뭐예요? 생각하고 표시해 주세요');
    await answered(page);
    await page.locator('#chat-view').evaluate((node) => (node.scrollTop = 0));
    await look(page, view, 'chat');
    await page.click('#seal');
    await look(page, view, 'seal');
    await page.keyboard.press('Escape');
    await page.click('#open-settings');
    await look(page, view, 'settings');
    await close();
  });

  test(`house, ${view}`, async () => {
    const { page, close } = await openPage(browser, house.url, options);
    for (const sentence of ['다 틀어', '거실 불 끄고 에어컨 24도로 해줘']) {
      await say(page, sentence);
      await page.waitForFunction(
        (said) => document.querySelector('#house-history button')?.textContent === said,
        sentence,
      );
    }
    await page.waitForTimeout(1500);
    await look(page, view, 'house');
    await close();
  });
}

test('nothing moves for a reader who asked for less motion', async () => {
  const { page, close } = await openPage(browser, house.url, { reducedMotion: 'reduce' });
  await say(page, '다 틀어');
  await page.waitForSelector('#house-history li');
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await close();
});

test('the page can be used with the keyboard alone', async () => {
  const { page, close } = await openPage(browser, chat.url);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'composer');
  await page.keyboard.type('안녕');
  await page.keyboard.press('Enter');
  await answered(page);
  await page.keyboard.press('Shift+Tab');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.label), 'regenerate');
  await page.keyboard.press('Alt+n');
  await page.waitForSelector('#hero:not([hidden])');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'composer');
  await close();
});
