// The house in words, English and Korean side by side: what happened, and how each thing stands.
import { language } from '../page/language.js';
import { kDevices } from './devices.js';
import { minutesLeft } from './home.js';

const kDeviceNames = {
  light: ['light', '불'],
  aircon: ['air conditioner', '에어컨'],
  boiler: ['floor heating', '보일러'],
  tv: ['TV', 'TV'],
  speaker: ['speaker', '스피커'],
  purifier: ['air purifier', '공기청정기'],
  fan: ['fan', '선풍기'],
  humidifier: ['humidifier', '가습기'],
  fridge: ['fridge', '냉장고'],
  oven: ['oven', '오븐'],
  dishwasher: ['dishwasher', '식기세척기'],
  washer: ['washing machine', '세탁기'],
  dryer: ['dryer', '건조기'],
  vacuum: ['robot vacuum', '로봇청소기'],
  curtain: ['curtain', '커튼'],
  door: ['front door', '현관문'],
};
const kRoomNames = {
  bedroom: ['bedroom', '침실'],
  kids_room: ['kids’ room', '아이방'],
  study: ['study', '서재'],
  bathroom: ['bathroom', '욕실'],
  living_room: ['living room', '거실'],
  kitchen: ['kitchen', '주방'],
  balcony: ['balcony', '베란다'],
  all: ['house', '집'],
};
const kModeNames = {
  auto: ['automatic', '자동'],
  cool: ['cooling', '냉방'],
  heat: ['heating', '난방'],
  dry: ['drying', '제습'],
  sleep: ['sleep', '취침'],
  turbo: ['turbo', '터보'],
  quiet: ['quiet', '조용'],
  eco: ['eco', '절전'],
  wash: ['wash', '세탁'],
  rinse: ['rinse', '헹굼'],
  spin: ['spin', '탈수'],
  strong: ['strong', '강풍'],
  weak: ['gentle', '약풍'],
  movie: ['movie', '영화'],
  night: ['night', '야간'],
};
// value, then the name of the setting in a sentence
const kSettingWords = {
  temperature: [
    ['{}°C', 'temperature'],
    ['{}도', '온도'],
  ],
  brightness: [
    ['brightness {} %', 'brightness'],
    ['밝기 {}%', '밝기'],
  ],
  level: [
    ['level {}', 'level'],
    ['{}단계', '세기'],
  ],
  volume: [
    ['volume {}', 'volume'],
    ['소리 {}', '소리'],
  ],
  channel: [
    ['channel {}', 'channel'],
    ['채널 {}번', '채널'],
  ],
};

const isKorean = () => language() === 'ko';
const at = ([english, korean]) => (isKorean() ? korean : english);

const deviceName = (device) => at(kDeviceNames[device] ?? [device, device]);
export const roomName = (room) => at(kRoomNames[room] ?? [room, room]);
const modeName = (mode) => at(kModeNames[mode] ?? [mode, mode]);

export function thingName({ device, room }) {
  if (device === 'door') return deviceName(device);
  return `${roomName(room)} ${deviceName(device)}`;
}

const everyName = (device) => (isKorean() ? `집 전체 ${deviceName(device)}` : `${deviceName(device)} in every room`);

// The particle after `word`: `afterConsonant` where its last syllable ends in a consonant.  A number ends as it is read
// (십, 삼, 육); TV is read 티비.
function withParticle(word, afterConsonant, afterVowel) {
  const code = word.charCodeAt(word.length - 1) - 0xac00;
  const endsInConsonant = code >= 0 ? code < 11172 && code % 28 !== 0 : /[036]$/.test(word);
  return word + (endsInConsonant ? afterConsonant : afterVowel);
}

function settingText(param, value) {
  return param === 'mode'
    ? isKorean()
      ? `${modeName(value)} 모드`
      : `${modeName(value)} mode`
    : at(kSettingWords[param])[0].replace('{}', value);
}

// "켜짐 · 24도 · 냉방 모드": all that is to know about a thing.
export function stateText(thing, now) {
  const { kind, settings } = kDevices[thing.device];
  const parts = [];
  if (kind === 'cover') parts.push(thing.isOpen ? at(['open', '열림']) : at(['closed', '닫힘']));
  else if (kind === 'door') {
    parts.push(
      thing.isOpen ? at(['open', '열림']) : thing.isLocked ? at(['locked', '잠김']) : at(['unlocked', '잠금 풀림']),
    );
  } else if (kind === 'job') parts.push(thing.isOn ? at(['running', '작동 중']) : at(['stopped', '멈춤']));
  else parts.push(thing.isOn ? at(['on', '켜짐']) : at(['off', '꺼짐']));
  if (thing.isOn) {
    for (const name of Object.keys(settings)) if (thing[name] !== null) parts.push(settingText(name, thing[name]));
  }
  if (thing.timer) parts.push(timerText(thing, now));
  return parts.join(' · ');
}

const kThen = {
  on: ['on in {} min', '{}분 뒤 켜짐'],
  off: ['off in {} min', '{}분 뒤 꺼짐'],
  start: ['starts in {} min', '{}분 뒤 시작'],
  stop: ['stops in {} min', '{}분 뒤 멈춤'],
  open: ['opens in {} min', '{}분 뒤 열림'],
  close: ['closes in {} min', '{}분 뒤 닫힘'],
  lock: ['locks in {} min', '{}분 뒤 잠김'],
  unlock: ['unlocks in {} min', '{}분 뒤 잠금 풀림'],
};
const timerText = (thing, now) => at(kThen[thing.timer.action]).replace('{}', minutesLeft(thing, now));

const kDone = {
  on: ['is on', '켰어요'],
  off: ['is off', '껐어요'],
  start: ['has started', '돌리기 시작했어요'],
  stop: ['has stopped', '멈췄어요'],
  open: ['is open', '열었어요'],
  close: ['is closed', '닫았어요'],
  lock: ['is locked', '잠갔어요'],
  unlock: ['is unlocked', '잠금을 풀었어요'],
};
const kChanged = { set: ['set to', '맞췄어요'], up: ['up to', '올렸어요'], down: ['down to', '낮췄어요'] };

// One sentence about what became of one action; `reports` are those of the things that it meant.
export function reportText(reports, now) {
  const [report] = reports;
  const { outcome, thing, action, param, value } = report;
  if (outcome === 'missing') {
    const [device, room] = [deviceName(report.device), roomName(report.room)];
    return isKorean()
      ? `${room}에는 ${withParticle(device, '이', '가')} 없어요.`
      : `There is no ${device} in the ${room}.`;
  }
  const name = reports.length > 1 ? everyName(report.device) : thing ? thingName(thing) : deviceName(report.device);
  if (outcome === 'cannot') {
    return isKorean() ? `${withParticle(name, '은', '는')} 그렇게 할 수 없어요.` : `The ${name} cannot do that.`;
  }
  if (outcome === 'status') {
    const state = stateText(thing, now);
    return isKorean() ? `${name} 상태: ${state}.` : `The ${name}: ${state}.`;
  }
  if (param === 'timer') return `${isKorean() ? '' : 'The '}${name}: ${timerText(thing, now)}.`;
  if (param === null || value === undefined) {
    if (!isKorean()) return `The ${name} ${at(kDone[action])}.`;
    return action === 'unlock'
      ? `${name} ${at(kDone[action])}.`
      : `${withParticle(name, '을', '를')} ${at(kDone[action])}.`;
  }
  const verb = at(kChanged[action] ?? kChanged.set);
  if (!isKorean()) return `The ${name}: ${verb} ${settingText(param, value)}.`;
  if (param === 'mode') return `${withParticle(name, '을', '를')} ${modeName(value)} 모드로 바꿨어요.`;
  const [shown, noun] = at(kSettingWords[param]);
  const target = withParticle(shown.replace('{}', value).split(' ').at(-1), '으로', '로');
  return `${name} ${withParticle(noun, '을', '를')} ${target} ${verb}.`;
}

export const kExamples = [
  '거실 불 끄고 에어컨 24도로 해줘',
  '너무 더운데 선풍기 좀 세게',
  '안방 불 켜고 커튼 닫아 줘',
  '30분 뒤에 가습기 꺼 줘',
  '보일러 온도 3도 올려 줘',
  '문 잠그고 로봇청소기 돌려 줘',
  '세탁기 얼마나 남았어?',
  '집 전체 불 다 꺼 줘',
];
