// One line on any site: the button, the badge, the panel in a shadow root, and window.Sufler.
// The page /chat is the same thing over the whole window (data-page).

import { kept } from "./outbox.js";
import { Talk } from "./talk.js";
import { setHtml } from "./view.js";

const script = document.currentScript;
const server = new URL(script.src).origin;
const given = { ...script.dataset };
const ON_PHONE = "(max-width: 560px)";
const REOPEN_MS = 600000;

/** The panel's HTML, style and words in the page's language; null when we may not be here. */
async function readFace() {
  const language = given.language || document.documentElement.lang || navigator.language;
  const address = new URL("/widget/face", server);
  address.searchParams.set("language", language.slice(0, 2).toLowerCase());
  const answer = await fetch(address, { credentials: "omit" });
  if (answer.ok) return answer.json();
  const { reason } = await answer.json().catch(() => ({}));
  console.error(
    reason === "origin"
      ? `Sufler: the chat is not allowed on ${location.origin}. ` +
          `Add this address to SUFLER_WIDGET_ORIGINS of ${server}.`
      : `Sufler: ${server} answered ${answer.status}; the chat is not shown.`,
  );
  return null;
}

class Widget {
  constructor(face) {
    this.full = "page" in given;
    const host = document.createElement("sufler-chat");
    this.root = host.attachShadow({ mode: "open" });
    this.part = (id) => this.root.getElementById(id);
    // A constructed sheet: no page's policy on styles has anything against it.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(face.style);
    this.root.adoptedStyleSheets = [sheet];
    this.box = document.createElement("div");
    this.box.className = this.full ? "sufler full" : "sufler";
    this.box.lang = face.language;
    this.box.dir = "ltr";
    setHtml(this.box, face.html);
    this.root.append(this.box);
    this.dress();
    document.body.append(host);
    this.talk = new Talk(this.root, face, server, {
      identity: given.userToken || "",
      onNews: (items) => this.count(items),
      onRefused: refusedIdentity,
    });
    this.begin();
    this.wire();
    // Open on the page before: it stays open on the next one.
    const again = "open" in given || Date.now() - kept.get("open") < REOPEN_MS;
    if (this.full || (again && !matchMedia(ON_PHONE).matches)) this.open(true);
    // Who never wrote costs nothing: no socket, nothing kept.
    else if (this.talk.identity || kept.get("visitor")) this.talk.connection.start();
  }

  /** Colours, side and texts, as the script's attributes say. */
  dress() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const theme = () =>
      this.box.classList.toggle("dark", given.theme ? given.theme === "dark" : dark.matches);
    dark.addEventListener("change", theme);
    theme();
    if (given.color && CSS.supports("color", given.color)) {
      this.box.classList.add("branded");
      this.box.style.setProperty("--brand", given.color);
    }
    const rtl = getComputedStyle(document.documentElement).direction === "rtl";
    this.box.classList.toggle("left", given.position ? given.position === "left" : rtl);
    const texts = { title: "name", greeting: "empty-title", text: "empty-text" };
    for (const [name, id] of Object.entries(texts))
      if (given[name]) this.part(id).textContent = given[name];
    if (this.full) return;
    this.part("panel").setAttribute("role", "dialog");
    this.part("panel").setAttribute("aria-labelledby", "name");
  }

  begin() {
    this.read = Number(kept.get("read." + this.talk.name) ?? -1);
    this.unread = new Set();
    this.showUnread();
  }

  get visible() {
    return !this.part("panel").hidden && !document.hidden;
  }

  count(items) {
    const ids = items.filter((item) => item.author !== "customer").map((item) => item.id);
    // Met for the first time in this browser: history is no news.
    if (this.read < 0 || this.visible) return this.markRead(Math.max(0, this.read, ...ids));
    for (const id of ids) if (id > this.read) this.unread.add(id);
    this.showUnread();
  }

  markRead(upTo) {
    if (upTo > this.read) kept.set("read." + this.talk.name, upTo);
    this.read = Math.max(this.read, upTo);
    for (const id of this.unread) if (id <= this.read) this.unread.delete(id);
    this.showUnread();
  }

  showUnread() {
    const count = this.unread.size;
    const words = count ? this.talk.view.word("unread").replace("{count}", count) : "";
    this.part("badge").hidden = !count;
    this.part("badge").textContent = count > 99 ? "99+" : count;
    this.part("news").textContent = words;
    const open = !this.part("panel").hidden;
    const label = given.label || this.talk.view.word(open ? "close" : "open");
    this.part("launch").setAttribute("aria-label", words ? `${label}. ${words}` : label);
    this.part("launch").setAttribute("aria-expanded", String(open));
  }

  open(quietly) {
    this.part("panel").hidden = false;
    this.box.classList.add("opened");
    if (!this.full) kept.set("open", Date.now());
    // On /chat the panel is the page itself and no dialog.
    if (!this.full && matchMedia(ON_PHONE).matches) this.part("panel").setAttribute("aria-modal", "true");
    this.talk.connection.start();
    this.talk.view.toEnd();
    this.seen();
    const typing = matchMedia("(hover: hover)").matches;
    if (quietly && !this.full) return; // nobody asked: the page keeps its focus
    this.part(typing ? "field" : "panel").focus();
  }

  close() {
    if (this.full || this.part("panel").hidden) return;
    this.part("panel").hidden = true;
    this.box.classList.remove("opened");
    kept.drop("open");
    this.showUnread();
    this.part("launch").focus();
  }

  seen() {
    if (this.visible) this.markRead(Math.max(this.read, ...this.unread));
  }

  /** The customer is whom this token of the site names. */
  identify(token) {
    if (!token) return this.logout();
    if (token === this.talk.identity) return;
    this.become(token);
    this.talk.connection.start();
  }

  /** Nobody is here any more: what was kept of anybody goes, in every tab. */
  logout() {
    for (const key of [...kept.keys("out."), ...kept.keys("read.")]) kept.drop(key);
    kept.set("visitor", ""); // nor is it the one of a cookie
    kept.set("logout", Date.now());
    this.close();
    this.become("");
    if (this.full) this.talk.connection.start();
  }

  become(identity) {
    this.talk.become(identity);
    this.begin();
  }

  wire() {
    this.part("launch").onclick = () => (this.part("panel").hidden ? this.open() : this.close());
    this.part("close").onclick = () => this.close();
    document.addEventListener("visibilitychange", () => this.seen());
    // A page's shortcuts must not hear what is typed here.
    for (const type of ["keydown", "keypress", "keyup"])
      this.box.addEventListener(type, (event) => event.stopPropagation());
    this.part("panel").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      else if (event.key === "Tab" && !this.full) this.stayInside(event);
    });
    // Other tabs of this site: what is read there is read here, and who logs out there does here.
    addEventListener("storage", (event) => {
      if (event.key === "sufler.read." + this.talk.name) this.markRead(Number(event.newValue));
      if (event.key === "sufler.logout") {
        this.close();
        this.become("");
      }
      // Two tabs were opened at once, and both were given an id: the later one stands.
      const { visitor, identity, connection } = this.talk;
      if (event.key !== "sufler.visitor" || identity || !connection.on) return;
      if (visitor === kept.get("visitor")) return;
      this.become("");
      connection.start();
    });
    // What a phone's keyboard leaves of the screen.
    window.visualViewport?.addEventListener("resize", () =>
      this.box.style.setProperty("--height", window.visualViewport.height + "px"),
    );
  }

  stayInside(event) {
    const inside = "button, textarea, a[href], [tabindex='0']";
    const places = [...this.part("panel").querySelectorAll(inside)].filter(
      (each) => !each.disabled && each.getClientRects().length,
    );
    const edge = event.shiftKey ? places[0] : places.at(-1);
    const here = this.root.activeElement;
    if (here !== edge && here !== this.part("panel")) return;
    event.preventDefault();
    (event.shiftKey ? places.at(-1) : places[0]).focus();
  }
}

function refusedIdentity(reason) {
  console.warn(
    `Sufler: the token of this site was refused (${reason}). Nothing is sent until ` +
      "Sufler.identify() gets a good one, or Sufler.logout() is called.",
  );
  document.dispatchEvent(new CustomEvent("sufler:refused", { detail: { reason } }));
}

function begin() {
  const loaded =
    document.body ?? new Promise((go) => document.addEventListener("DOMContentLoaded", go));
  const ready = Promise.all([readFace(), loaded])
    .then(([face]) => face && new Widget(face))
    .catch((error) => console.error(`Sufler: the chat cannot be shown: ${error.message}`));
  // What the site may say waits until the chat is there.
  const told = (act) => (value) => ready.then((widget) => widget?.[act](value));
  const acts = ["open", "close", "identify", "logout"];
  window.Sufler = Object.fromEntries(acts.map((act) => [act, told(act)]));
}

if (window.Sufler) console.warn("Sufler: widget.js is on this page twice.");
else begin();
