// Server-sent events out of bytes as they arrive, cut anywhere: inside a syllable, a line end or a field name.
// Source: HTML standard, section 9.2.6 (interpreting an event stream).  EventSource cannot POST, hence this reader.
export class EventStream {
  #decoder = new TextDecoder();
  #line = '';
  #data = [];
  #endsWithReturn = false;

  // The data of every event that `bytes` completes.
  push(bytes) {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    // A line end of two characters may have been cut in two.
    if (this.#endsWithReturn && text.startsWith('\n')) text = text.slice(1);
    this.#endsWithReturn = text.endsWith('\r');

    const events = [];
    const pieces = text.split(/\r\n|\r|\n/);
    for (let i = 0; i + 1 < pieces.length; i++) {
      this.#takeLine(this.#line + pieces[i], events);
      this.#line = '';
    }
    this.#line += pieces.at(-1);
    return events;
  }

  #takeLine(line, events) {
    if (line === '') {
      if (this.#data.length > 0) events.push(this.#data.join('\n'));
      this.#data = [];
    } else if (line === 'data') {
      this.#data.push('');
    } else if (line.startsWith('data:')) {
      this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
    }
  }
}
