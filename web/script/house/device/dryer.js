// A dryer: like the washer, with warm air instead of water.
import { drum } from '../drum.js';

export function draw() {
  const { node, turning } = drum('warm-air');
  return { node, show: (thing) => turning.style.setProperty('--pace', `${2.8 - 0.15 * thing.level}s`) };
}
