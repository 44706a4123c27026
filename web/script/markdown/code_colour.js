// Light colouring of code, line by line: comments, strings, numbers and the words of the language.  What spans lines (a
// block comment, a template) is carried from one line to the next, so that a growing block is never coloured again.
const kWordsOf = {
  c: `
    alignas auto bool break case catch char class concept const constexpr constinit continue default delete do
    double else enum explicit extern false float for friend if inline int long namespace new noexcept nullptr
    operator private protected public requires return short signed sizeof static struct switch template this
    throw true try typedef typename union unsigned using virtual void volatile while`,
  js: `
    as async await break case catch class const continue debugger default delete do else enum export extends
    false finally for from function if implements import in instanceof interface let new null of private
    readonly return static super switch this throw true try type typeof undefined var void while yield`,
  python: `
    False None True and as assert async await break class continue def del elif else except finally for from
    global if import in is lambda match nonlocal not or pass raise return self try while with yield`,
  rust: `
    as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod
    move mut pub ref return self static struct super trait true type unsafe use where while`,
  go: `
    break case chan const continue default defer else fallthrough false for func go goto if import interface map
    nil package range return select struct switch true type var`,
  java: `
    abstract boolean break byte case catch char class const continue data default do double else enum extends
    false final finally float for fun if implements import in instanceof int interface is long new null object
    override package private protected public return short static super switch this throw throws true try val
    var void when while`,
  shell: `
    break case continue do done elif else esac exit export fi for function if in local return select set then
    until while`,
  sql: `
    and as asc by case create delete desc distinct drop else end exists from group having in index insert into
    is join left like limit not null on or order outer primary key right select set table then union update
    values view when where with`,
  data: 'true false null yes no',
};

const kSlashes = { line: '//', from: '/*', to: '*/' };
const kHash = { line: '#' };
const kKinds = {
  c: kSlashes,
  js: { ...kSlashes, template: '`' },
  rust: kSlashes,
  go: { ...kSlashes, template: '`' },
  java: kSlashes,
  css: { from: '/*', to: '*/' },
  python: { ...kHash, template: '"""' },
  shell: kHash,
  data: kHash,
  sql: { line: '--', from: '/*', to: '*/' },
  html: { from: '<!--', to: '-->' },
};
const kNames = {
  'c++': 'c',
  cpp: 'c',
  cc: 'c',
  h: 'c',
  hpp: 'c',
  cuda: 'c',
  javascript: 'js',
  jsx: 'js',
  ts: 'js',
  tsx: 'js',
  typescript: 'js',
  mjs: 'js',
  py: 'python',
  rs: 'rust',
  golang: 'go',
  kotlin: 'java',
  kt: 'java',
  cs: 'java',
  csharp: 'java',
  swift: 'java',
  bash: 'shell',
  sh: 'shell',
  zsh: 'shell',
  console: 'shell',
  json: 'data',
  yaml: 'data',
  yml: 'data',
  toml: 'data',
  xml: 'html',
  svg: 'html',
};

// A language's rules, or null for one that is not known: its lines stay plain.
export function rulesOf(name) {
  const lower = name.toLowerCase().split(/[\s{,:]/)[0];
  const language = kNames[lower] ?? lower;
  if (!Object.hasOwn(kKinds, language)) return null;
  const { line, from, to, template } = kKinds[language];
  return {
    line,
    from,
    to,
    template,
    words: new Set((kWordsOf[language] ?? '').split(/\s+/)),
    isSql: language === 'sql',
  };
}

const kString = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/y;
const kNumber = /\b(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)\b/y;
const kWord = /[\p{L}_$][\p{L}\p{N}_$]*/uy;

// Pieces [kind, text] of one line; kind is 'comment', 'string', 'number', 'word' or '' for plain.  `until` is what ends
// a piece begun on an earlier line: {kind, end} or null.
export function colourLine(text, rules, until) {
  const pieces = [];
  const add = (kind, piece) => {
    const last = pieces.at(-1);
    if (last && last[0] === kind) last[1] += piece;
    else pieces.push([kind, piece]);
  };
  let at = 0;
  // Takes everything to `end`, which may stand on a later line.
  const takeUntil = (kind, end, from) => {
    const found = text.indexOf(end, from);
    add(kind, found < 0 ? text.slice(at) : text.slice(at, found + end.length));
    until = found < 0 ? { kind, end } : null;
    at = found < 0 ? text.length : found + end.length;
  };

  if (until) takeUntil(until.kind, until.end, 0);
  while (at < text.length) {
    const take = (pattern) => {
      pattern.lastIndex = at;
      return pattern.exec(text)?.[0];
    };
    let piece;
    if (rules.line && text.startsWith(rules.line, at)) {
      add('comment', text.slice(at));
      break;
    } else if (rules.from && text.startsWith(rules.from, at)) {
      takeUntil('comment', rules.to, at + rules.from.length);
      continue;
    } else if (rules.template && text.startsWith(rules.template, at)) {
      takeUntil('string', rules.template, at + rules.template.length);
      continue;
    } else if ((piece = take(kString))) {
      add('string', piece);
    } else if ((piece = take(kNumber))) {
      add('number', piece);
    } else if ((piece = take(kWord))) {
      add(rules.words.has(rules.isSql ? piece.toLowerCase() : piece) ? 'word' : '', piece);
    } else {
      add('', (piece = text[at]));
    }
    at += piece.length;
  }
  return { pieces, until };
}
