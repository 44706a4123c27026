// A browser with a page of Ondol in it, and what must hold on every page: no request to another origin, no breach of the
// content security policy, no error on the console.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

export function startBrowser() {
  return chromium.launch({ executablePath: kChromium, args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
}

// Opens `url` in a fresh profile.  `expected` matches console errors that belong to the test (a 503 is one).
export async function openPage(browser, url, { expected = null, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ko-KR', ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'data:' && protocol !== 'blob:')
      faults.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.stack}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective}`),
    );
  });
  await page.goto(url);
  await page.waitForFunction(() => document.getElementById('figures')?.childElementCount > 0);
  return {
    page,
    close: async () => {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
}

export async function say(page, text) {
  await page.fill('#composer', text);
  await page.press('#composer', 'Enter');
}

export const answered = (page, options) =>
  page.waitForSelector('.message.assistant:last-child:not([aria-busy])', options);
export const lastAnswer = (page) => page.locator('.message.assistant').last().locator('.prose').last();
export const slips = (page) => page.locator('.message.user .slip').allTextContents();
