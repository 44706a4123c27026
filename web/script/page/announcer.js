// What a screen reader says by itself: whole answers and events, never single tokens.
export function announce(message) {
  document.getElementById('announcer').textContent = message;
}
