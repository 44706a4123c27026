// A short message at the edge of the page that goes by itself, with at most one thing to do about it.
import { element } from './dom.js';

const kShownMs = 7000;

export function notice(message, action = null) {
  const node = element('div', { class: 'notice', role: 'status' }, element('span', {}, message));
  if (action) {
    node.append(
      element('button', {
        type: 'button',
        'data-text': action.name,
        onclick: () => {
          action.run();
          node.remove();
        },
      }),
    );
  }
  document.getElementById('notices').append(node);
  setTimeout(() => node.remove(), kShownMs);
}
