// A speaker; more notes rise the louder it is.
import { circle, group, path, rect } from '../shapes.js';

export function draw() {
  const notes = [0, 1, 2].map((i) =>
    path('M0 0v-13l9 -3v13m0 0a4 3 0 1 1 -1 -2m-8 5a4 3 0 1 1 -1 -2', `note note-${i}`),
  );
  const node = group(
    '',
    rect(-15, -56, 30, 56, 'dark', 6),
    circle(0, -39, 6, 'cone'),
    circle(0, -18, 10, 'cone beat'),
    group('notes', ...notes),
  );
  return {
    node,
    show: (thing) =>
      notes.forEach((note, i) => note.classList.toggle('heard', thing.isOn && thing.volume > [0, 25, 60][i])),
  };
}
