// Markdown inside a line: code, links, emphasis.  Builds nodes and never HTML; a link goes to http, https or mailto and
// is only fetched when the reader follows it; a picture is a link too.
// Source: CommonMark 0.31, section 6.  Unlike it, ** needs no space or punctuation beside it: Korean puts its particles
// right behind the emphasised word (**온돌**은).
import { element } from '../page/dom.js';

const kEscape = /\\([!-/:-@[-`{-~])/y;
const kLink =
  /!?\[((?:[^[\]\\\n]|\\.|\[[^[\]\n]*\])*)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+"[^"\n]*")?\s*\)/y;
const kAutolink = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/y;
const kAddress = /https?:\/\/[!#$%&()+,\-./0-9:;=?@A-Z[\]_a-z~]+/y;
const kBackticks = /`+/y;
const kEmphasis = /\*+|_+|~~/y;
const kBreak = /(?: +|\\)?\n/y;
const kPlain = /[^\\`*_~[\]!<\nh]+/y;
const kLetter = /[\p{L}\p{N}]/u;
// How many open emphases a closing one looks through.
const kMostOpen = 32;

export function inline(text) {
  return new InlineReader(text, true).read();
}

class InlineReader {
  #text;
  #mayLink;
  #out = document.createDocumentFragment();
  #plain = '';
  #open = [];
  #missingBackticks = new Set();

  constructor(text, mayLink) {
    this.#text = text;
    this.#mayLink = mayLink;
  }

  read() {
    const text = this.#text;
    for (let at = 0; at < text.length;) at = this.#step(at);
    this.#flush();
    return this.#out;
  }

  // Reads what stands at `at`; where it ends.
  #step(at) {
    const take = (pattern) => {
      pattern.lastIndex = at;
      return pattern.exec(this.#text);
    };
    let match = take(kPlain);
    if (match) return this.#keep(match[0], at);
    if ((match = take(kEscape))) {
      this.#plain += match[1];
      return at + 2;
    }
    if ((match = take(kBreak))) {
      this.#add(element('br'));
      return at + match[0].length;
    }
    if ((match = take(kBackticks))) return this.#code(match[0], at);
    if ((match = take(kEmphasis))) return this.#emphasis(match[0], at);
    if (this.#mayLink) {
      if ((match = take(kLink)) && this.#link(match[2], new InlineReader(match[1], false).read())) {
        return at + match[0].length;
      }
      if ((match = take(kAutolink)) && this.#link(match[1], match[1])) return at + match[0].length;
      if ((match = take(kAddress)) && !kLetter.test(this.#text[at - 1] ?? ' ')) {
        const address = match[0].replace(/[.,;:!?)\]]+$/, '');
        if (this.#link(address, address)) return at + address.length;
      }
    }
    return this.#keep(this.#text[at], at);
  }

  #keep(plain, at) {
    this.#plain += plain;
    return at + plain.length;
  }

  #flush() {
    if (this.#plain !== '') this.#out.append(this.#plain);
    this.#plain = '';
  }

  #add(node) {
    this.#flush();
    this.#out.append(node);
  }

  // A code span ends with as many backticks as it began with.
  #code(ticks, at) {
    const from = at + ticks.length;
    if (this.#missingBackticks.has(ticks.length)) return this.#keep(ticks, at);
    for (const match of this.#text.slice(from).matchAll(/`+/g)) {
      if (match[0].length !== ticks.length) continue;
      const code = this.#text.slice(from, from + match.index).replaceAll('\n', ' ');
      const isPadded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '';
      this.#add(element('code', {}, isPadded ? code.slice(1, -1) : code));
      return from + match.index + ticks.length;
    }
    this.#missingBackticks.add(ticks.length);
    return this.#keep(ticks, at);
  }

  #link(address, label) {
    let url;
    try {
      url = new URL(address);
    } catch {
      return false;
    }
    if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return false;
    this.#add(element('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, label));
    return true;
  }

  #emphasis(run, at) {
    const before = this.#text[at - 1] ?? ' ';
    const after = this.#text[at + run.length] ?? ' ';
    const isWord = run[0] === '_' && kLetter.test(before) && kLetter.test(after);
    let left = run.length;
    if (!isWord && before.trim() !== '') left = this.#close(run[0], left);
    if (left > 0 && !isWord && after.trim() !== '') {
      const mark = document.createTextNode(run[0].repeat(left));
      this.#add(mark);
      this.#open.push({ character: run[0], mark });
    } else {
      this.#plain += run[0].repeat(left);
    }
    return at + run.length;
  }

  // Closes open emphases of this character with up to `left` marks; how many marks stay.
  #close(character, left) {
    this.#flush();
    const oldest = Math.max(0, this.#open.length - kMostOpen);
    for (let i = this.#open.length - 1; i >= oldest && left > 0; i--) {
      const { mark } = this.#open[i];
      if (this.#open[i].character !== character || mark === this.#out.lastChild) continue;
      while (left > 0 && mark.data !== '') {
        const n = Math.min(2, left, mark.data.length);
        const wrapper = element(character === '~' ? 'del' : n === 2 ? 'strong' : 'em');
        while (mark.nextSibling) wrapper.append(mark.nextSibling);
        mark.after(wrapper);
        mark.data = mark.data.slice(n);
        left -= n;
      }
      this.#open.length = mark.data === '' ? i : i + 1;
    }
    return left;
  }
}
