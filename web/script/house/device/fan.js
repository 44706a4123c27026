// A standing fan; its blades turn as fast as its level says.
import { circle, group, path, rect } from '../shapes.js';

export function draw() {
  const blade = 'M0 0C-4 -10 -12 -20 -2 -25C8 -22 8 -8 0 0Z';
  const blades = group(
    'blades',
    ...[0, 120, 240].map((angle) => {
      const one = path(blade, 'blade');
      one.setAttribute('transform', `rotate(${angle})`);
      return one;
    }),
  );
  const head = group('', circle(0, 0, 30, 'cage'), blades, circle(0, 0, 5, 'metal'));
  head.setAttribute('transform', 'translate(0 -92)');
  const node = group('', rect(-3, -66, 6, 60, 'metal', 2), rect(-20, -7, 40, 7, 'metal', 3), head);
  return { node, show: (thing) => node.style.setProperty('--pace', `${1.7 - 0.15 * thing.level}s`) };
}
