// What went wrong, kindly, with a way on.  A busy server that named a time is asked again when it has come.
import { element } from '../page/dom.js';
import { text } from '../page/language.js';

const kNames = {
  unreachable: 'errorUnreachable',
  key: 'errorKey',
  busy: 'errorBusyNow',
  context: 'errorContext',
  refused: 'errorRefused',
  failed: 'errorFailed',
};
// Longer waits are left to the reader.
const kLongestWaitSeconds = 120;

export function errorCard(error, tryAgain) {
  const message = element('p', {}, text(kNames[error.kind]));
  const card = element('div', { class: 'trouble', role: 'alert' }, message);
  if (error.message && ['refused', 'failed'].includes(error.kind))
    card.append(element('p', { class: 'detail' }, error.message));
  card.append(element('button', { type: 'button', class: 'warm', 'data-text': 'tryAgain', onclick: tryAgain }));

  const seconds = error.retryAfterSeconds;
  if (error.kind === 'busy' && seconds && seconds <= kLongestWaitSeconds) countDown(card, message, seconds, tryAgain);
  return card;
}

// Stops when the card has left the page.
function countDown(card, message, seconds, tryAgain) {
  message.textContent = text('errorBusy', { seconds });
  setTimeout(() => {
    if (!card.isConnected) return;
    if (seconds > 1) countDown(card, message, seconds - 1, tryAgain);
    else tryAgain();
  }, 1000);
}
