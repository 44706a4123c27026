// An air purifier with a ring of light; clean air leaves it faster on higher levels.
import { circle, group, path, rect } from '../shapes.js';

export function draw() {
  const node = group(
    '',
    rect(-18, -68, 36, 68, 'white', 12),
    rect(-11, -34, 22, 26, 'grille', 4),
    group(
      'breath',
      path('M-8 -74q-6 -8 0 -16t0 -14', 'air'),
      path('M0 -74q-6 -8 0 -16t0 -14', 'air'),
      path('M8 -74q-6 -8 0 -16t0 -14', 'air'),
    ),
  );
  return {
    node,
    shine: circle(0, -50, 8, 'ring'),
    show: (thing) => node.style.setProperty('--pace', `${2.6 - 0.2 * thing.level}s`),
  };
}
