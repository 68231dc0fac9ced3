// What the customer wrote and the history does not show yet. Kept in the browser, so that neither
// a lost connection nor a closed page loses it; its id lets the server take it only once.

const PREFIX = "sufler.out.";
const OLDEST_MS = 3 * 24 * 3600 * 1000;

export class Outbox {
  constructor() {
    this.entries = new Map();
    this.stored = true;
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(PREFIX)) continue;
        const entry = JSON.parse(localStorage.getItem(key));
        if (Date.now() - entry.at > OLDEST_MS) localStorage.removeItem(key);
        else this.entries.set(entry.id, { ...entry, state: "waiting" });
      }
    } catch {
      this.stored = false; // no storage here: the page's memory has to do
    }
  }

  add(frame, label) {
    const id = newId();
    const entry = { id, at: Date.now(), frame: { ...frame, id }, label, state: "waiting" };
    this.entries.set(id, entry);
    this.keep(entry);
    return entry;
  }

  keep(entry) {
    if (!this.stored) return;
    try {
      localStorage.setItem(PREFIX + entry.id, JSON.stringify(entry));
    } catch {
      this.stored = false;
    }
  }

  get(id) {
    return this.entries.get(id);
  }

  drop(id) {
    this.entries.delete(id);
    if (this.stored) localStorage.removeItem(PREFIX + id);
  }

  /** Those the server has not said it took, oldest first. */
  unsent() {
    return this.all().filter((entry) => entry.state === "waiting" || entry.state === "sending");
  }

  all() {
    return [...this.entries.values()].sort((one, other) => one.at - other.at);
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
