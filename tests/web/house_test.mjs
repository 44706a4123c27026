// The house: obeys what the model answers, and says so in words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage, say, startBrowser } from './browser.mjs';
import { startMock } from './mock_server.mjs';

let browser;
let mock;
before(async () => ([browser, mock] = await Promise.all([startBrowser(), startMock({ house: true })])));
after(async () => {
  await browser.close();
  await mock.close();
});

async function command(page, sentence) {
  await say(page, sentence);
  await page.waitForFunction((said) => document.querySelector('#house-history button')?.textContent === said, sentence);
  return page.innerText('#house-reply .done');
}
const state = (page, name) => page.locator('#house-states li', { hasText: name }).locator('.state').textContent();
const isOn = (page, device, room) =>
  page.locator(`[data-device=${device}][data-room=${room}]`).evaluate((node) => node.classList.contains('on'));

test('a Korean sentence turns off a lamp and sets the air conditioner', async () => {
  const { page, close } = await openPage(browser, mock.url);
  await page.waitForSelector('#house-view:not([hidden])');
  assert.equal(await isOn(page, 'light', 'living_room'), true);
  assert.equal(
    await command(page, '거실 불 끄고 에어컨 24도로 해줘'),
    '거실 불을 껐어요. 거실 에어컨 온도를 24도로 맞췄어요.',
  );
  assert.equal(await isOn(page, 'light', 'living_room'), false);
  assert.equal(await isOn(page, 'aircon', 'living_room'), true);
  assert.equal(
    await page
      .locator('.aircon.shine .panel')
      .allTextContents()
      .then((all) => all.join()),
    ',,24°',
  );
  assert.deepEqual(JSON.parse(await page.textContent('#house-json')).actions.length, 2);
  assert.equal(await state(page, '거실 불'), '꺼짐');
  assert.equal(await page.textContent('#announcer'), '거실 불을 껐어요. 거실 에어컨 온도를 24도로 맞췄어요.');
  await close();
});

test('everything at once, the robot in another room, a timer', async () => {
  const { page, close } = await openPage(browser, mock.url);
  assert.equal(await command(page, '집 전체 불 다 꺼 줘'), '집 전체 불을 껐어요.');
  assert.equal(await page.locator('[data-device=light].on').count(), 0);
  await command(page, '일해');
  for (const device of ['washer', 'dryer', 'oven', 'dishwasher'])
    assert.equal(await page.locator(`[data-device=${device}].on`).count(), 1, device);
  await command(page, '청소하고 닫아');
  assert.equal(await page.locator('.vacuum:not(.elsewhere)').getAttribute('data-room'), 'kitchen');
  assert.equal(await page.locator('.curtain.open').count(), 3);
  assert.match(await state(page, '현관문'), /^열림/);
  assert.match(await state(page, '침실 가습기'), /30분 뒤 꺼짐/);
  await close();
});

test('questions, strangers and nonsense change nothing', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const before = await page.textContent('#house-states');
  assert.equal(await command(page, '세탁기 얼마나 남았어?'), '베란다 세탁기 상태: 멈춤.');
  assert.equal(await command(page, '욕실 오븐 켜 줘'), '욕실에는 오븐이 없어요.');
  assert.equal(await command(page, '오늘 날씨 어때?'), '집에 시키는 말이 아니라서 아무것도 바꾸지 않았어요.');
  assert.equal(await command(page, '말도 안 되게'), '집이 알아들을 수 있는 JSON이 아니라서 아무것도 바꾸지 않았어요.');
  assert.equal(await page.textContent('#house-states'), before);
  await close();
});

test('every device of the schema stands in the house, and every action is understood', async () => {
  const { page, close } = await openPage(browser, mock.url);
  const wrong = await page.evaluate(async () => {
    const { kDevices } = await import('/script/house/devices.js');
    const { newHome, obey } = await import('/script/house/home.js');
    const { reportText } = await import('/script/house/words.js');
    const { properties } = (await (await fetch('/props')).json()).output_schema.properties.actions.items;
    const found = properties.device.enum.filter(
      (device) => !kDevices[device] || !document.querySelector(`#house [data-device=${device}]`),
    );
    const home = newHome();
    for (const device of properties.device.enum)
      for (const room of properties.room.enum)
        for (const action of properties.action.enum) {
          for (const param of [...properties.param.enum, 'constructor'])
            for (const value of [5, 9999, ...properties.value.anyOf[1].enum]) {
              const told = reportText(obey(home, { device, room, action, param, value }, 0), 0);
              if (/undefined|null|NaN|\{|\[object/.test(told))
                found.push([device, room, action, param, value, told].join(' '));
            }
        }
    return found.slice(0, 10);
  });
  assert.deepEqual(wrong, []);
  await close();
});
