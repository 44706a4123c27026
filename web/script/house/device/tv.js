// A television on a low chest; the picture changes with the channel and the bars show the volume.
import { group, label, path, rect } from '../shapes.js';

export function draw(room) {
  const size = room === 'living_room' ? 1 : 0.72;
  const channel = label(40, -76, 'panel');
  const bars = Array.from({ length: 5 }, (_, i) => rect(-42 + 7 * i, -46, 4, 5, 'bar'));
  const hills = path('M-46 -40q16 -26 34 -8t26 -12t32 14v6z', 'hills');
  const node = group(
    '',
    rect(-46, -26, 92, 26, 'wood', 3),
    rect(-30, -17, 26, 9, 'wood-dark', 2),
    rect(4, -17, 26, 9, 'wood-dark', 2),
    rect(-50, -94, 100, 62, 'frame', 4),
  );
  const shine = group('', rect(-46, -90, 92, 54, 'screen', 2), hills, ...bars, channel);
  for (const part of [node, shine]) part.setAttribute('transform', `scale(${size})`);
  return {
    node,
    shine,
    show: (thing) => {
      shine.style.setProperty('--hue', `${(thing.channel * 47) % 360}deg`);
      shine.style.setProperty('--brightness', 0.4 + (0.6 * thing.brightness) / 100);
      channel.textContent = thing.isOn ? thing.channel : '';
      bars.forEach((bar, i) => bar.classList.toggle('lit', thing.volume > i * 20));
    },
  };
}
