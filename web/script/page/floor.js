// The floor at the foot of the page, under which the fire burns: it warms from the left while the prompt is read, glows
// with the speed of the answer, and carries the live figures.
import { element } from './dom.js';
import { rateText, sizeText } from './figure_text.js';
import { number, text } from './language.js';

// Tokens per second at which the floor is as warm as it gets.
const kHottest = 40;
// From this share on, the reader is shown that the context is nearly full.
const kTight = 0.9;

export class Floor {
  #root = document.getElementById('floor');
  #figures = document.getElementById('figures');
  #rate = null;
  #used = null;
  #contextLength = null;
  #memoryBytes = null;

  rest() {
    this.#root.classList.remove('burning');
    this.#root.style.setProperty('--heat', 0);
    this.#root.style.setProperty('--warmed', 0);
  }

  // share  of the prompt that has been read, 0 to 1
  readPrompt(share) {
    this.#root.classList.add('burning');
    this.#root.style.setProperty('--heat', 0.3 + 0.4 * share);
    this.#root.style.setProperty('--warmed', share);
  }

  answer(tokensPerSecond) {
    this.#rate = tokensPerSecond;
    this.readPrompt(1);
    this.#root.style.setProperty('--heat', Math.min(1, 0.45 + (0.55 * tokensPerSecond) / kHottest));
    this.write();
  }

  set contextUsed(nTokens) {
    this.#used = nTokens;
    this.write();
  }

  set server({ context_length: contextLength, memory_bytes: memoryBytes }) {
    this.#contextLength = contextLength ?? null;
    this.#memoryBytes = memoryBytes ?? null;
    this.write();
  }

  write() {
    const figure = (words, name = null) => element('span', { class: name }, words);
    const figures = [];
    if (this.#rate !== null) figures.push(figure(text('figureRate', { rate: rateText(this.#rate) })));
    if (this.#contextLength !== null) {
      const isTight = this.#used > kTight * this.#contextLength;
      figures.push(figure(this.#contextText(), isTight ? 'tight' : null));
    }
    if (this.#memoryBytes !== null) figures.push(figure(text('figureMemory', { size: sizeText(this.#memoryBytes) })));
    this.#figures.replaceChildren(...figures);
  }

  #contextText() {
    const all = number(this.#contextLength);
    return this.#used === null
      ? text('figureContextAll', { all })
      : text('figureContext', { used: number(this.#used), all });
  }
}
