// The house as one drawing: rooms side by side under a tiled roof, over a floor that can be warmed.  It is laid out for
// a wide window (two storeys) or a narrow one (four), and shows the state it is given.
import { drawn } from '../page/dom.js';
import { kDevices } from './devices.js';
import { kFloor, kInteriors, kRoomHeight } from './rooms.js';
import { circle, group, label, path, rect } from './shapes.js';
import { roomName, stateText, thingName } from './words.js';
import * as aircon from './device/aircon.js';
import * as boiler from './device/boiler.js';
import * as curtain from './device/curtain.js';
import * as dishwasher from './device/dishwasher.js';
import * as door from './device/door.js';
import * as dryer from './device/dryer.js';
import * as fan from './device/fan.js';
import * as fridge from './device/fridge.js';
import * as humidifier from './device/humidifier.js';
import * as light from './device/light.js';
import * as oven from './device/oven.js';
import * as purifier from './device/purifier.js';
import * as speaker from './device/speaker.js';
import * as tv from './device/tv.js';
import * as vacuum from './device/vacuum.js';
import * as washer from './device/washer.js';

const kDrawings = {
  aircon, boiler, curtain, dishwasher, door, dryer, fan, fridge, humidifier, light, oven, purifier, speaker, tv, vacuum, washer,
};

const kWide = { width: 1160, storeys: [['bedroom', 'kids_room', 'study', 'bathroom'], ['living_room', 'kitchen', 'balcony']] };
const kNarrow = { width: 720, storeys: [['bedroom', 'kids_room', 'bathroom'], ['living_room', 'study'], ['kitchen', 'balcony']] };
const kMargin = 34;
const kRoof = 122;
const kBeam = 8;
const kGround = 56;
const kSky = 30;

export class HouseDrawing {
  #root;
  #shown = [];
  #chimney;

  constructor(root) {
    this.#root = root;
  }

  // Draws the house anew, for a wide or narrow window; show() fills it in.
  layOut(isNarrow) {
    const { width, storeys } = isNarrow ? kNarrow : kWide;
    this.#shown = [];
    let y = kRoof;
    const rooms = [];
    for (const storey of storeys) {
      const scale = width / storey.reduce((sum, room) => sum + kInteriors[room].width, 0);
      let x = kMargin;
      for (const room of storey) {
        const node = this.#room(room);
        node.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
        rooms.push(node);
        x += kInteriors[room].width * scale;
      }
      rooms.push(rect(kMargin - 6, y + kRoomHeight * scale, width + 12, kBeam, 'beam'));
      y += kRoomHeight * scale + kBeam;
    }
    this.#chimney = chimney(kMargin + width - 70);
    this.#root.setAttribute('viewBox', `0 ${-kSky} ${width + 2 * kMargin} ${y + kGround + kSky}`);
    this.#root.classList.toggle('narrow', isNarrow);
    this.#root.replaceChildren(gradients(), sky(width), this.#chimney, ground(width, y), ...rooms, roof(width));
  }

  #room(room) {
    const { width, window, lamp, furniture, places } = kInteriors[room];
    const parts = [rect(0, 0, width, kRoomHeight, `wall wall-${room}`), rect(0, 0, width, 5, 'beam')];
    if (window) parts.push(pane(window));
    if (window && !window.isBare) parts.push(this.#device('curtain', room, [window.x + window.width / 2, window.y - 6], window.width));
    parts.push(...furniture());
    const { vacuum, ...standing } = places;
    for (const [device, place] of Object.entries(standing)) parts.push(this.#device(device, room, place));
    const dusk = rect(0, 0, width, kRoomHeight, 'dusk');
    const glow = circle(lamp, 50, Math.max(150, width * 0.6), 'glow');
    parts.push(dusk, glow);
    this.#shown.push({
      device: 'light', room, node: null,
      show: (thing) => {
        const brightness = thing.isOn ? 0.25 + (0.75 * thing.brightness) / 100 : 0;
        dusk.style.setProperty('--dark', 1 - brightness);
        glow.style.setProperty('--brightness', brightness);
      },
    });
    parts.push(this.#device('light', room, [lamp, 5]));
    if (kDevices.boiler.rooms.includes(room)) parts.push(this.#device('boiler', room, [0, kFloor], width));
    else parts.push(rect(0, kFloor, width, 18, 'slab'));
    if (vacuum) parts.push(this.#device('vacuum', room, vacuum));
    const name = label(10, kFloor + 14, 'room-name');
    this.#shown.push({ room, show: () => (name.textContent = roomName(room)) });
    parts.push(name, rect(0, 0, width, kRoomHeight, 'post'));
    const clip = `room-${room}`;
    return group('room', drawn('clipPath', { id: clip }, rect(0, 0, width, kRoomHeight)), drawn('g', { 'clip-path': `url(#${clip})` }, ...parts));
  }

  #device(device, room, [x, y], width) {
    const { node, show } = kDrawings[device].draw(room, width);
    const title = drawn('title');
    const placed = group(`device ${device}`, title, node);
    placed.setAttribute('transform', `translate(${x} ${y})`);
    placed.dataset.device = device;
    placed.dataset.room = room;
    this.#shown.push({ device, room, node: placed, title, show });
    return placed;
  }

  show(home, now) {
    for (const { device, room, node, title, show } of this.#shown) {
      const thing = device ? home.things.get(`${device}/${kDevices[device].roams ? kDevices[device].rooms[0] : room}`) : null;
      show(thing);
      if (!node) continue;
      node.classList.toggle('on', thing.isOn);
      node.classList.toggle('open', thing.isOpen);
      node.classList.toggle('locked', thing.isLocked);
      node.classList.toggle('waiting', thing.timer !== null);
      node.classList.toggle('elsewhere', thing.room !== room);
      title.textContent = `${thingName(thing)}: ${stateText(thing, now)}`;
    }
    this.#chimney.classList.toggle('on', [...home.things.values()].some((thing) => thing.device === 'boiler' && thing.isOn));
  }

  // Lets the reader's eye find what was just meant.
  point(things) {
    let isFirst = true;
    for (const { device, room, node } of this.#shown) {
      if (!node || !things.some((thing) => thing.device === device && thing.room === room)) continue;
      node.classList.remove('meant');
      node.getBoundingClientRect();  // so that the animation begins anew
      node.classList.add('meant');
      if (isFirst) node.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
      isFirst = false;
    }
  }
}

function pane({ x, y, width }) {
  return group('', rect(x - 4, y - 4, width + 8, 104, 'wood', 2), rect(x, y, width, 96, 'sky'), circle(x + width * 0.72, y + 24, 11, 'moon'),
    path(`M${x} ${y + 96}v-22q${width * 0.25} -26 ${width * 0.5} -8t${width * 0.5} -10v40z`, 'hill'), path(`M${x + width / 2} ${y}v96M${x} ${y + 48}h${width}`, 'bar-wood'));
}

// Tiles run from the ridge to the eaves, whose ends turn up; below them stand the ends of the rafters.
function roof(width) {
  const right = width + 2 * kMargin;
  const [ridgeLeft, ridgeRight] = [right * 0.17, right * 0.83];
  const eave = (t) => kRoof - 22 + 30 * 4 * t * (1 - t) * 0.5;
  const tiles = [];
  const n = Math.round(width / 27);
  for (let i = 0; i <= n; i++) {
    const t = i / n;
    const top = ridgeLeft + t * (ridgeRight - ridgeLeft);
    const bottom = 4 + t * (right - 8);
    tiles.push(path(`M${top} 22C${top + (bottom - top) * 0.25} 58 ${top + (bottom - top) * 0.55} 78 ${bottom} ${eave(t)}`, 'tile'));
    tiles.push(circle(bottom, eave(t) + 3, 5, 'tile-end'));
  }
  const rafters = [];
  for (let i = 0; i < n * 0.8; i++) {
    const t = 0.09 + (0.82 * i) / (n * 0.8 - 1);
    rafters.push(circle(4 + t * (right - 8), eave(t) + 14, 4.5, 'rafter'));
  }
  const outline = `M${ridgeLeft} 18Q${right / 2} 30 ${ridgeRight} 18C${ridgeRight + right * 0.06} 60 ${ridgeRight + right * 0.1} 84 ${right} ${eave(1) - 8}` +
    `L${right - 2} ${eave(1) + 6}Q${right / 2} ${kRoof + 16} 2 ${eave(0) + 6}L0 ${eave(0) - 8}C${right * 0.07} 84 ${right * 0.11} 60 ${ridgeLeft} 18Z`;
  const ridge = `M${ridgeLeft - 10} 14Q${ridgeLeft} 12 ${ridgeLeft + 12} 17Q${right / 2} 30 ${ridgeRight - 12} 17Q${ridgeRight} 12 ${ridgeRight + 10} 14l-4 12Q${right / 2} 40 ${ridgeLeft - 6} 26Z`;
  return group('roof', rect(kMargin - 6, kRoof - 14, width + 12, 18, 'eaves-shadow'), ...rafters, path(outline, 'tiles'), ...tiles, path(ridge, 'ridge'));
}

function chimney(x) {
  return group('chimney', rect(x, 26, 34, 70, 'brick', 2), rect(x - 4, 20, 42, 9, 'ridge', 2), path(`M${x + 17} 16q-12 -12 0 -22t2 -20`, 'smoke'), path(`M${x + 12} 16q10 -10 2 -20t6 -16`, 'smoke'));
}

// By day the sun, by night the moon and some stars.
function sky(width) {
  const stars = [[0.04, 30], [0.13, -6], [0.3, -12], [0.52, -4], [0.72, -14], [0.97, 44]].map(([at, y], i) => circle(width * at + kMargin, y, 1.6 + (i % 2), 'star'));
  return group('', ...stars, circle(width * 0.07 + kMargin, 18, 22, 'sun'), circle(width * 0.07 + kMargin + 9, 12, 19, 'new-moon'));
}

// The stone base and the jars of soy sauce that belong to a house.
function ground(width, y) {
  const right = width + 2 * kMargin;
  const jar = (x, size) => group('', path(`M${x - 11 * size} ${y + 34}q${-9 * size} ${-16 * size} 0 ${-28 * size}h${22 * size}q${9 * size} ${12 * size} 0 ${28 * size}z`, 'jar'), rect(x - 12 * size, y + 34 - 33 * size, 24 * size, 6 * size, 'jar-lid', 3));
  const stones = [];
  for (let x = kMargin - 4, i = 0; x < width + kMargin; x += 46 + ((i++ * 13) % 17)) stones.push(rect(x, y + 4, 42 + ((i * 13) % 17) - 2, 24, 'base-stone', 5));
  return group('', rect(0, y + 30, right, 30, 'earth', 6), rect(kMargin - 10, y, width + 20, 32, 'base'), ...stones, jar(16, 0.8), jar(right - 24, 0.9), jar(right - 48, 0.65));
}

function gradients() {
  const stop = (offset, name) => drawn('stop', { offset, class: name });
  return drawn('defs', {},
    drawn('radialGradient', { id: 'lamp-light' }, stop('0', 'lamp-near'), stop('0.45', 'lamp-middle'), stop('1', 'lamp-far')),
    drawn('linearGradient', { id: 'floor-heat', x1: 0, y1: 0, x2: 1, y2: 0 }, stop('0', 'heat-hot'), stop('0.5', 'heat-warm'), stop('1', 'heat-hot')));
}
