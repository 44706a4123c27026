// A fenced block of code that grows by lines: each is coloured once and then left alone.
import { element } from '../page/dom.js';
import { copyText } from '../page/clipboard.js';
import { colourLine, rulesOf } from './code_colour.js';
import { lineAt } from './segments.js';

export class CodeBlock {
  #fence;
  #rules;
  #until = null;
  #tail = element('span');
  #code = element('code');

  // `segment` is a code segment; its lines begin at `at` in the text.
  constructor(segment) {
    this.at = segment.body;
    this.isClosed = false;
    this.#fence = segment.fence;
    this.#rules = rulesOf(segment.language);
    this.#code.append(this.#tail);
    const copy = element('button', { type: 'button', class: 'quiet copy', 'data-text': 'copy' });
    copy.addEventListener('click', () => copyText(this.#code.textContent, copy));
    this.element = element(
      'figure',
      { class: 'code' },
      element('figcaption', {}, element('span', {}, segment.language || 'text'), copy),
      element('pre', { tabindex: '0' }, this.#code),
    );
  }

  // Takes the lines that are new in `text`; an unfinished last line is shown and taken again.
  update(text, isWhole) {
    this.#tail.replaceChildren();
    while (!this.isClosed && this.at < text.length) {
      const line = lineAt(text, this.at);
      if (this.#closes(line.text)) {
        if (!line.isWhole && !isWhole) return;
        this.at = line.end;
        this.isClosed = true;
      } else if (line.isWhole || isWhole) {
        this.#tail.before(...this.#coloured(line.text, true), line.isWhole ? '\n' : '');
        this.at = line.end;
      } else {
        this.#tail.append(...this.#coloured(line.text, false));
        return;
      }
    }
  }

  #closes(line) {
    const trimmed = line.trim();
    return trimmed.length >= this.#fence.length && trimmed === this.#fence[0].repeat(trimmed.length);
  }

  #coloured(line, isWhole) {
    if (!this.#rules) return [line];
    const { pieces, until } = colourLine(line, this.#rules, this.#until);
    if (isWhole) this.#until = until;
    return pieces.map(([kind, text]) => (kind ? element('span', { class: `code-${kind}` }, text) : text));
  }
}
