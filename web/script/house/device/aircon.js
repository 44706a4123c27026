// Stands on the living room's floor, hangs on the wall elsewhere; blue breath cools, orange breath heats.
import { group, label, path, rect } from '../shapes.js';

export function draw(room) {
  const panel = label(0, 0, 'panel');
  const breath = group(
    'breath',
    path('M0 0q8 8 0 18t0 20', 'air'),
    path('M0 0q8 8 0 18t0 20', 'air'),
    path('M0 0q8 8 0 18t0 20', 'air'),
  );
  const isStanding = room === 'living_room';
  const node = isStanding
    ? group(
        'standing',
        rect(-17, -132, 34, 132, 'white', 12),
        rect(-9, -122, 18, 44, 'grille', 8),
        rect(-17, -6, 34, 6, 'metal', 2),
        breath,
      )
    : group('hanging', rect(-42, -16, 84, 32, 'white', 9), rect(-34, 7, 68, 4, 'grille', 2), breath);
  panel.setAttribute('y', isStanding ? -52 : 1);
  breath.setAttribute('transform', isStanding ? 'translate(-34 -118) rotate(60)' : 'translate(-18 20)');
  return {
    node,
    shine: panel,
    show: (thing) => {
      panel.textContent = thing.isOn ? `${thing.temperature}°` : '';
      for (const part of [node, panel]) part.classList.toggle('warm', thing.mode === 'heat');
      node.style.setProperty('--pace', `${2.6 - 0.2 * thing.level}s`);
    },
  };
}
