// Floor heating, the ondol itself: warmth runs through the floor of the room and rises from it.
import { group, label, path, rect } from '../shapes.js';

export function draw(room, width) {
  const degrees = label(width - 12, 13, 'degrees');
  const flues = [];
  for (let x = 14; x < width - 40; x += 26) flues.push(rect(x, 5, 18, 9, 'stone', 2));
  const rising = [];
  for (let x = 34; x < width - 20; x += 84) rising.push(path(`M${x} -6q-7 -9 0 -18t0 -18`, 'rising'));
  const node = group('', rect(0, 0, width, 18, 'slab'), ...flues);
  const shine = group('', rect(0, 0, width, 18, 'embers'), ...rising, degrees);
  return {
    node,
    shine,
    show: (thing) => {
      degrees.textContent = thing.isOn ? `${thing.temperature}°` : '';
      shine.style.setProperty('--warmth', Math.min(1, Math.max(0.35, (thing.temperature - 10) / 20)));
    },
  };
}
