// The socket of the page: it comes back by itself, and resumes where it was.

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15000;
const PING_MS = 20000;
const SILENCE_MS = 45000;
const UNKNOWN_VISITOR = 4401;
const TOO_MANY_PAGES = 4429;

/**
 * Stay connected. `hello()` gives the first frame of each connection, `onFrame` gets every frame
 * from the server, `onState` gets "open", "closed", "no_cookies" or "too_many".
 */
export function stayConnected({ hello, onFrame, onState }) {
  let socket = null;
  let wait = FIRST_WAIT_MS;
  let timer = 0;
  let heard = 0;

  function open() {
    clearTimeout(timer);
    const address = new URL("/chat/socket", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const mine = (socket = new WebSocket(address));
    mine.onopen = () => {
      heard = Date.now();
      mine.send(JSON.stringify(hello()));
      onState("open");
    };
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      heard = Date.now();
      wait = FIRST_WAIT_MS;
      sessionStorage.removeItem("sufler.reloaded");
      onFrame(JSON.parse(event.data));
    };
    mine.onclose = (event) => {
      if (mine === socket) closed(event.code);
    };
  }

  function closed(code) {
    socket = null;
    if (code === UNKNOWN_VISITOR) return newCookie();
    onState(code === TOO_MANY_PAGES ? "too_many" : "closed");
    timer = setTimeout(open, wait * (0.7 + Math.random() * 0.6));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  function newCookie() {
    // Loading the page gives a cookie; when that did not help, the browser keeps none.
    if (sessionStorage.getItem("sufler.reloaded")) return onState("no_cookies");
    sessionStorage.setItem("sufler.reloaded", "1");
    location.reload();
  }

  function now() {
    if (!socket && !document.hidden) {
      wait = FIRST_WAIT_MS;
      open();
    }
  }

  setInterval(() => {
    if (!socket) return;
    if (Date.now() - heard > SILENCE_MS && socket.readyState === WebSocket.OPEN) {
      const dead = socket;
      closed(0);
      dead.close();
    } else send({ type: "ping" });
  }, PING_MS);
  addEventListener("online", now);
  document.addEventListener("visibilitychange", now);

  function send(frame) {
    if (!socket || socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  open();
  return { send };
}
