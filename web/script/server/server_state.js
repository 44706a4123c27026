// What the page knows of its server, looked up again from time to time while the page is seen.  Fires 'change'.
import { readModels, readProps, readSeal } from './api.js';
import { ServerError } from './server_error.js';

const kLookMs = 10000;
const kLookForItMs = 2000;

export class ServerState extends EventTarget {
  props = null;
  models = [];
  model = null; // the one that is asked
  seal = null; // the receipt; null: not sealed
  isReachable = true;

  // Looks now, and from now on.
  async watch() {
    await this.look();
    setTimeout(() => this.watch(), this.isReachable ? kLookMs : kLookForItMs);
  }

  async look() {
    if (document.hidden && this.props) return;
    try {
      const wasReachable = this.isReachable;
      this.props = await readProps();
      this.isReachable = true;
      if (this.models.length === 0 || !wasReachable) this.models = await readModels();
      this.model = this.models.includes(this.model) ? this.model : (this.models[0] ?? null);
      this.seal = this.props.sealed ? await readSeal() : null;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      // a busy server is there, and so is one that wants its key
      this.isReachable = error.kind !== 'unreachable';
    }
    this.dispatchEvent(new Event('change'));
  }

  // Whether the model that is asked can chat; the server says so of its first one.
  get hasTemplate() {
    return this.props === null || this.model !== this.props.model || this.props.chat_template;
  }

  ask(model) {
    this.model = model;
    this.dispatchEvent(new Event('change'));
  }
}
