// Copies text and lets the button say so.  The Clipboard API is only there on secure origins (localhost is one, another
// machine of the house is not); a selection in a text field works everywhere.
import { text } from './language.js';

const kSaidForMs = 1600;

export async function copyText(copied, button) {
  await (navigator.clipboard?.writeText(copied) ?? Promise.reject()).catch(() => copyFromField(copied));
  button.textContent = text('copied');
  setTimeout(() => (button.textContent = text('copy')), kSaidForMs);
}

function copyFromField(copied) {
  const field = document.createElement('textarea');
  field.value = copied;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
