// What washer and dryer share: a white box with a round window, behind which `content` tumbles.
import { circle, group, path, rect } from './shapes.js';

export function drum(content) {
  const turning = group(
    'drum',
    circle(0, 0, 21, content),
    path('M-12 8q6 -16 14 -6t10 -6q4 14 -6 18t-18 -6z', 'laundry'),
    path('M-4 -14q8 -4 10 4t-8 4z', 'laundry other'),
  );
  const placed = group('', circle(0, 0, 26, 'metal'), turning, circle(0, 0, 26, 'glass-rim'));
  placed.setAttribute('transform', 'translate(0 -40)');
  const node = group(
    '',
    rect(-36, -92, 72, 92, 'white', 6),
    rect(-28, -86, 24, 10, 'grille', 2),
    circle(26, -81, 3, 'lamp'),
    placed,
  );
  return { node, turning };
}
