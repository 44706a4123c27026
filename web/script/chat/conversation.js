// A conversation is a tree: asking again or editing a message begins a branch, and nothing is ever lost.
//   nodes   id -> {id, parent, children, chosen, role, text, thinking, finish, figures, at}
//   `chosen` is the child that the page shows; the root is a node without text.
export const kRoot = 'root';

export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function newConversation({ system = '', sampling = {} } = {}) {
  const now = Date.now();
  return {
    id: newId(),
    title: '',
    createdAt: now,
    updatedAt: now,
    system,
    sampling,
    nodes: { [kRoot]: { id: kRoot, parent: null, children: [], chosen: null, role: 'root' } },
  };
}

// Adds a message below `parent` and shows it.
export function addMessage(conversation, parent, role, text) {
  const node = {
    id: newId(),
    parent,
    children: [],
    chosen: null,
    role,
    text,
    thinking: '',
    finish: null,
    figures: null,
    at: Date.now(),
  };
  conversation.nodes[node.id] = node;
  conversation.nodes[parent].children.push(node.id);
  conversation.nodes[parent].chosen = node.id;
  conversation.updatedAt = node.at;
  return node;
}

// The messages that are shown, in order.
export function shownMessages(conversation) {
  return pathDown(conversation, conversation.nodes[kRoot]);
}

function pathDown(conversation, from) {
  const path = [];
  for (let id = from.chosen; id !== null; id = conversation.nodes[id].chosen) path.push(conversation.nodes[id]);
  return path;
}

// The messages from the first to `node`, which is included.
export function messagesUpTo(conversation, node) {
  const path = [];
  for (let at = node; at.id !== kRoot; at = conversation.nodes[at.parent]) path.push(at);
  return path.reverse();
}

// The branches beside a message and which of them it is.
export function branchesOf(conversation, node) {
  const ids = conversation.nodes[node.parent].children;
  return { ids, index: ids.indexOf(node.id) };
}

export function showBranch(conversation, id) {
  conversation.nodes[conversation.nodes[id].parent].chosen = id;
}

// Its own title, or the beginning of its first message.
export function titleOf(conversation) {
  if (conversation.title) return conversation.title;
  const first = shownMessages(conversation)[0]?.text ?? '';
  const line = first.trim().split('\n')[0];
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
