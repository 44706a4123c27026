// An oven under a hob with a kettle; it glows while it works.
import { circle, group, label, path, rect } from '../shapes.js';

export function draw() {
  const degrees = label(0, -57, 'panel');
  const node = group(
    '',
    rect(-34, -78, 68, 78, 'metal', 4),
    rect(-18, -70, 36, 16, 'display', 3),
    rect(-38, -82, 76, 6, 'dark', 2),
    path('M-12 -82v-14q12 -9 24 0v14zM12 -94l9 -6M-8 -99q8 -12 16 0', 'kettle'),
    circle(-26, -62, 3, 'dark'),
    circle(26, -62, 3, 'dark'),
  );
  const shine = group('', rect(-26, -50, 52, 38, 'oven-window', 4), path('M-20 -22h40M-20 -32h40', 'rack'), degrees);
  return { node, shine, show: (thing) => (degrees.textContent = thing.isOn ? `${thing.temperature}°` : '') };
}
