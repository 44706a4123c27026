// Asks for the server's key; resolves to it, or to null when the reader closes the dialog.
export function askKey(wasWrong) {
  const dialog = document.getElementById('key-dialog');
  const field = document.getElementById('key');
  document.getElementById('key-wrong').hidden = !wasWrong;
  field.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'use' && field.value ? field.value : null), {
      once: true,
    });
  });
}

// The form's own submission is forbidden to this page; a listener closes the dialog instead.
export function startKeyDialog() {
  const dialog = document.getElementById('key-dialog');
  dialog.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    dialog.close('use');
  });
}
