// A paper lantern from the ceiling.  Its light fills the room: the room's own glow and dusk follow it.
import { circle, ellipse, group, path } from '../shapes.js';

// From 0, off, to 1.
export function brightnessOf(thing) {
  return thing.isOn ? 0.25 + (0.75 * thing.brightness) / 100 : 0;
}

export function draw() {
  const node = group(
    '',
    path('M0 0V26', 'line'),
    circle(0, 44, 46, 'halo'),
    ellipse(0, 44, 21, 18, 'lantern'),
    path('M-20 38Q0 44 20 38M-21 46Q0 52 21 46M-12 29Q0 33 12 29', 'lantern-rib'),
    ellipse(0, 62, 6, 2, 'wood'),
  );
  return {
    node,
    show: (thing) => node.style.setProperty('--brightness', brightnessOf(thing)),
  };
}
