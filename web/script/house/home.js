// The state of the house and how it obeys one action of the model's answer.
// An action is {device, room, action, param, value}, as the home schema has it; a server may have been told not to hold
// its model to the schema, so every field may be anything.
import { kDevices } from './devices.js';

const kMsPerMinute = 60000;
const kVerbs = {
  switch: ['on', 'off', 'start', 'stop'],
  job: ['on', 'off', 'start', 'stop'],
  cover: ['open', 'close'],
  door: ['open', 'close', 'lock', 'unlock'],
};
const kSettling = ['set', 'up', 'down'];

// Things by "device/room"; a thing is {device, room, isOn, isOpen, isLocked, timer, settings by name}.
export function newHome() {
  const things = new Map();
  for (const [device, facts] of Object.entries(kDevices)) {
    for (const room of facts.roams ? facts.rooms.slice(0, 1) : facts.rooms) {
      const thing = {
        device,
        room,
        isOn: Boolean(facts.startsOn?.includes(room)),
        isOpen: Boolean(facts.startsOpen),
        isLocked: facts.kind === 'door',
        timer: null,
      };
      for (const [name, { first = null }] of Object.entries(facts.settings)) thing[name] = first;
      things.set(`${device}/${room}`, thing);
    }
  }
  return { things };
}

const thingsOf = (home, device) => [...home.things.values()].filter((thing) => thing.device === device);

// Obeys one action; a report {outcome, thing or device and room, action, param, value} for each thing it meant.
//   outcome: 'done', 'status' (only asked), 'cannot' (no such thing to do with it), 'missing' (not in that room)
export function obey(home, { device, room, action, param, value }, now) {
  if (!Object.hasOwn(kDevices, device)) return [{ outcome: 'cannot', device, room, action, param, value }];
  const facts = kDevices[device];
  const things = meant(home, facts, device, room);
  if (things.length === 0) return [{ outcome: 'missing', device, room, action, param, value }];
  return things.map((thing) => ({ device, thing, action, param, ...change(thing, facts, action, param, value, now) }));
}

function meant(home, facts, device, room) {
  const things = thingsOf(home, device);
  if (facts.roams) {
    if (facts.rooms.includes(room)) things[0].room = room;
    else if (room !== null && room !== 'all') return [];
    return things;
  }
  if (room === 'all' || (room === null && facts.isWholeHouse)) return things;
  return things.filter((thing) => thing.room === (room ?? facts.rooms[0]));
}

function change(thing, facts, action, param, value, now) {
  if (action === 'status') return { outcome: 'status' };
  if (param === 'timer') return setTimer(thing, facts, action, value, now);
  if (kSettling.includes(action)) return settle(thing, facts, action, param ?? facts.main, value);
  if (!kVerbs[facts.kind].includes(action)) return { outcome: 'cannot' };
  turn(thing, action);
  if (param !== null && value !== null) return settle(thing, facts, 'set', param, value);
  return { outcome: 'done' };
}

function turn(thing, action) {
  thing.timer = null;
  if (action === 'on' || action === 'start') thing.isOn = true;
  if (action === 'off' || action === 'stop') thing.isOn = false;
  if (action === 'open') Object.assign(thing, { isOpen: true, isLocked: false });
  if (action === 'close') thing.isOpen = false;
  if (action === 'lock') Object.assign(thing, { isOpen: false, isLocked: true });
  if (action === 'unlock') thing.isLocked = false;
}

function settle(thing, facts, action, param, value) {
  if (!Object.hasOwn(facts.settings, param)) return { outcome: 'cannot' };
  const isFitting = param === 'mode' ? typeof value === 'string' : value === null || Number.isInteger(value);
  if (!isFitting) return { outcome: 'cannot' };
  if (action !== 'down') thing.isOn = true;
  if (param === 'mode') {
    thing.mode = value;
    return { outcome: 'done', param, value };
  }
  const { least, most, step } = facts.settings[param];
  const change = {
    set: value ?? thing[param],
    up: thing[param] + (value ?? step),
    down: thing[param] - (value ?? step),
  };
  thing[param] = Math.min(most, Math.max(least, change[action]));
  return { outcome: 'done', param, value: thing[param] };
}

// "on for 10 minutes" works from now; every other verb waits until the time has come.
function setTimer(thing, facts, action, minutes, now) {
  if (!Number.isInteger(minutes)) return { outcome: 'cannot' };
  const stop = { switch: 'off', job: 'stop', cover: 'close', door: 'lock' }[facts.kind];
  let then = action;
  if (action === 'on' || action === 'start') {
    thing.isOn = true;
    then = stop;
  } else if (!kVerbs[facts.kind].includes(action)) {
    then = stop;
  }
  thing.timer = { action: then, dueAt: now + minutes * kMsPerMinute };
  return { outcome: 'done', value: minutes };
}

// Does what timers have waited for; the things that changed.
export function runTimers(home, now) {
  const due = [...home.things.values()].filter((thing) => thing.timer && thing.timer.dueAt <= now);
  for (const thing of due) turn(thing, thing.timer.action);
  return due;
}

export function minutesLeft(thing, now) {
  return Math.max(0, Math.ceil((thing.timer.dueAt - now) / kMsPerMinute));
}
