// The field at the foot of the page and its one button, which sends, or stops while an answer is being written.
import { icon } from './icons.js';
import { sendOnEnter } from './enter_key.js';
import { text } from './language.js';

export class Composer {
  #field = document.getElementById('composer');
  #button = document.getElementById('send');
  #isBusy = false;
  #onSend;

  // onSend(text) and onStop() are the reader's wishes.
  constructor(onSend, onStop) {
    this.#onSend = onSend;
    sendOnEnter(this.#field, () => this.#send());
    this.#field.addEventListener('input', () => this.#changed());
    this.#button.addEventListener('click', () => (this.#isBusy ? onStop() : this.#send()));
    this.isBusy = false;
  }

  #send() {
    const typed = this.#field.value;
    if (this.#isBusy || typed.trim() === '') return;
    this.write('');
    this.#onSend(typed);
  }

  write(typed) {
    this.#field.value = typed;
    this.#changed();
  }

  // Not on a touch screen, where it would call up the keyboard.
  focus() {
    if (window.matchMedia('(pointer: fine)').matches) this.#field.focus();
  }

  // Grows with its text; style/floor.css sets the most.
  #changed() {
    this.#field.style.height = 'auto';
    this.#field.style.height = `${this.#field.scrollHeight}px`;
    this.#button.disabled = !this.#isBusy && this.#field.value.trim() === '';
  }

  set isBusy(isBusy) {
    this.#isBusy = isBusy;
    this.#button.dataset.label = isBusy ? 'stop' : 'send';
    this.#button.setAttribute('aria-label', text(this.#button.dataset.label));
    this.#button.title = text(this.#button.dataset.label);
    this.#button.replaceChildren(icon(isBusy ? 'stop' : 'send'));
    this.#changed();
  }

  set placeholder(name) {
    this.#field.dataset.placeholder = name;
    this.#field.placeholder = text(name);
  }
}
