// One message on the page.  An answer is rewritten at most once a frame while it grows, and less often where a rewrite
// takes long.
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { copyText } from '../page/clipboard.js';
import { sendOnEnter } from '../page/enter_key.js';
import { rateText } from '../page/figure_text.js';
import { number, text } from '../page/language.js';
import { MarkdownView } from '../markdown/markdown_view.js';
import { branchesOf } from './conversation.js';

// A rewrite may take this share of the time at most.
const kMostShare = 0.25;

export class MessageView {
  #node;
  #actions;
  #branches;
  #bubble;
  #tools = element('div', { class: 'tools' });
  #status = element('div', { class: 'status' });
  #thinking = null;
  #prose = null;
  #drawsAt = 0;
  #frame = null;

  // actions: {edit(node, text), regenerate(node), showBranch(id)}
  constructor(conversation, node, actions) {
    this.#node = node;
    this.#actions = actions;
    this.#bubble = element('div', { class: node.role === 'user' ? 'slip' : 'answer' });
    this.element = element(
      'li',
      { class: `message ${node.role}` },
      element('h2', { class: 'unseen', 'data-text': node.role === 'user' ? 'you' : 'ondol' }),
      this.#bubble,
      this.#status,
      this.#tools,
    );
    if (node.role === 'user') this.#bubble.textContent = node.text;
    // a copy: the tree grows
    const { ids, index } = branchesOf(conversation, node);
    this.#branches = { ids: [...ids], index };
    this.#addTools(this.#branches);
  }

  // Whether it still shows the branches that there are.
  isCurrent(conversation) {
    const { ids, index } = branchesOf(conversation, this.#node);
    return ids.length === this.#branches.ids.length && index === this.#branches.index;
  }

  get proseText() {
    return this.#bubble.querySelector(':scope > .prose')?.innerText ?? '';
  }

  #addTools({ ids, index }) {
    const tool = (name, iconName, run) =>
      element('button', { type: 'button', class: 'quiet', 'data-label': name, onclick: run }, icon(iconName));
    const isUser = this.#node.role === 'user';
    const copy = element('button', { type: 'button', class: 'quiet', 'data-text': 'copy' });
    copy.addEventListener('click', () => copyText(this.#node.text, copy));
    this.#tools.append(
      copy,
      isUser
        ? tool('edit', 'edit', () => this.#edit())
        : tool('regenerate', 'again', () => this.#actions.regenerate(this.#node)),
    );
    if (ids.length < 2) return;
    const before = tool('branchBefore', 'before', () => this.#actions.showBranch(ids[index - 1]));
    const after = tool('branchAfter', 'after', () => this.#actions.showBranch(ids[index + 1]));
    before.disabled = index === 0;
    after.disabled = index === ids.length - 1;
    const where = element('span', { class: 'where' }, `${index + 1}/${ids.length}`);
    where.setAttribute('aria-label', text('branchOf', { index: index + 1, n: ids.length }));
    this.#tools.append(element('span', { class: 'branches' }, before, where, after));
  }

  #edit() {
    const field = element('textarea', { class: 'editing', rows: 1, 'data-label': 'edit' });
    field.value = this.#node.text;
    const done = () => {
      if (field.value.trim() !== '') this.#actions.edit(this.#node, field.value);
    };
    const cancel = () => {
      this.#bubble.replaceChildren(this.#node.text);
      this.#bubble.classList.remove('open');
      this.#tools.hidden = false;
      this.#tools.querySelector('button').focus();
    };
    sendOnEnter(field, done);
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.stopPropagation();
      cancel();
    });
    this.#bubble.classList.add('open');
    this.#bubble.replaceChildren(
      field,
      element(
        'div',
        { class: 'choices' },
        element('button', { type: 'button', class: 'quiet', 'data-text': 'cancel', onclick: cancel }),
        element('button', { type: 'button', class: 'warm', 'data-text': 'editDone', onclick: done }),
      ),
    );
    this.#tools.hidden = true;
    field.focus();
  }

  // Shows the answer as far as it has come, soon.
  grow() {
    this.#frame ??= requestAnimationFrame((now) => {
      this.#frame = null;
      if (now < this.#drawsAt) return this.grow();
      const began = performance.now();
      this.#write(false);
      this.#drawsAt = now + (performance.now() - began) / kMostShare;
    });
  }

  // Shows the whole answer and how it ended.
  finish() {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#write(true);
    this.element.removeAttribute('aria-busy');
  }

  #write(isWhole) {
    const { thinking, text: answer } = this.#node;
    if (thinking) {
      this.#thinking ??= this.#addThinking();
      this.#thinking.summary.textContent = text(answer || isWhole ? 'thought' : 'thinking');
      this.#thinking.prose.update(thinking, isWhole);
    }
    if (answer) {
      this.#prose ??= this.#addProse(this.#bubble);
      this.#prose.update(asMarkdown(answer), isWhole);
    }
  }

  #addThinking() {
    const summary = element('summary');
    const details = element('details', { class: 'thinking' }, summary);
    this.#bubble.prepend(details);
    return { summary, prose: this.#addProse(details) };
  }

  #addProse(parent) {
    const root = element('div', { class: 'prose' });
    parent.append(root);
    return new MarkdownView(root);
  }

  // What stands below the answer: nodes, or nothing.
  set status(nodes) {
    this.#status.replaceChildren(...nodes);
  }

  // Shows an answer that is being written.
  begin() {
    this.element.setAttribute('aria-busy', 'true');
    this.grow();
  }
}

// An answer held to a schema is JSON, which is code.
function asMarkdown(answer) {
  return answer.startsWith('{"') ? `\`\`\`json\n${answer}` : answer;
}

// How an answer ended, and how fast it came, as nodes below it.
export function endingOf(node, contextLength) {
  const parts = [];
  const used = node.figures?.nContext ?? 0;
  if (node.finish === 'stopped') parts.push(element('span', { 'data-text': 'wasStopped' }));
  if (node.finish === 'failed') parts.push(element('span', { 'data-text': node.text ? 'errorFailed' : 'noAnswer' }));
  if (node.finish === 'length') {
    parts.push(element('span', { 'data-text': contextLength && used >= contextLength ? 'cutByContext' : 'cutShort' }));
  }
  if (node.figures?.rate) {
    const figures = { rate: rateText(node.figures.rate), n: number(node.figures.nTokens) };
    parts.push(element('span', { class: 'speed' }, text('answerFigures', figures)));
  }
  return parts;
}
