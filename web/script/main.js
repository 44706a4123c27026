// The page: puts its parts together and says who follows whom.
import { announce } from './page/announcer.js';
import { element } from './page/dom.js';
import { Composer } from './page/composer.js';
import { pickTextFile, saveFile } from './page/files.js';
import { Floor } from './page/floor.js';
import { icon } from './page/icons.js';
import { askKey, startKeyDialog } from './page/key_dialog.js';
import { switchLanguage, text, writeTexts } from './page/language.js';
import { notice } from './page/notice.js';
import { keepPreference, readPreference } from './page/preferences.js';
import { sealContent } from './page/seal_dialog.js';
import { startTheme, switchTheme } from './page/theme.js';
import { onKeyWanted } from './server/api_key.js';
import { ServerState } from './server/server_state.js';
import { Chat } from './chat/chat.js';
import { ConversationList } from './chat/conversation_list.js';
import { ConversationStore } from './chat/conversation_store.js';
import { fromJson, toJson, toMarkdown } from './chat/conversation_files.js';
import { newConversation, shownMessages, titleOf } from './chat/conversation.js';
import { SettingsPanel } from './chat/settings_panel.js';
import { isHouseSchema } from './house/devices.js';
import { HouseView } from './house/house_view.js';

const at = (id) => document.getElementById(id);

startTheme();
writeTexts();
startKeyDialog();
onKeyWanted(askKey);
for (const node of document.querySelectorAll('[data-icon]')) node.append(icon(node.dataset.icon));

const floor = new Floor();
const server = new ServerState();
const store = new ConversationStore();
const conversations = new Map();
const removed = new WeakSet();

// --- conversations

// An empty conversation is not kept: there is nothing in it.
function keep(conversation) {
  if (shownMessages(conversation).length === 0 || removed.has(conversation)) return;
  conversations.set(conversation.id, conversation);
  store.save(conversation).catch(() => notice(text('notSaved')));
  writeList();
}

function open(conversation) {
  chat.show(conversation);
  settings.show(conversation);
  keepPreference('conversation', conversation.id);
  document.body.classList.remove('with-conversations');
  showView('chat');
  writeList();
}

function begin() {
  const { system, sampling } = chat.conversation ?? {};
  open(newConversation({ system, sampling: { ...sampling } }));
  composer.focus();
}

function writeList() {
  list.show([...conversations.values()], chat.conversation.id);
  document.title = titleOf(chat.conversation) || 'Ondol';
}

function remove(conversation) {
  chat.abandon(conversation);
  removed.add(conversation);
  conversations.delete(conversation.id);
  store.remove(conversation.id);
  begin();
  notice(text('removed', { title: titleOf(conversation) }), {
    name: 'undo',
    run: () => {
      removed.delete(conversation);
      keep(conversation);
      open(conversation);
    },
  });
}

const kNames = () => ({ user: text('you'), assistant: text('ondol') });
const saveJson = (chosen, name) => saveFile(`${name}.json`, toJson(chosen), 'application/json');

const list = new ConversationList({
  open,
  remove,
  rename: (conversation, title) => {
    conversation.title = title;
    keep(conversation);
  },
  saveMarkdown: (conversation) =>
    saveFile(`${titleOf(conversation)}.md`, toMarkdown(conversation, kNames()), 'text/markdown'),
  saveJson: (conversation) => saveJson([conversation], titleOf(conversation)),
});
const settings = new SettingsPanel(keep);

async function importFile() {
  const file = await pickTextFile('.json,application/json');
  if (file === null) return;
  let given;
  try {
    given = fromJson(file);
  } catch {
    notice(text('importFailed'));
    return;
  }
  given.forEach(keep);
  notice(text('imported', { n: given.length }));
}

// --- chat, house and the field that both listen to

const composer = new Composer(
  (typed) => shownView().send(typed),
  () => shownView().stop(),
);
const chat = new Chat(floor, server, keep);
const house = new HouseView(floor, server, (command) => {
  composer.write('');
  house.send(command);
});
let view = 'chat';
const shownView = () => (view === 'house' ? house : chat);

function showView(name) {
  view = name;
  for (const tab of document.querySelectorAll('[role=tab]'))
    tab.setAttribute('aria-selected', tab.dataset.view === name);
  at('chat-view').hidden = name !== 'chat';
  at('house-view').hidden = name !== 'house';
  composer.placeholder = name === 'house' ? 'commandHere' : 'writeHere';
  composer.isBusy = shownView().isAnswering;
}

for (const source of [chat, house]) {
  source.addEventListener('change', () => {
    composer.isBusy = shownView().isAnswering;
    if (source.isAnswering) announce(text('answering'));
  });
}

for (const name of ['suggestion1', 'suggestion2', 'suggestion3', 'suggestion4']) {
  at('suggestions').append(
    element('button', { type: 'button', 'data-text': name, onclick: () => chat.send(text(name)) }),
  );
}

// --- what the server says of itself

const kIsHere = /^(localhost|127\..*|\[::1\])$/.test(location.hostname);

function heroText() {
  if (!server.hasTemplate) return text('heroWrite');
  return kIsHere ? text('heroChat') : text('heroAway', { host: location.hostname });
}

let wasReachable = true;
let houseWasOffered = false;

function writeServer() {
  const { props, models, model, seal, isReachable } = server;
  document.body.classList.toggle('alone', !isReachable);
  if (isReachable && !wasReachable) notice(text('serverBack'));
  wasReachable = isReachable;
  if (!props) return;

  floor.server = props;
  const isHouse = isHouseSchema(props.output_schema);
  at('views').hidden = !isHouse;
  const isWanted = readPreference('view') ?? (shownMessages(chat.conversation).length === 0 ? 'house' : 'chat');
  if (isHouse && !houseWasOffered) showView(isWanted);
  houseWasOffered ||= isHouse;
  at('hero-text').textContent = heroText();
  at('version').textContent = props.version ? text('serverVersion', { version: props.version }) : '';

  at('model-name').textContent = model ?? props.model ?? '';
  at('model-name').hidden = models.length > 1;
  at('model').hidden = models.length <= 1;
  at('model').replaceChildren(
    ...models.map((name) => element('option', { value: name, selected: name === model }, name)),
  );

  at('seal').hidden = false;
  at('seal').classList.toggle('sealed', seal !== null);
  at('seal-word').textContent = text(seal ? 'sealed' : 'notSealed');
}

server.addEventListener('change', writeServer);
at('model').addEventListener('change', (event) => server.ask(event.target.value));
at('seal').addEventListener('click', () => {
  at('seal-content').replaceChildren(...sealContent(server.seal));
  at('seal-dialog').showModal();
});

// --- buttons and keys

for (const dialog of document.querySelectorAll('dialog')) {
  // a click on the dialog itself is one beside its content
  dialog.addEventListener('click', (event) => event.target === dialog && isBeside(event, dialog) && dialog.close());
}
for (const button of document.querySelectorAll('[data-closes]')) {
  button.addEventListener('click', () => button.closest('dialog').close());
}
for (const tab of document.querySelectorAll('[role=tab]')) {
  tab.addEventListener('click', () => {
    keepPreference('view', tab.dataset.view);
    showView(tab.dataset.view);
    composer.focus();
  });
}
at('new-conversation').addEventListener('click', begin);
at('menu').addEventListener('click', () => document.body.classList.toggle('with-conversations'));
at('veil').addEventListener('click', () => document.body.classList.remove('with-conversations'));
at('open-settings').addEventListener('click', () => at('settings').showModal());
at('theme').addEventListener('click', switchTheme);
at('language').addEventListener('click', switchLanguage);
at('import').addEventListener('click', importFile);
at('export-all').addEventListener('click', () => saveJson([...conversations.values()], 'ondol'));

function isBeside({ clientX, clientY }, dialog) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

window.addEventListener('ondol:language', () => {
  writeList();
  writeServer();
  floor.write();
  house.write();
  chat.writeAnew();
});

window.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  if (event.key === 'Escape' && !document.querySelector('dialog[open]')) shownView().stop();
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    document.body.classList.add('with-conversations');
    list.focusSearch();
  }
  if (event.altKey && event.code === 'KeyN') {
    event.preventDefault();
    begin();
  }
});

await store.open();
for (const conversation of await store.readAll()) conversations.set(conversation.id, conversation);
open(conversations.get(readPreference('conversation')) ?? newConversation());
if (!store.isLasting) notice(text('notKept'));
composer.focus();
server.watch();
