// The language of the page: the browser's, or the one the reader chose.
import { readPreference, keepPreference } from './preferences.js';
import { kTexts } from './texts.js';

let current = readPreference('language') ?? (navigator.language.startsWith('ko') ? 'ko' : 'en');

export const language = () => current;

// The text named `name`; {parts} in braces are filled in.
export function text(name, parts = {}) {
  return kTexts[name][current === 'ko' ? 1 : 0].replace(/\{(\w+)\}/g, (_, part) => parts[part]);
}

const kNumbers = { ko: new Intl.NumberFormat('ko'), en: new Intl.NumberFormat('en') };
export const number = (value) => kNumbers[current].format(value);

const kTargets = {
  text: (node, value) => (node.textContent = value),
  label: (node, value) => {
    node.setAttribute('aria-label', value);
    node.setAttribute('title', value);
  },
  placeholder: (node, value) => node.setAttribute('placeholder', value),
};

// Fills in the texts that `node` names by data-text, data-label and data-placeholder.
export function translate(node) {
  for (const [target, set] of Object.entries(kTargets)) if (node.dataset[target]) set(node, text(node.dataset[target]));
}

export function switchLanguage() {
  current = current === 'ko' ? 'en' : 'ko';
  keepPreference('language', current);
  writeTexts();
}

// Listeners to ondol:language on the window write anew what translate() does not reach.
export function writeTexts() {
  document.documentElement.lang = current;
  document.querySelectorAll('[data-text], [data-label], [data-placeholder]').forEach(translate);
  window.dispatchEvent(new Event('ondol:language'));
}
