// The robot vacuum: it roams the floor of the room it was sent to.
import { circle, ellipse, group, path } from '../shapes.js';

export function draw() {
  const node = group(
    '',
    group(
      'robot',
      ellipse(0, -4, 22, 4, 'shadow'),
      path('M-22 -4v-6q0 -8 22 -8t22 8v6z', 'dark'),
      path('M-22 -10q0 -8 22 -8t22 8', 'robot-top'),
      circle(0, -13, 2.5, 'lamp'),
    ),
  );
  return { node, show: (thing) => node.style.setProperty('--pace', `${7 - 0.4 * thing.level}s`) };
}
