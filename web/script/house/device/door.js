// The front door with its lock: the leaf swings, the bolt's lamp is red or green.
import { circle, group, rect } from '../shapes.js';

export function draw() {
  const leaf = group(
    'leaf',
    rect(0, -150, 58, 150, 'wood', 2),
    rect(8, -140, 42, 56, 'paper'),
    rect(8, -140, 42, 56, 'lattice'),
    rect(8, -74, 42, 62, 'wood-dark', 2),
    rect(42, -80, 11, 26, 'dark', 4),
    circle(47.5, -73, 2.6, 'bolt'),
  );
  const hung = group('', leaf);
  hung.setAttribute('transform', 'translate(-29 0)');
  const node = group('', rect(-35, -156, 70, 156, 'wood-dark', 2), rect(-29, -150, 58, 150, 'outside'), hung);
  return { node, show: () => {} };
}
