// A humidifier and its mist.
import { ellipse, group, path, rect } from '../shapes.js';

export function draw() {
  const node = group(
    '',
    rect(-22, -26, 44, 26, 'wood', 3),
    path('M-14 -26Q-18 -58 0 -62Q18 -58 14 -26Z', 'white'),
    ellipse(0, -34, 9, 4, 'water'),
    group(
      'mist',
      path('M0 -66q-8 -9 0 -18t-2 -16', 'steam'),
      path('M0 -66q8 -9 2 -18t4 -14', 'steam'),
      path('M0 -66q0 -11 -6 -20t-4 -12', 'steam'),
    ),
  );
  return { node, show: (thing) => node.style.setProperty('--amount', 0.35 + 0.065 * thing.level) };
}
