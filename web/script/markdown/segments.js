// Markdown's blocks, one at a time.  A segment is what a view can add without touching what stands above it: a paragraph,
// a heading, one item of a list, one row of a table.  Source: CommonMark 0.31, section 4 and 5, and GitHub's tables;
// more lenient where models are careless (nesting by two spaces), without setext headings, HTML and indented code.
const kFence = /^ {0,3}(`{3,}|~{3,})[ \t]*([^`\n]*)$/;
const kHeading = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const kRule = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const kItem = /^( *)([-*+]|\d{1,9}[.)])[ \t]+(.*)$/;
const kQuote = /^ {0,3}> ?/;
const kDelimiters = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

export function lineAt(text, at) {
  const end = text.indexOf('\n', at);
  return end < 0
    ? { text: text.slice(at), end: text.length, isWhole: false }
    : { text: text.slice(at, end), end: end + 1, isWhole: true };
}

// The segment that begins at or after `at`, or null.  `previous` is the kind of the segment that ends at `at`: a row
// follows only a table.  Every segment has `kind` and `end`, where the next one begins.
export function readSegment(text, at, previous) {
  let line = lineAt(text, at);
  const start = at;
  while (line.text.trim() === '') {
    if (line.end === text.length) return null;
    at = line.end;
    line = lineAt(text, at);
  }
  const followsDirectly = at === start;

  let match = kFence.exec(line.text);
  if (match) return { kind: 'code', fence: match[1], language: match[2].trim(), body: line.end, end: line.end };
  match = kHeading.exec(line.text);
  if (match) return { kind: 'heading', level: match[1].length, text: match[2].trim(), end: line.end };
  if (kRule.test(line.text)) return { kind: 'rule', end: line.end };
  if (kQuote.test(line.text)) return readQuote(text, at);
  match = kItem.exec(line.text);
  if (match) return readItem(text, line, match);
  if (previous === 'table' && followsDirectly && line.text.includes('|')) {
    return { kind: 'row', cells: cellsOf(line.text), end: line.end };
  }
  const next = lineAt(text, line.end);
  if (line.isWhole && line.text.includes('|') && next.text.includes('|') && kDelimiters.test(next.text)) {
    return { kind: 'table', cells: cellsOf(line.text), aligns: cellsOf(next.text).map(alignOf), end: next.end };
  }
  return readParagraph(text, at);
}

function beginsBlock(line) {
  const item = kItem.exec(line);
  return (
    kFence.test(line) ||
    kHeading.test(line) ||
    kRule.test(line) ||
    kQuote.test(line) ||
    (item !== null && (!/\d/.test(item[2]) || item[2].startsWith('1')))
  );
}

function readParagraph(text, at) {
  const lines = [];
  while (at < text.length) {
    const line = lineAt(text, at);
    if (line.text.trim() === '' || (lines.length > 0 && beginsBlock(line.text))) break;
    lines.push(line.text.trimStart());
    at = line.end;
  }
  return { kind: 'paragraph', text: lines.join('\n'), end: at };
}

function readQuote(text, at) {
  const lines = [];
  while (at < text.length) {
    const line = lineAt(text, at);
    if (!kQuote.test(line.text)) break;
    lines.push(line.text.replace(kQuote, ''));
    at = line.end;
  }
  return { kind: 'quote', text: lines.join('\n'), end: at };
}

function readItem(text, firstLine, [, indentation, marker, rest]) {
  const indent = indentation.length;
  const contentIndent = indent + marker.length + 1;
  const lines = [rest];
  let at = firstLine.end;
  let end = at;
  let isAfterBlank = false;
  while (at < text.length) {
    const line = lineAt(text, at);
    if (line.text.trim() === '') {
      isAfterBlank = true;
    } else {
      const lineIndent = line.text.length - line.text.trimStart().length;
      const isInside = lineIndent >= indent + 2;
      if (!isInside && (isAfterBlank || beginsBlock(line.text) || kItem.test(line.text))) break;
      isAfterBlank = false;
    }
    const spaces = line.text.length - line.text.trimStart().length;
    lines.push(line.text.slice(Math.min(spaces, contentIndent)));
    at = line.end;
    if (!isAfterBlank) end = at;
  }
  return {
    kind: 'item',
    isOrdered: marker.length > 1,
    number: Number.parseInt(marker, 10),
    text: lines.join('\n').trimEnd(),
    end: isAfterBlank && at === text.length ? at : end,
  };
}

// "| a | b \| c |" -> ["a", "b | c"]
function cellsOf(line) {
  const cells = line
    .trim()
    .replace(/^\|/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
  if (cells.at(-1) === '') cells.pop();
  return cells;
}

function alignOf(cell) {
  if (!cell.endsWith(':')) return 'start';
  return cell.startsWith(':') ? 'center' : 'end';
}
