// Light or dark: the system's choice, until the reader makes one.
import { keepPreference, readPreference } from './preferences.js';

const kSystemIsDark = window.matchMedia('(prefers-color-scheme: dark)');

function apply() {
  const theme = readPreference('theme') ?? (kSystemIsDark.matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = theme;
}

export function startTheme() {
  apply();
  kSystemIsDark.addEventListener('change', apply);
}

export function switchTheme() {
  keepPreference('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  apply();
}
