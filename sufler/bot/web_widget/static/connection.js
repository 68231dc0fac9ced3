// The socket of a talk: it comes back by itself, and resumes where it was.

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15000;
const PING_MS = 20000;
const SILENCE_MS = 45000;
const FINAL = { 4403: "identity" };
const TOO_MANY_PAGES = 4429;

/** Stays connected to `address` from `start` to `stop`. `hello()` gives the first frame of each
 * connection, `onFrame` gets every frame from the server, `onState` gets "open", "closed",
 * "too_many", or "identity" when the server does not take who we say we are: it has stopped then. */
export class Connection {
  constructor(address, { hello, onFrame, onState }) {
    Object.assign(this, { address, hello, onFrame, onState, socket: null, on: false });
    this.wait = FIRST_WAIT_MS;
    setInterval(() => this.check(), PING_MS);
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => this.now());
  }

  start() {
    if (this.on) return;
    this.on = true;
    this.open();
  }

  stop() {
    this.on = false;
    clearTimeout(this.timer);
    const old = this.socket;
    this.socket = null;
    old?.close();
  }

  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  open() {
    clearTimeout(this.timer);
    const mine = (this.socket = new WebSocket(this.address));
    mine.onopen = () => {
      if (mine !== this.socket) return;
      this.heard = Date.now();
      mine.send(JSON.stringify(this.hello()));
    };
    mine.onmessage = (event) => {
      if (mine !== this.socket) return;
      this.heard = Date.now();
      this.wait = FIRST_WAIT_MS;
      const frame = JSON.parse(event.data);
      this.onFrame(frame);
      if (frame.type === "welcome") this.onState("open");
    };
    mine.onclose = (event) => {
      if (mine === this.socket) this.closed(event);
    };
  }

  closed({ code, reason }) {
    this.socket = null;
    if (FINAL[code]) {
      this.on = false;
      return this.onState(FINAL[code], reason);
    }
    this.onState(code === TOO_MANY_PAGES ? "too_many" : "closed");
    this.timer = setTimeout(() => this.open(), this.wait * (0.7 + Math.random() * 0.6));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  now() {
    if (!this.on || this.socket || document.hidden) return;
    this.wait = FIRST_WAIT_MS;
    this.open();
  }

  check() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.heard <= SILENCE_MS) return this.send({ type: "ping" });
    const dead = this.socket;
    this.closed({});
    dead.close();
  }
}
