// Shows Markdown that grows at its end.  What can no longer change is never touched again: an update costs as much as
// the last segment or two, however long the answer is.  The result is the same however the text was cut.
import { element } from '../page/dom.js';
import { CodeBlock } from './code_block.js';
import { inline } from './inline.js';
import { readSegment } from './segments.js';

// Lists in lists in quotes; deeper ones are shown as they are written.
const kDeepest = 12;

export class MarkdownView {
  #root;
  #depth;
  #at = 0;
  #previous = { kind: null, container: null };
  #openNodes = [];
  #code = null;

  constructor(root, depth = 0) {
    this.#root = root;
    this.#depth = depth;
  }

  // `text` begins with all that was given before; `isWhole` says that nothing will follow.
  update(text, isWhole = false) {
    for (const node of this.#openNodes) node.remove();
    this.#openNodes = [];
    if (this.#code && !this.#grow(this.#code, text, isWhole)) return;

    let at = this.#at;
    let previous = this.#previous;
    let isFinal = true;
    for (;;) {
      const segment = readSegment(text, at, previous.kind);
      if (!segment) return;
      // The line that follows must be whole: until then it might still belong to this segment.
      isFinal &&= isWhole || text.includes('\n', segment.end);
      if (segment.kind === 'code' && isFinal) {
        this.#code = new CodeBlock(segment);
        this.#root.append(this.#code.element);
        this.#previous = { kind: 'code', container: null };
        if (!this.#grow(this.#code, text, isWhole)) return;
        at = this.#at;
        previous = this.#previous;
        continue;
      }
      previous = this.#add(segment, previous, isFinal, text);
      at = segment.kind === 'code' ? text.length : segment.end;
      if (isFinal) {
        this.#at = at;
        this.#previous = previous;
      }
    }
  }

  #grow(code, text, isWhole) {
    code.update(text, isWhole);
    if (!code.isClosed && !isWhole) return false;
    this.#at = code.at;
    this.#code = null;
    return true;
  }

  // Adds a segment; the kind and the list or table that the next one may continue.
  #add(segment, previous, isFinal, text) {
    const keep = (node) => {
      if (!isFinal) this.#openNodes.push(node);
      return node;
    };
    const { kind } = segment;
    if (kind === 'item') {
      const list = segment.isOrdered ? 'ol' : 'ul';
      const continues = previous.kind === list;
      const container = continues ? previous.container : keep(element(list, { start: orderedStart(segment) }));
      if (!continues) this.#root.append(container);
      container.append(keep(this.#item(segment)));
      return { kind: list, container };
    }
    if (kind === 'table') {
      const body = element('tbody');
      const head = element('thead', {}, row('th', segment.cells, segment.aligns));
      this.#root.append(keep(element('div', { class: 'table', tabindex: '0' }, element('table', {}, head, body))));
      return { kind: 'table', container: body, aligns: segment.aligns };
    }
    if (kind === 'row') {
      previous.container.append(keep(row('td', segment.cells, previous.aligns)));
      return previous;
    }
    this.#root.append(keep(this.#block(segment, text)));
    return { kind, container: null };
  }

  #block(segment, text) {
    switch (segment.kind) {
      // h1 and h2 belong to the page
      case 'heading':
        return element(`h${Math.min(6, segment.level + 2)}`, {}, inline(segment.text));
      case 'rule':
        return element('hr');
      case 'quote':
        return this.#nested(element('blockquote'), segment.text);
      case 'code': {
        const block = new CodeBlock(segment);
        block.update(text, false);
        return block.element;
      }
      default:
        return element('p', {}, inline(segment.text));
    }
  }

  #item({ text }) {
    const task = /^\[([ xX])\] /.exec(text);
    const item = element('li', { class: task ? 'task' : null });
    if (task)
      item.append(
        element('input', { type: 'checkbox', disabled: true, checked: task[1] !== ' ', 'data-label': 'task' }),
      );
    return this.#nested(item, task ? text.slice(4) : text);
  }

  #nested(node, text) {
    if (this.#depth >= kDeepest) node.append(text);
    else new MarkdownView(node, this.#depth + 1).update(text, true);
    return node;
  }
}

function orderedStart({ isOrdered, number }) {
  return isOrdered && number !== 1 ? number : null;
}

function row(name, cells, aligns) {
  return element(
    'tr',
    {},
    ...aligns.map((align, i) => element(name, { class: `align-${align}` }, inline(cells[i] ?? ''))),
  );
}
