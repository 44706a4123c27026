// Two cloths before the window; they slide apart.  `width` is the window's.
import { group, path, rect } from '../shapes.js';

export function draw(room, width) {
  const half = width / 2 + 4;
  const cloth = () =>
    group(
      'cloth',
      rect(0, 0, half, 102, 'cloth-body'),
      path(`M${half * 0.25} 0V102M${half * 0.5} 0V102M${half * 0.75} 0V102`, 'fold'),
    );
  const left = group('', cloth());
  left.setAttribute('transform', `translate(${-half} 0)`);
  const right = group('', cloth());
  right.setAttribute('transform', `translate(${half} 0) scale(-1 1)`);
  return { node: group('', left, right, rect(-half - 6, -5, 2 * half + 12, 5, 'wood', 2)), show: () => {} };
}
