// Files to and from the reader's machine.
export function saveFile(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ').trim() || 'ondol';
  link.click();
  URL.revokeObjectURL(address);
}

// The text of a file that the reader picks; null when none was picked.
export function pickTextFile(accept) {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.addEventListener('change', () => resolve(input.files[0]?.text() ?? null));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}
