// Conversations in the browser's IndexedDB.  Where the browser keeps none (some private windows), they live as long as
// the page, and `isLasting` says so.
const kDatabase = 'ondol';
const kConversations = 'conversations';

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class ConversationStore {
  #database = null;

  async open() {
    try {
      const opening = indexedDB.open(kDatabase, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(kConversations, { keyPath: 'id' });
      this.#database = await done(opening);
    } catch {
      this.#database = null;
    }
  }

  get isLasting() {
    return this.#database !== null;
  }

  async readAll() {
    return this.#database ? done(this.#conversations('readonly').getAll()) : [];
  }

  async save(conversation) {
    if (this.#database) await done(this.#conversations('readwrite').put(conversation));
  }

  async remove(id) {
    if (this.#database) await done(this.#conversations('readwrite').delete(id));
  }

  #conversations(mode) {
    return this.#database.transaction(kConversations, mode).objectStore(kConversations);
  }
}
