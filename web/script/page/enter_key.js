// One Enter sends once, with or without an input method.
//
// A Korean input method composes the last syllable until the next key, and that key may be the Enter that sends.
// Browsers disagree on what the page then sees:
//   Chrome      keydown (code 229, composing), compositionend, and on some systems keydown again (code 13)
//   Safari      compositionend, keydown (code 229)
//   elsewhere   keydown, then a line break, before or after compositionend
// So an Enter during composition is remembered and sends when the composition has ended, with its last syllable; what
// follows of the same press finds an empty field and does nothing.  Japanese and Chinese input methods use the same
// Enter to confirm a choice: it sends only when what was composed is Hangul.
const kHangul = /^[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]+$/;
// Safari's keydown follows its compositionend at once.
const kSamePressMs = 100;

const isEnter = (event) => event.key === 'Enter' || event.code === 'Enter' || event.code === 'NumpadEnter';
const isComposing = (event) => event.isComposing || event.keyCode === 229;

// Calls send() for every Enter without Shift in `field`.
export function sendOnEnter(field, send) {
  let isOpen = false; // something is being composed
  let isWaiting = false; // an Enter came during composition
  let composed = '';
  let endedAt = -Infinity; // of the last composition, on the clock of events
  let sentAt = -Infinity;

  const sendNow = (event) => {
    isWaiting = false;
    sentAt = event.timeStamp;
    send();
  };

  field.addEventListener('compositionstart', () => {
    isOpen = true;
    composed = '';
  });
  field.addEventListener('compositionupdate', (event) => {
    // still composing: that Enter chose something in the input method's own window
    if (event.data !== composed) isWaiting = false;
    composed = event.data;
  });
  field.addEventListener('compositionend', (event) => {
    isOpen = false;
    composed = event.data;
    endedAt = event.timeStamp;
    if (!isWaiting) return;
    // Some browsers write the last syllable into the field only after this event.
    if (kHangul.test(composed)) setTimeout(() => isWaiting && sendNow(event));
    else isWaiting = false;
  });

  field.addEventListener('keydown', (event) => {
    if (!isEnter(event) || event.shiftKey) return;
    if (!isComposing(event)) {
      event.preventDefault();
      if (!event.repeat) sendNow(event);
    } else if (event.isComposing) {
      isWaiting = true;
    } else if (event.timeStamp - endedAt < kSamePressMs && kHangul.test(composed)) {
      event.preventDefault();
      sendNow(event);
    }
  });

  // The line break of an Enter that has sent, or is about to.
  field.addEventListener('beforeinput', (event) => {
    const isBreak = event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph';
    if (!isBreak || (!isWaiting && event.timeStamp - sentAt > kSamePressMs)) return;
    event.preventDefault();
    // a break into an open composition: leaving the field closes it, with its last syllable
    if (isOpen) {
      field.blur();
      field.focus();
    }
  });
}
