// What stands around the rooms: roof, chimney, ground and sky, for a house whose rooms are `width` wide together.
import { circle, group, path, rect } from './shapes.js';

// Left and right of the rooms, above them, and below them.
export const kMargin = 34;
export const kRoof = 122;
export const kGround = 56;
export const kSky = 30;

// Tiles run from the ridge to the eaves, whose ends turn up; below them stand the ends of the rafters.
export function roof(width) {
  const right = width + 2 * kMargin;
  const [ridgeLeft, ridgeRight] = [right * 0.17, right * 0.83];
  const eave = (t) => kRoof - 22 + 60 * t * (1 - t);
  const tiles = [];
  const n = Math.round(width / 27);
  for (let i = 0; i <= n; i++) {
    const t = i / n;
    const top = ridgeLeft + t * (ridgeRight - ridgeLeft);
    const bottom = 4 + t * (right - 8);
    tiles.push(
      path(
        `M${top} 22C${top + (bottom - top) * 0.25} 58 ${top + (bottom - top) * 0.55} 78 ${bottom} ${eave(t)}`,
        'tile',
      ),
    );
    tiles.push(circle(bottom, eave(t) + 3, 5, 'tile-end'));
  }
  const rafters = [];
  for (let i = 0; i < n * 0.8; i++) {
    const t = 0.09 + (0.82 * i) / (n * 0.8 - 1);
    rafters.push(circle(4 + t * (right - 8), eave(t) + 14, 4.5, 'rafter'));
  }
  const outline =
    `M${ridgeLeft} 18Q${right / 2} 30 ${ridgeRight} 18C${ridgeRight + right * 0.06} 60 ${ridgeRight + right * 0.1} 84 ${right} ${eave(1) - 8}` +
    `L${right - 2} ${eave(1) + 6}Q${right / 2} ${kRoof + 16} 2 ${eave(0) + 6}L0 ${eave(0) - 8}C${right * 0.07} 84 ${right * 0.11} 60 ${ridgeLeft} 18Z`;
  const ridge = `M${ridgeLeft - 10} 14Q${ridgeLeft} 12 ${ridgeLeft + 12} 17Q${right / 2} 30 ${ridgeRight - 12} 17Q${ridgeRight} 12 ${ridgeRight + 10} 14l-4 12Q${right / 2} 40 ${ridgeLeft - 6} 26Z`;
  return group(
    'roof',
    rect(kMargin - 6, kRoof - 14, width + 12, 18, 'eaves-shadow'),
    ...rafters,
    path(outline, 'tiles'),
    ...tiles,
    path(ridge, 'ridge'),
  );
}

export function chimney(x) {
  return group(
    'chimney',
    rect(x, 26, 34, 70, 'brick', 2),
    rect(x - 4, 20, 42, 9, 'ridge', 2),
    path(`M${x + 17} 16q-12 -12 0 -22t2 -20`, 'smoke'),
    path(`M${x + 12} 16q10 -10 2 -20t6 -16`, 'smoke'),
  );
}

// By day the sun, by night the moon and some stars.
export function sky(width) {
  const stars = [
    [0.04, 30],
    [0.13, -6],
    [0.3, -12],
    [0.52, -4],
    [0.72, -14],
    [0.97, 44],
  ].map(([at, y], i) => circle(width * at + kMargin, y, 1.6 + (i % 2), 'star'));
  return group(
    '',
    ...stars,
    circle(width * 0.07 + kMargin, 18, 22, 'sun'),
    circle(width * 0.07 + kMargin + 9, 12, 19, 'new-moon'),
  );
}

// The stone base and the jars of soy sauce that belong to a house.
export function ground(width, y) {
  const right = width + 2 * kMargin;
  const jar = (x, size) =>
    group(
      '',
      path(
        `M${x - 11 * size} ${y + 34}q${-9 * size} ${-16 * size} 0 ${-28 * size}h${22 * size}q${9 * size} ${12 * size} 0 ${28 * size}z`,
        'jar',
      ),
      rect(x - 12 * size, y + 34 - 33 * size, 24 * size, 6 * size, 'jar-lid', 3),
    );
  const stones = [];
  for (let x = kMargin - 4, i = 0; x < width + kMargin; i++) {
    const long = 42 + ((i * 13) % 17);
    stones.push(rect(x, y + 4, long, 24, 'base-stone', 5));
    x += long + 4;
  }
  return group(
    '',
    rect(0, y + 30, right, 30, 'earth', 6),
    rect(kMargin - 10, y, width + 20, 32, 'base'),
    ...stones,
    jar(16, 0.8),
    jar(right - 24, 0.9),
    jar(right - 48, 0.65),
  );
}
