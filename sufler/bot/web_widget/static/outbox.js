// What the browser keeps, and what the customer wrote and the history does not show yet: neither a
// lost connection nor a closed page loses it, and its id lets the server take it only once.

const OLDEST_MS = 3 * 24 * 3600 * 1000;
const PREFIX = "sufler.";

let store = {}; // the page's memory, where a browser keeps nothing
try {
  store = window.localStorage ?? store;
} catch {}

export const kept = {
  get: (key) => store[PREFIX + key] ?? null,
  set(key, value) {
    try {
      store[PREFIX + key] = value;
    } catch {} // no room: it is not kept
  },
  drop: (key) => delete store[PREFIX + key],
  keys(start) {
    const all = Object.keys(store).filter((key) => key.startsWith(PREFIX + start));
    return all.map((key) => key.slice(PREFIX.length));
  },
};

/** What `who` has to send: nobody else who sits at this browser ever sends it. */
export class Outbox {
  constructor(who) {
    this.prefix = `out.${encodeURIComponent(who)}.`;
    this.entries = new Map();
    for (const key of kept.keys(this.prefix)) {
      try {
        const entry = JSON.parse(kept.get(key));
        if (Date.now() - entry.at > OLDEST_MS) kept.drop(key);
        else this.entries.set(entry.id, { ...entry, state: "waiting" });
      } catch {
        kept.drop(key);
      }
    }
  }

  add(frame, label) {
    const id = newId();
    const entry = { id, at: this.later(), frame: { ...frame, id }, label, state: "waiting" };
    this.entries.set(id, entry);
    kept.set(this.prefix + id, JSON.stringify(entry));
    return entry;
  }

  /** Now, and after everything that was written before, whatever the clock does. */
  later() {
    const last = Math.max(0, ...[...this.entries.values()].map((each) => each.at));
    return Math.max(Date.now(), last + 1);
  }

  /** A file on its way up. It cannot be kept, and only becomes a message when it is there. */
  addFile(file) {
    const entry = { id: newId(), at: this.later(), file, label: file.name, state: "sending" };
    this.entries.set(entry.id, entry);
    return entry;
  }

  get(id) {
    return this.entries.get(id);
  }

  drop(id) {
    this.entries.delete(id);
    kept.drop(this.prefix + id);
  }

  /** Messages that the server has not said it took, oldest first. What was refused for good waits
   * for the customer, and for nobody behind it. */
  unsent() {
    return this.all().filter((each) => each.frame && /waiting|sending|slowed/.test(each.state));
  }

  all() {
    return [...this.entries.values()].sort((one, other) => one.at - other.at);
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
