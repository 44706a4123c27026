// The refrigerator is always at work; its panel shows the degrees.
import { group, label, rect } from '../shapes.js';

export function draw() {
  const degrees = label(0, -116, 'panel');
  const node = group(
    '',
    rect(-30, -150, 60, 150, 'white', 7),
    rect(-30, -68, 60, 2, 'seam'),
    rect(20, -128, 4, 46, 'metal', 2),
    rect(20, -58, 4, 34, 'metal', 2),
    rect(-16, -130, 32, 20, 'display', 4),
  );
  return { node, shine: degrees, show: (thing) => (degrees.textContent = thing.isOn ? `${thing.temperature}°` : '') };
}
