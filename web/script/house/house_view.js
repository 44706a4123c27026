// The house on the page: a sentence goes to the model, the model's JSON to the house, and the house obeys.
import { announce } from '../page/announcer.js';
import { element } from '../page/dom.js';
import { number, text } from '../page/language.js';
import { errorCard } from '../chat/error_card.js';
import { streamAnswer } from '../server/answer.js';
import { ServerError } from '../server/server_error.js';
import { colourLine, rulesOf } from '../markdown/code_colour.js';
import { HouseDrawing } from './drawing.js';
import { newHome, obey, runTimers } from './home.js';
import { kExamples, reportText, stateText, thingName } from './words.js';

const kTimerMs = 1000;
const kNarrow = window.matchMedia('(max-width: 720px)');

export class HouseView extends EventTarget {
  #drawing = new HouseDrawing(document.getElementById('house'));
  #json = document.getElementById('house-json');
  #reply = document.getElementById('house-reply');
  #history = document.getElementById('house-history');
  #states = document.getElementById('house-states');
  #home = newHome();
  #stopping = null;
  #floor;
  #server;

  constructor(floor, server, typeCommand) {
    super();
    this.#floor = floor;
    this.#server = server;
    kNarrow.addEventListener('change', () => this.write());
    document.getElementById('house-reset').addEventListener('click', () => {
      this.#home = newHome();
      this.#show();
    });
    document
      .getElementById('house-examples')
      .append(
        ...kExamples.map((example) =>
          element('button', { type: 'button', lang: 'ko', onclick: () => typeCommand(example) }, example),
        ),
      );
    setInterval(() => this.#runTimers(), kTimerMs);
    this.write();
  }

  get isAnswering() {
    return this.#stopping !== null;
  }

  stop() {
    this.#stopping?.abort();
  }

  // Draws everything anew, in the page's language and for its width.
  write() {
    this.#drawing.layOut(kNarrow.matches);
    this.#show();
  }

  #show() {
    const now = Date.now();
    this.#drawing.show(this.#home, now);
    this.#states.replaceChildren(
      ...[...this.#home.things.values()].map((thing) =>
        element(
          'li',
          { class: thing.isOn || thing.isOpen ? 'on' : null },
          element('span', {}, thingName(thing)),
          element('span', { class: 'state' }, stateText(thing, now)),
        ),
      ),
    );
  }

  #runTimers() {
    const now = Date.now();
    const isWaiting = [...this.#home.things.values()].some((thing) => thing.timer);
    if (!isWaiting) return;
    this.#drawing.point(runTimers(this.#home, now));
    this.#show();
  }

  async send(typed) {
    if (this.isAnswering) return;
    const sentence = typed.trim().normalize('NFC');
    this.#stopping = new AbortController();
    this.dispatchEvent(new Event('change'));
    this.#floor.readPrompt(0);
    this.#reply.replaceChildren(element('p', { class: 'said' }, sentence));
    const body = { messages: [{ role: 'user', content: sentence }], temperature: 0, model: this.#server.props.model };
    const began = performance.now();
    let answer = '';
    let figures = null;
    try {
      for await (const part of streamAnswer({ path: '/v1/chat/completions', body }, this.#stopping.signal)) {
        if (part.text) this.#showJson((answer += part.text));
        if (part.progress)
          this.#floor.readPrompt(part.progress.total > 0 ? part.progress.processed / part.progress.total : 1);
        if (part.timings) this.#floor.answer(part.timings.predicted_per_second);
        if (part.usage) {
          figures = { ms: number(Math.round(performance.now() - began)), n: number(part.usage.completion_tokens) };
          this.#floor.contextUsed = part.usage.prompt_tokens + part.usage.completion_tokens;
        }
      }
      this.#obey(sentence, answer, figures);
    } catch (error) {
      if (error instanceof ServerError) this.#reply.append(errorCard(error, () => this.send(sentence)));
      else if (error.name !== 'AbortError') throw error;
    } finally {
      this.#stopping = null;
      this.#floor.rest();
      this.dispatchEvent(new Event('change'));
    }
  }

  #showJson(answer) {
    this.#json.replaceChildren();
    const rules = rulesOf('json');
    for (const line of laidOut(answer).split('\n')) {
      for (const [kind, piece] of colourLine(line, rules, null).pieces) {
        this.#json.append(kind ? element('span', { class: `code-${kind}` }, piece) : piece);
      }
      this.#json.append('\n');
    }
  }

  #obey(sentence, answer, figures) {
    const actions = actionsOf(answer);
    const now = Date.now();
    const sentences = [];
    const meant = [];
    for (const action of actions ?? []) {
      const reports = obey(this.#home, action, now);
      sentences.push(reportText(reports, now));
      meant.push(...reports.map((report) => report.thing).filter(Boolean));
    }
    if (sentences.length === 0) sentences.push(text(actions === null ? 'houseUnclear' : 'houseNothing'));
    this.#show();
    this.#drawing.point(meant);

    this.#reply.replaceChildren(
      element('p', { class: 'said' }, sentence),
      element('p', { class: 'done' }, sentences.join(' ')),
    );
    if (figures) this.#reply.append(element('p', { class: 'speed' }, text('houseTook', figures)));
    this.#history.prepend(
      element(
        'li',
        {},
        element(
          'button',
          {
            type: 'button',
            lang: 'ko',
            onclick: () => this.#showJson(answer),
          },
          sentence,
        ),
        element('span', {}, sentences.join(' ')),
      ),
    );
    announce(sentences.join(' '));
  }
}

// The actions of an answer; null where it is not the JSON that was agreed on.
function actionsOf(answer) {
  try {
    const { actions } = JSON.parse(answer);
    return Array.isArray(actions) && actions.every((action) => action !== null && typeof action === 'object')
      ? actions
      : null;
  } catch {
    return null;
  }
}

// JSON with one action to a line; an unfinished answer as it came.
function laidOut(answer) {
  const actions = actionsOf(answer);
  if (actions === null) return answer;
  if (actions.length === 0) return '{"actions": []}';
  const fields = (action) =>
    Object.entries(action)
      .map(([name, value]) => `      ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{\n  "actions": [\n${actions.map((action) => `    {\n${fields(action)}\n    }`).join(',\n')}\n  ]\n}`;
}
