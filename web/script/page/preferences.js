// What the page remembers about its reader, in localStorage; where the browser forbids that, nothing is remembered.
const kPrefix = 'ondol.';

export function readPreference(name) {
  try {
    return JSON.parse(localStorage.getItem(kPrefix + name));
  } catch {
    return null;
  }
}

export function keepPreference(name, value) {
  try {
    localStorage.setItem(kPrefix + name, JSON.stringify(value));
  } catch {
    // a full or forbidden storage costs the reader a setting, not the page
  }
}
