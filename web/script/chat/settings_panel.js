// System prompt and sampling of the shown conversation.  A field left empty leaves the matter to the server.
import { element } from '../page/dom.js';
import { kSampling } from './question.js';

export class SettingsPanel {
  #system = document.getElementById('system');
  #fields = new Map();
  #conversation = null;

  // changed(conversation) is called when the reader has changed something.
  constructor(changed) {
    const rows = kSampling.map(({ name, least, most, step }) => {
      const field = element('input', {
        type: 'number',
        id: `sampling-${name}`,
        min: least,
        max: most,
        step,
        inputmode: 'decimal',
      });
      field.addEventListener('change', () => {
        this.#take(name, field);
        changed(this.#conversation);
      });
      this.#fields.set(name, field);
      return element('div', { class: 'field' }, element('label', { for: field.id, 'data-text': name }), field);
    });
    document.getElementById('sampling').append(...rows);
    this.#system.addEventListener('change', () => {
      this.#conversation.system = this.#system.value.normalize('NFC');
      changed(this.#conversation);
    });
  }

  #take(name, field) {
    const { sampling } = this.#conversation;
    delete sampling[name];
    if (field.value !== '' && field.reportValidity()) sampling[name] = field.valueAsNumber;
  }

  show(conversation) {
    this.#conversation = conversation;
    this.#system.value = conversation.system;
    for (const [name, field] of this.#fields) field.value = conversation.sampling[name] ?? '';
  }
}
