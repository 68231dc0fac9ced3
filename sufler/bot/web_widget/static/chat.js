// The customers' page: puts what is written, what is shown and the socket together.

import { stayConnected } from "./connection.js";
import { Outbox } from "./outbox.js";
import * as view from "./view.js";

const { part, word } = view;
const outbox = new Outbox();
const shown = new Map(); // id of a stored message → its element
const outgoing = new Map(); // client id → its element
const MOST_CHARS = Number(document.body.dataset.mostChars);
const TELL_FROM = MOST_CHARS - 300;

let cursor = 0;
let standing = { owner: "bot", operator: "", replying: false };

const connection = stayConnected({
  hello: () => ({ type: "hello", cursor, language: document.documentElement.lang }),
  onFrame: (frame) => handlers[frame.type]?.(frame),
  onState: showConnection,
});

const handlers = {
  messages(frame) {
    const follow = view.atEnd();
    const change = () => {
      for (const item of frame.items) show(item);
      if (frame.more !== null) part("earlier").hidden = !frame.more;
      view.arrange();
    };
    if (frame.earlier) view.keepingPlace(change);
    else change();
    cursor = Math.max(cursor, frame.cursor);
    showTyping();
    if (follow && !frame.earlier) view.toEnd();
  },
  standing(frame) {
    standing = frame;
    const text = part("standing-text");
    part("standing").dataset.owner = frame.owner;
    if (frame.owner === "operator")
      text.textContent = word("operator_answers").replace("{name}", frame.operator || word("operator"));
    else text.textContent = word(frame.owner === "queue" ? "in_queue" : "bot_answers");
    part("person").hidden = frame.owner !== "bot";
    part("who-answers").hidden = frame.owner === "operator";
    showTyping();
  },
  taken(frame) {
    setState(frame.id, "taken");
  },
  refused(frame) {
    const entry = outbox.get(frame.id);
    if (!entry) return;
    if (frame.retry_s) {
      setState(frame.id, frame.reason === "too_fast" ? "slowed" : "waiting");
      setTimeout(() => send(entry), frame.retry_s * 1000 + 50);
    } else {
      entry.reason = frame.reason;
      setState(frame.id, "refused");
    }
  },
};

function show(item) {
  const mine = item.client_id;
  if (mine && outbox.get(mine)) outbox.drop(mine);
  const element = view.messageElement(item, press);
  const old = shown.get(item.id);
  const local = outgoing.get(mine);
  outgoing.delete(mine);
  shown.set(item.id, element);
  if (old) return old.replaceWith(element);
  local?.remove();
  view.place(element);
}

function setState(id, state) {
  const entry = outbox.get(id);
  if (!entry) return;
  entry.state = state;
  const element = outgoing.get(id);
  if (element) view.showState(element, entry, () => send(entry), () => forget(entry));
  showTyping();
}

function forget(entry) {
  outbox.drop(entry.id);
  outgoing.get(entry.id)?.remove();
  outgoing.delete(entry.id);
  view.arrange();
}

function say(frame, label) {
  showOutgoing(outbox.add(frame, label));
}

function showOutgoing(entry) {
  const element = view.outgoingElement(entry, () => send(entry), () => forget(entry));
  outgoing.set(entry.id, element);
  view.place(element);
  view.arrange();
  view.toEnd();
  send(entry);
}

function send(entry) {
  if (!outbox.get(entry.id) || entry.state === "taken") return;
  setState(entry.id, connection.send(entry.frame) ? "sending" : "waiting");
}

function press(button) {
  say({ type: "button", data: button.data }, button.label);
}

function showTyping() {
  const asked = outbox.all().some((entry) => entry.state === "taken");
  const typing = part("typing");
  const wasHidden = typing.hidden;
  const follow = view.atEnd();
  typing.hidden = standing.owner !== "bot" || !(asked || standing.replying);
  if (wasHidden && !typing.hidden && follow) view.toEnd();
}

function showConnection(state) {
  const line = part("offline");
  clearTimeout(showConnection.timer);
  if (state === "open") {
    line.hidden = true;
    for (const entry of outbox.unsent()) send(entry);
    return;
  }
  for (const entry of outbox.unsent()) setState(entry.id, "waiting");
  const tell = () => {
    line.textContent = word(state === "closed" ? "offline" : state);
    line.hidden = false;
  };
  // A short break is nobody's business.
  showConnection.timer = setTimeout(tell, state === "closed" ? 1500 : 0);
}

const field = part("field");

function fieldChanged() {
  field.style.height = "auto";
  field.style.height = field.scrollHeight + "px";
  part("send").disabled = !field.value.trim();
  const counter = part("counter");
  counter.hidden = field.value.length < TELL_FROM;
  counter.textContent = `${field.value.length} / ${MOST_CHARS}`;
}

part("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  fieldChanged();
  say({ type: "message", text }, text);
  field.focus();
});
field.addEventListener("input", fieldChanged);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  part("composer").requestSubmit();
});
part("person").addEventListener("click", () => press({ data: "p", label: word("call_a_person") }));
part("earlier").addEventListener("click", () =>
  connection.send({ type: "earlier", before: Math.min(...shown.keys()) }),
);
for (const example of document.querySelectorAll(".example"))
  example.addEventListener("click", () =>
    say({ type: "message", text: example.textContent }, example.textContent),
  );

for (const entry of outbox.all()) showOutgoing(entry);
fieldChanged();
if (matchMedia("(hover: hover)").matches) field.focus();
