// A washing machine: the drum turns, faster when it spins.
import { drum } from '../drum.js';

export function draw() {
  const { node, turning } = drum('water');
  return {
    node,
    show: (thing) =>
      turning.style.setProperty('--pace', thing.mode === 'spin' ? '0.5s' : `${2.4 - 0.15 * thing.level}s`),
  };
}
