// The seal in words: what it holds back, and the receipt that proves it.
import { element } from './dom.js';
import { number, text } from './language.js';

// `receipt` is what /seal sends, or null.
export function sealContent(receipt) {
  if (!receipt) return [element('p', { 'data-text': 'notSealedMeans' })];
  const { policy, level, namespaces, files, landlock_abi: abi, accepted, tried, missing } = receipt;
  const own = ['user', 'network'].filter((name) => namespaces[name]);
  const isWhole = tried.every(({ held }) => held) && missing.length === 0;
  const rows = [
    ['sealLevel', level],
    ['sealPolicy', element('code', { title: policy.sha256 }, policy.sha256.slice(0, 16))],
    [
      'sealNamespaces',
      own.map((name) => text(name === 'user' ? 'sealUser' : 'sealNetwork')).join(', ') || text('sealNone'),
    ],
    ['sealFiles', text('sealFilesAre', { ...files, abi })],
    ['sealOther', accepted && number(accepted.other.sent_bytes)],
    ['sealMissing', missing.length > 0 && missing.map(({ part, reason }) => `${part} ${reason}`).join(', ')],
  ];
  const facts = rows
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [element('dt', { 'data-text': name }), element('dd', {}, value)]);
  return [
    element('p', { 'data-text': isWhole ? 'sealedMeans' : 'partlySealedMeans' }),
    element('dl', {}, ...facts),
    element('h3', { 'data-text': 'sealTried' }),
    element('ul', { class: 'tried' }, ...tried.map(triedCall)),
    element(
      'details',
      {},
      element('summary', { 'data-text': 'sealRaw' }),
      element('pre', { tabindex: '0' }, JSON.stringify(receipt, null, 2)),
    ),
  ];
}

function triedCall({ call, outcome, held }) {
  return element(
    'li',
    { class: held ? 'held' : 'open', title: outcome },
    element('code', {}, call),
    element('span', { class: 'unseen', 'data-text': held ? 'sealHeld' : 'sealOpen' }),
  );
}
