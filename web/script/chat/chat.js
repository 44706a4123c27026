// The chat: shows one conversation, asks for answers, makes branches.
import { announce } from '../page/announcer.js';
import { element } from '../page/dom.js';
import { number, text } from '../page/language.js';
import { addMessage, kRoot, shownMessages, showBranch } from './conversation.js';
import { errorCard } from './error_card.js';
import { MessageView, endingOf } from './message_view.js';
import { question } from './question.js';
import { RunningAnswer } from './running_answer.js';

// A growing answer is kept this often, so that a reload loses little.
const kSaveMs = 1000;
// Nearer than this to the end, the page follows the answer.
const kFollowPixels = 80;

export class Chat extends EventTarget {
  #list = document.getElementById('messages');
  #scroller = document.getElementById('chat-view');
  #hero = document.getElementById('hero');
  #newest = document.getElementById('to-newest');
  #floor;
  #server;
  #keep;
  #views = new Map();
  #isFollowing = true; // the reader has not scrolled away from the end
  #running = null;
  #error = null; // {node, error} of the last answer that failed

  // keep(conversation) saves it.
  constructor(floor, server, keep) {
    super();
    this.#floor = floor;
    this.#server = server;
    this.#keep = keep;
    this.#scroller.addEventListener(
      'scroll',
      () => {
        this.#isFollowing = this.#isAtEnd();
        this.#newest.hidden = this.#isFollowing;
      },
      { passive: true },
    );
    this.#newest.addEventListener('click', () => this.#toEnd());
    new ResizeObserver(() => this.isAnswering && this.#isFollowing && this.#toEnd()).observe(this.#list);
  }

  get isAnswering() {
    return this.#running !== null;
  }

  show(conversation) {
    const known = this.conversation === conversation ? this.#views : new Map();
    this.conversation = conversation;
    this.#views = new Map();
    const messages = shownMessages(conversation);
    for (const node of messages) {
      const shown = known.get(node.id);
      if (shown?.isCurrent(conversation)) {
        this.#views.set(node.id, shown);
        continue;
      }
      const view = new MessageView(conversation, node, {
        edit: (edited, newText) => this.#edit(edited, newText),
        regenerate: (old) => this.#regenerate(old),
        showBranch: (id) => this.#showBranch(id),
      });
      this.#views.set(node.id, view);
      if (node.role === 'assistant') this.#showAnswer(view, node);
    }
    this.#list.replaceChildren(...messages.map((node) => this.#views.get(node.id).element));
    this.#hero.hidden = messages.length > 0;
    const last = messages.at(-1);
    this.#floor.contextUsed = last?.figures?.nContext ?? null;
    this.#toEnd();
  }

  // Writes every message anew, in the page's language.
  writeAnew() {
    this.#views.clear();
    this.show(this.conversation);
  }

  #showAnswer(view, node) {
    if (this.#running?.node === node) return view.begin();
    view.finish();
    view.status =
      this.#error?.node === node
        ? [errorCard(this.#error.error, () => this.#retry(node))]
        : endingOf(node, this.#server.props?.context_length);
  }

  send(typed) {
    if (this.isAnswering) return;
    const parent = shownMessages(this.conversation).at(-1)?.id ?? kRoot;
    this.#ask(addMessage(this.conversation, parent, 'user', typed.normalize('NFC')));
  }

  // Stops what is being answered in this conversation, if anything is.
  abandon(conversation) {
    if (this.#running?.conversation === conversation) this.stop();
  }

  stop() {
    this.#running?.stop();
  }

  #edit(node, newText) {
    if (!this.isAnswering) this.#ask(addMessage(this.conversation, node.parent, 'user', newText.normalize('NFC')));
  }

  #regenerate(node) {
    if (!this.isAnswering) this.#ask(this.conversation.nodes[node.parent]);
  }

  // The failed answer begins anew, in its place.
  #retry(node) {
    if (this.isAnswering) return;
    this.#views.delete(node.id);
    Object.assign(node, { text: '', thinking: '', finish: null, figures: null });
    this.#run(node);
  }

  #showBranch(id) {
    showBranch(this.conversation, id);
    this.#keep(this.conversation);
    this.show(this.conversation);
  }

  #ask(userNode) {
    return this.#run(addMessage(this.conversation, userNode.id, 'assistant', ''));
  }

  async #run(node) {
    const { conversation } = this;
    const running = new RunningAnswer(conversation, node);
    this.#running = running;
    this.#list.classList.add('answering');
    this.#views.delete(this.#error?.node.id);
    this.#error = null;
    this.dispatchEvent(new Event('change'));
    this.show(conversation);
    this.#keep(conversation);
    this.#status(node, [element('span', { class: 'warming', 'data-text': 'waiting' })]);
    this.#floor.readPrompt(0);

    let savesAt = performance.now() + kSaveMs;
    const asked = question(conversation, conversation.nodes[node.parent], this.#server.model, this.#server.hasTemplate);
    const error = await running.run(asked, {
      progress: (progress) => this.#showProgress(node, progress),
      rate: (tokensPerSecond) => this.#floor.answer(tokensPerSecond),
      context: (nTokens) => (this.#floor.contextUsed = nTokens),
      grown: () => {
        this.#status(node, []);
        this.#views.get(node.id)?.grow();
        if (performance.now() < savesAt) return;
        savesAt = performance.now() + kSaveMs;
        this.#keep(conversation);
      },
    });

    this.#running = null;
    this.#list.classList.remove('answering');
    this.#error = error && { node, error };
    this.#floor.rest();
    const isFollowing = this.#isFollowing;
    const view = this.#views.get(node.id);
    if (view) this.#showAnswer(view, node);
    if (isFollowing && view) this.#toEnd();
    announce(error ? '' : (view?.proseText ?? ''));
    this.#keep(conversation);
    this.dispatchEvent(new Event('change'));
  }

  #showProgress(node, { total, cache, processed }) {
    const parts = { done: number(processed), total: number(total), cache: number(cache) };
    const share = total > 0 ? processed / total : 1;
    this.#floor.readPrompt(share);
    const bar = element('progress', { max: 1, value: share });
    const words = text(cache > 0 ? 'readingWithCache' : 'reading', parts);
    bar.setAttribute('aria-label', words);
    this.#status(node, [element('span', { class: 'warming' }, words), bar]);
  }

  #status(node, parts) {
    const view = this.#views.get(node.id);
    if (view) view.status = parts;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < kFollowPixels;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#isFollowing = true;
    this.#newest.hidden = true;
  }
}
