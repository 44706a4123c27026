// Files of conversations, without a browser: they come back as they were, and a stranger's file is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMessage, kRoot, newConversation, shownMessages, showBranch } from '../../web/script/chat/conversation.js';
import { fromJson, toJson, toMarkdown } from '../../web/script/chat/conversation_files.js';

function conversation() {
  const made = newConversation({ system: '짧게', sampling: { temperature: 0.5 } });
  const first = addMessage(made, kRoot, 'user', '하나');
  addMessage(made, first.id, 'assistant', '첫 답');
  addMessage(made, first.id, 'assistant', '둘째 답');
  addMessage(made, kRoot, 'user', '다른 갈래');
  showBranch(made, first.id);
  return made;
}
const texts = (made) => shownMessages(made).map((node) => node.text);

test('a conversation comes back with its branches and settings, under a new id', () => {
  const made = conversation();
  const [back] = fromJson(toJson([made]));
  assert.notEqual(back.id, made.id);
  assert.deepEqual(texts(back), ['하나', '둘째 답']);
  assert.equal(back.nodes[kRoot].children.length, 2);
  assert.deepEqual([back.system, back.sampling], ['짧게', { temperature: 0.5 }]);
});

test('Markdown holds what is shown', () => {
  const expected = '# 하나\n\n> 짧게\n\n## 나\n\n하나\n\n## 온돌\n\n둘째 답\n';
  assert.equal(toMarkdown(conversation(), { user: '나', assistant: '온돌' }), expected);
});

test('a file that is none of ours is refused', () => {
  const broken = (change) => {
    const made = conversation();
    change(made.nodes, made);
    return toJson([made]);
  };
  const anyMessage = (nodes) => Object.values(nodes).find((node) => node.id !== kRoot);
  const files = [
    'not JSON',
    'null',
    '[]',
    '{"format":"ondol.conversations","conversations":[null]}',
    broken((nodes) => (anyMessage(nodes).role = 'system')),
    broken((nodes) => (anyMessage(nodes).text = 5)),
    broken((nodes) => (anyMessage(nodes).parent = 'nobody')),
    broken((nodes) => anyMessage(nodes).children.push('nobody')),
    broken((nodes) => anyMessage(nodes).children.push(kRoot)),
    broken((nodes) => delete nodes[kRoot]),
    broken((nodes) => (nodes['../x'] = { ...anyMessage(nodes), id: '../x' })),
  ];
  for (const file of files) assert.throws(() => fromJson(file), Error, file);
});
