// The rooms as they are drawn: 250 high, each as wide as it says, with window, furniture and a place for each device.
// A place is [x, y]: where a device stands (the middle of its foot), hangs (its top) or is mounted (its middle).
import { circle, ellipse, group, path, rect } from './shapes.js';

export const kRoomHeight = 250;
export const kFloor = 232;

const bed = (x, width) =>
  group(
    '',
    rect(x, 184, width, 34, 'wood', 5),
    rect(x + 2, 172, width - 4, 28, 'sheet', 7),
    rect(x + width * 0.32, 170, width * 0.66, 34, 'blanket', 8),
    rect(x + 6, 160, width * 0.24, 18, 'pillow', 7),
    rect(x - 4, 146, 8, 86, 'wood-dark', 3),
    rect(x + width - 4, 184, 8, 48, 'wood-dark', 3),
  );
const shelf = (x, width, height) => {
  const books = [];
  for (let row = 0; row < 3; row++) {
    const top = kFloor - height + 8 + (row * (height - 8)) / 3;
    for (let i = 0; i < Math.floor((width - 12) / 9); i++) {
      const tall = 18 + ((i * 7 + row * 5) % 11);
      books.push(rect(x + 6 + i * 9, top + (height - 8) / 3 - 6 - tall, 7, tall, `book book-${(i + row) % 5}`, 1));
    }
  }
  const boards = [1, 2].map((row) => rect(x + 3, kFloor - height + 4 + (row * (height - 8)) / 3, width - 6, 4, 'wood'));
  return group(
    '',
    rect(x, kFloor - height, width, height, 'wood', 3),
    rect(x + 4, kFloor - height + 4, width - 8, height - 8, 'wood-dark'),
    ...books,
    ...boards,
  );
};
const plant = (x) =>
  group(
    '',
    path(`M${x} 212q-18 -26 -10 -44q10 14 10 30q0 -26 14 -40q6 26 -8 46q12 -14 24 -12q-8 18 -24 22z`, 'leaf-green'),
    path(`M${x - 12} 206h26l-4 26h-18z`, 'pot'),
  );
const picture = (x, y) =>
  group(
    '',
    rect(x, y, 52, 38, 'wood', 2),
    rect(x + 4, y + 4, 44, 30, 'paper'),
    path(`M${x + 4} ${y + 34}l14 -16l10 9l8 -7l12 14z`, 'leaf-green'),
    circle(x + 36, y + 13, 4, 'ember'),
  );

export const kInteriors = {
  bedroom: {
    width: 320,
    window: { x: 122, y: 52, width: 84 },
    lamp: 66,
    furniture: () => [bed(18, 128)],
    places: { aircon: [266, 52], tv: [228, kFloor], humidifier: [171, kFloor], fan: [287, kFloor], vacuum: [196, 236] },
  },
  kids_room: {
    width: 320,
    window: { x: 132, y: 52, width: 84 },
    lamp: 80,
    furniture: () => [
      shelf(14, 64, 108),
      picture(248, 62),
      rect(96, 206, 26, 26, 'block block-0', 3),
      rect(124, 206, 26, 26, 'block block-1', 3),
      rect(110, 180, 26, 26, 'block block-2', 3),
      circle(174, 222, 10, 'ball'),
    ],
    places: { purifier: [288, kFloor], humidifier: [232, kFloor], vacuum: [190, 236] },
  },
  study: {
    width: 300,
    window: { x: 124, y: 52, width: 84 },
    lamp: 248,
    furniture: () => [
      shelf(226, 62, 128),
      rect(22, 172, 124, 8, 'wood', 2),
      rect(30, 180, 7, 52, 'wood-dark'),
      rect(131, 180, 7, 52, 'wood-dark'),
      path('M66 172l6 -32h48l6 32z', 'metal'),
      path('M74 166l5 -22h34l5 22z', 'page'),
      rect(88, 214, 36, 6, 'cushion', 3),
      rect(90, 220, 32, 12, 'cushion', 4),
    ],
    places: { aircon: [60, 52], speaker: [46, 172], fan: [190, kFloor], vacuum: [176, 236] },
  },
  bathroom: {
    width: 220,
    window: null,
    lamp: 76,
    furniture: () => [
      rect(0, 120, 220, 112, 'tiles'),
      rect(136, 58, 60, 62, 'mirror', 8),
      path('M16 178h104q4 44 -20 48h-64q-24 -4 -20 -48z', 'white'),
      rect(10, 172, 116, 8, 'metal', 4),
      path('M30 172v-22q0 -8 9 -8', 'tap'),
      path('M138 166h56q0 22 -18 24h-20q-18 -2 -18 -24z', 'white'),
      rect(160, 190, 12, 42, 'white'),
      circle(52, 168, 6, 'foam'),
      circle(64, 165, 8, 'foam'),
      circle(78, 168, 6, 'foam'),
    ],
    places: {},
  },
  living_room: {
    width: 480,
    window: { x: 298, y: 46, width: 124 },
    lamp: 244,
    furniture: () => [
      picture(126, 62),
      ellipse(318, 228, 40, 5, 'shadow'),
      rect(284, 196, 68, 6, 'wood', 3),
      path('M292 202q2 18 -4 28M344 202q-2 18 4 28', 'leg'),
      path('M312 196v-9h14v9zM326 190q6 0 0 5', 'cup'),
      rect(352, 222, 34, 10, 'cushion', 5),
      rect(250, 222, 30, 10, 'cushion', 5),
    ],
    places: {
      door: [50, kFloor],
      speaker: [106, kFloor],
      tv: [176, kFloor],
      fan: [258, kFloor],
      purifier: [414, kFloor],
      aircon: [455, kFloor],
      vacuum: [330, 236],
    },
  },
  kitchen: {
    width: 360,
    window: null,
    lamp: 309,
    furniture: () => [
      rect(78, 40, 166, 46, 'wood', 4),
      path('M133 40v46M188 40v46', 'seam-line'),
      rect(78, 150, 4, 82, 'wood-dark'),
      rect(272, 176, 74, 7, 'wood', 2),
      rect(280, 183, 6, 49, 'wood-dark'),
      rect(333, 183, 6, 49, 'wood-dark'),
      path('M298 176q0 -14 12 -14t12 14z', 'bowl'),
      circle(306, 160, 5, 'ember'),
      circle(314, 159, 5, 'fruit'),
      rect(86, 96, 150, 3, 'metal'),
      path('M104 99v12M124 99v16M204 99v14', 'line'),
    ],
    places: { fridge: [42, kFloor], oven: [122, kFloor], dishwasher: [206, kFloor], vacuum: [262, 236] },
  },
  balcony: {
    width: 320,
    window: { x: 176, y: 44, width: 128, isBare: true },
    lamp: 96,
    furniture: () => [
      path('M172 34H310', 'line'),
      path('M196 34h34l-4 40h-26z', 'cloth-body'),
      path('M246 34h26v46h-26z', 'blanket'),
      plant(214),
      plant(262),
      plant(300),
    ],
    places: { washer: [52, kFloor], dryer: [132, kFloor] },
  },
};
