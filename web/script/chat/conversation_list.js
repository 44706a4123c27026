// The list of conversations: search, rename, delete, save as a file.
import { element } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { text } from '../page/language.js';
import { sendOnEnter } from '../page/enter_key.js';
import { titleOf } from './conversation.js';

export class ConversationList {
  #list = document.getElementById('conversation-list');
  #search = document.getElementById('search');
  #actions;
  #conversations = [];
  #shown = null;
  #renaming = null;
  #written = ''; // what the list shows, so that a list that stays the same keeps the reader's focus

  // actions: {open, rename(conversation, title), remove, saveMarkdown, saveJson}, each given the conversation
  constructor(actions) {
    this.#actions = actions;
    this.#search.addEventListener('input', () => this.#write());
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  show(conversations, shown) {
    this.#conversations = conversations;
    this.#shown = shown;
    if (this.#renaming === null) this.#write();
  }

  #write() {
    const wanted = this.#search.value.normalize('NFC').trim().toLowerCase();
    const found = this.#conversations
      .filter((conversation) => titleOf(conversation).toLowerCase().includes(wanted))
      .sort((a, b) => b.updatedAt - a.updatedAt);
    const content = JSON.stringify([
      text('rename'),
      wanted,
      this.#shown,
      this.#renaming,
      found.map((one) => [one.id, titleOf(one), dayOf(one.updatedAt)]),
    ]);
    if (content === this.#written) return;
    this.#written = content;
    const items = [];
    let day = null;
    for (const conversation of found) {
      const itsDay = dayOf(conversation.updatedAt);
      if (itsDay !== day) items.push(element('li', { class: 'day' }, text((day = itsDay))));
      items.push(this.#item(conversation));
    }
    if (items.length === 0)
      items.push(element('li', { class: 'day' }, text(wanted ? 'nothingFound' : 'noConversations')));
    this.#list.replaceChildren(...items);
    this.#list.querySelector('.renaming')?.focus();
  }

  #item(conversation) {
    const isShown = conversation.id === this.#shown;
    if (this.#renaming === conversation.id) return element('li', {}, this.#renameField(conversation));
    const open = element(
      'button',
      {
        type: 'button',
        class: 'title',
        'aria-current': isShown ? 'true' : null,
        onclick: () => this.#actions.open(conversation),
      },
      titleOf(conversation) || text('untitled'),
    );
    const tool = (name, iconName, run) =>
      element('button', { type: 'button', class: 'quiet', 'data-label': name, onclick: run }, icon(iconName));
    return element(
      'li',
      { class: isShown ? 'shown' : null },
      open,
      (isShown &&
        element(
          'span',
          { class: 'tools' },
          tool('rename', 'edit', () => this.#rename(conversation.id)),
          tool('saveMarkdown', 'markdown', () => this.#actions.saveMarkdown(conversation)),
          tool('saveJson', 'json', () => this.#actions.saveJson(conversation)),
          tool('remove', 'remove', () => this.#actions.remove(conversation)),
        )) ||
        null,
    );
  }

  #rename(id) {
    this.#renaming = id;
    this.#write();
  }

  #renameField(conversation) {
    const field = element('input', { class: 'renaming', 'data-label': 'rename', maxlength: 200 });
    field.value = titleOf(conversation);
    let isDone = false;
    const done = (title) => {
      if (isDone) return;
      isDone = true;
      this.#renaming = null;
      if (title !== null) this.#actions.rename(conversation, title.trim().normalize('NFC'));
      this.#write();
    };
    field.addEventListener('blur', () => done(field.value));
    sendOnEnter(field, () => done(field.value));
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.stopPropagation();
      done(null);
    });
    return field;
  }
}

function dayOf(time) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (time >= midnight) return 'today';
  return time >= midnight - 24 * 3600 * 1000 ? 'yesterday' : 'earlier';
}
