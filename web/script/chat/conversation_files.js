// Conversations as files: JSON holds every branch and can be taken in again, Markdown holds what is shown.
import { kRoot, newId, shownMessages, titleOf } from './conversation.js';
import { kSampling } from './question.js';

const kFormat = 'ondol.conversations';

export function toJson(conversations) {
  return JSON.stringify({ format: kFormat, version: 1, conversations }, null, 2);
}

export function toMarkdown(conversation, names) {
  const parts = [`# ${titleOf(conversation)}`];
  if (conversation.system) parts.push(`> ${conversation.system.replaceAll('\n', '\n> ')}`);
  for (const { role, text } of shownMessages(conversation)) parts.push(`## ${names[role]}`, text);
  return `${parts.join('\n\n')}\n`;
}

// The conversations of a file that toJson wrote, under new ids.  Throws where `text` is no such file: it comes from
// anywhere, so everything the page relies on is checked and nothing else is kept.
export function fromJson(text) {
  const file = JSON.parse(text);
  if (file?.format !== kFormat || !Array.isArray(file.conversations)) throw new Error('not a file of conversations');
  return file.conversations.map(checked);
}

function checked(given) {
  const nodes = {};
  for (const [id, node] of Object.entries(given.nodes)) {
    const isRoot = id === kRoot;
    if (!/^[0-9a-z]+$/.test(id) || node.children.includes(kRoot)) throw new Error('not a tree');
    if (!isRoot && node.role !== 'user' && node.role !== 'assistant') throw new Error('unknown role');
    if (!isRoot && typeof node.text !== 'string') throw new Error('a message without text');
    if (!isRoot && !given.nodes[node.parent]?.children.includes(id)) throw new Error('a message without its parent');
    if (node.children.some((child) => given.nodes[child]?.parent !== id)) throw new Error('a branch without message');
    nodes[id] = {
      id,
      parent: isRoot ? null : node.parent,
      children: [...node.children],
      chosen: node.children.includes(node.chosen) ? node.chosen : (node.children.at(-1) ?? null),
      role: isRoot ? kRoot : node.role,
      text: isRoot ? undefined : node.text,
      thinking: String(node.thinking ?? ''),
      finish: typeof node.finish === 'string' ? node.finish : null,
      figures: null,
      at: Number(node.at) || Date.now(),
    };
  }
  if (!nodes[kRoot]) throw new Error('a conversation without its root');
  const sampling = {};
  for (const { name } of kSampling) if (Number.isFinite(given.sampling?.[name])) sampling[name] = given.sampling[name];
  return {
    id: newId(),
    title: String(given.title ?? ''),
    createdAt: Number(given.createdAt) || Date.now(),
    updatedAt: Number(given.updatedAt) || Date.now(),
    system: String(given.system ?? ''),
    sampling,
    nodes,
  };
}
