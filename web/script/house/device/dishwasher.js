// A dishwasher under the sink: plates behind glass, and water over them while it runs.
import { circle, group, path, rect } from '../shapes.js';

export function draw() {
  const node = group(
    '',
    rect(-36, -78, 72, 78, 'white', 4),
    rect(-27, -58, 54, 48, 'glass', 4),
    circle(-13, -34, 11, 'plate'),
    circle(4, -34, 11, 'plate'),
    circle(17, -34, 8, 'plate'),
    path('M-20 -54v8M-8 -54v8M4 -54v8M16 -54v8', 'spray'),
    rect(-40, -82, 80, 6, 'counter', 2),
    path('M18 -82v-18q0 -8 -10 -8q-8 0 -8 8', 'tap'),
    circle(-26, -68, 3, 'lamp'),
  );
  return { node, show: () => {} };
}
