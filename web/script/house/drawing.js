// The house as one drawing: rooms side by side under a tiled roof, over a floor that can be warmed.  It is laid out for
// a wide window (two storeys) or a narrow one (four), and shows the state it is given.
import { drawn } from '../page/dom.js';
import { kDevices } from './devices.js';
import { chimney, ground, kGround, kMargin, kRoof, kSky, roof, sky } from './outside.js';
import { kFloor, kInteriors, kRoomHeight } from './rooms.js';
import { minutesLeft } from './home.js';
import { brightnessOf } from './device/light.js';
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
  aircon,
  boiler,
  curtain,
  dishwasher,
  door,
  dryer,
  fan,
  fridge,
  humidifier,
  light,
  oven,
  purifier,
  speaker,
  tv,
  vacuum,
  washer,
};

const kWide = {
  width: 1160,
  storeys: [
    ['bedroom', 'kids_room', 'study', 'bathroom'],
    ['living_room', 'kitchen', 'balcony'],
  ],
};
const kNarrow = {
  width: 720,
  storeys: [
    ['bedroom', 'kids_room', 'bathroom'],
    ['living_room', 'study'],
    ['kitchen', 'balcony'],
  ],
};
const kBeam = 8;

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
    if (window && !window.isBare) {
      parts.push(this.#device('curtain', room, [window.x + window.width / 2, window.y - 6], window.width));
    }
    parts.push(...furniture());
    const { vacuum, ...standing } = places;
    for (const [device, place] of Object.entries(standing)) parts.push(this.#device(device, room, place));
    if (kDevices.boiler.rooms.includes(room)) parts.push(this.#device('boiler', room, [0, kFloor], width));
    else parts.push(rect(0, kFloor, width, 18, 'slab'));
    if (vacuum) parts.push(this.#device('vacuum', room, vacuum));
    const shining = this.#shown.filter((shown) => shown.room === room && shown.shine).map(({ shine }) => shine);
    parts.push(...this.#lighting(room, width, lamp), this.#device('light', room, [lamp, 5]), ...shining);
    const name = label(10, kFloor + 14, 'room-name');
    this.#shown.push({ room, show: () => (name.textContent = roomName(room)) });
    parts.push(name, rect(0, 0, width, kRoomHeight, 'post'));
    const clip = `room-${room}`;
    return group(
      'room',
      drawn('clipPath', { id: clip }, rect(0, 0, width, kRoomHeight)),
      drawn('g', { 'clip-path': `url(#${clip})` }, ...parts),
    );
  }

  // How dark the room is, and the light of its lamp.
  #lighting(room, width, lamp) {
    const dusk = rect(0, 0, width, kRoomHeight, 'dusk');
    const glow = circle(lamp, 50, Math.max(150, width * 0.6), 'glow');
    const show = (thing) => {
      const brightness = brightnessOf(thing);
      dusk.style.setProperty('--dark', 1 - brightness);
      glow.style.setProperty('--brightness', brightness);
    };
    this.#shown.push({ device: 'light', room, show });
    return [dusk, glow];
  }

  // A device, and kept aside what shines of it: that is drawn above the dusk of its room.
  #device(device, room, [x, y], width) {
    const { node, shine, show } = kDrawings[device].draw(room, width);
    const title = drawn('title');
    const timer = label(0, y === kFloor ? 14 : 42, 'timer');
    const placed = group(`device ${device}`, title, node, timer);
    const above = shine ? group(`${device} shine`, shine) : null;
    for (const part of above ? [placed, above] : [placed]) part.setAttribute('transform', `translate(${x} ${y})`);
    placed.dataset.device = device;
    placed.dataset.room = room;
    this.#shown.push({ device, room, node: placed, shine: above, title, timer, show });
    return placed;
  }

  show(home, now) {
    for (const { device, room, node, shine, title, timer, show } of this.#shown) {
      const thing = device
        ? home.things.get(`${device}/${kDevices[device].roams ? kDevices[device].rooms[0] : room}`)
        : null;
      show(thing);
      if (!node) continue;
      node.classList.toggle('on', thing.isOn);
      shine?.classList.toggle('on', thing.isOn);
      node.classList.toggle('open', thing.isOpen);
      node.classList.toggle('locked', thing.isLocked);
      node.classList.toggle('elsewhere', thing.room !== room);
      timer.textContent = thing.timer ? `⏱ ${minutesLeft(thing, now)}` : '';
      title.textContent = `${thingName(thing)}: ${stateText(thing, now)}`;
    }
    this.#chimney.classList.toggle(
      'on',
      [...home.things.values()].some((thing) => thing.device === 'boiler' && thing.isOn),
    );
  }

  // Lets the reader's eye find what was just meant.
  point(things) {
    let isFirst = true;
    for (const { device, room, node } of this.#shown) {
      if (!node || !things.some((thing) => thing.device === device && thing.room === room)) continue;
      node.classList.remove('meant');
      node.getBoundingClientRect(); // so that the animation begins anew
      node.classList.add('meant');
      if (isFirst) node.scrollIntoView({ block: 'nearest' });
      isFirst = false;
    }
  }
}

function pane({ x, y, width }) {
  return group(
    '',
    rect(x - 4, y - 4, width + 8, 104, 'wood', 2),
    rect(x, y, width, 96, 'sky'),
    circle(x + width * 0.72, y + 24, 11, 'moon'),
    path(`M${x} ${y + 96}v-22q${width * 0.25} -26 ${width * 0.5} -8t${width * 0.5} -10v40z`, 'hill'),
    path(`M${x + width / 2} ${y}v96M${x} ${y + 48}h${width}`, 'bar-wood'),
  );
}

function gradients() {
  const stop = (offset, name) => drawn('stop', { offset, class: name });
  return drawn(
    'defs',
    {},
    drawn(
      'radialGradient',
      { id: 'lamp-light' },
      stop('0', 'lamp-near'),
      stop('0.45', 'lamp-middle'),
      stop('1', 'lamp-far'),
    ),
    drawn(
      'linearGradient',
      { id: 'floor-heat', x1: 0, y1: 0, x2: 1, y2: 0 },
      stop('0', 'heat-hot'),
      stop('0.5', 'heat-warm'),
      stop('1', 'heat-hot'),
    ),
  );
}
