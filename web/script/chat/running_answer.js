// An answer while it is being written: reads the stream into the message and tells `show` about every change.
import { streamAnswer } from '../server/answer.js';
import { ServerError } from '../server/server_error.js';

export class RunningAnswer {
  #stopping = new AbortController();

  constructor(conversation, node) {
    this.conversation = conversation;
    this.node = node;
  }

  stop() {
    this.#stopping.abort();
  }

  // show: {progress(progress), grown(), rate(tokensPerSecond), context(nTokens)}
  // Resolves to null, or to the ServerError that ended the answer; what had come of it stays.
  async run(question, show) {
    const { node } = this;
    let nPieces = 0;
    let began = 0;
    try {
      for await (const part of streamAnswer(question, this.#stopping.signal)) {
        if (part.progress) show.progress(part.progress);
        if (part.thinking || part.text) {
          node.thinking += part.thinking ?? '';
          node.text += part.text ?? '';
          nPieces++;
          if (nPieces === 1) began = performance.now();
          else if (nPieces % 4 === 0) show.rate(((nPieces - 1) * 1000) / (performance.now() - began));
          show.grown();
        }
        if (part.finish) node.finish = part.finish;
        if (part.timings || part.usage) this.#takeFigures(part, show);
      }
    } catch (error) {
      if (error.name === 'AbortError') node.finish = 'stopped';
      else if (!(error instanceof ServerError)) throw error;
      else {
        node.finish = 'failed';
        return error;
      }
    }
    return null;
  }

  #takeFigures({ timings, usage }, show) {
    const figures = { ...this.node.figures };
    if (timings) {
      figures.rate = timings.predicted_per_second;
      figures.nTokens = timings.predicted_n;
      figures.nContext = (timings.cache_n ?? 0) + timings.prompt_n + timings.predicted_n;
      show.rate(figures.rate);
    }
    if (usage) {
      figures.nTokens = usage.completion_tokens;
      figures.nContext = usage.prompt_tokens + usage.completion_tokens;
    }
    this.node.figures = figures;
    show.context(figures.nContext);
  }
}
