// Draws the conversation. Our replies come as HTML that the server made safe; what the customer
// wrote is only ever put in as text.

const words = JSON.parse(document.body.dataset.words);
const language = document.body.dataset.language;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });

const log = document.getElementById("log");
const scroller = document.getElementById("scroll");
const down = document.getElementById("down");
const NEAR_PX = 120;

export const part = (id) => document.getElementById(id);
export const word = (key) => words["chat_" + key] ?? key;

function make(tag, className, content) {
  const element = document.createElement(tag);
  element.className = className;
  if (content !== undefined) element.textContent = content;
  return element;
}

/** The element of a stored message, with `onPress(button, element)` for its buttons. */
export function messageElement(message, onPress) {
  const element = make("article", "message " + message.author);
  element.dataset.id = message.id;
  element.dataset.at = message.at;
  const bubble = make("div", "bubble");
  if (message.author === "customer") {
    bubble.textContent = message.text;
  } else {
    const name = message.author === "bot" ? word("bot") : message.name || word("operator");
    element.append(make("div", "author", name));
    bubble.innerHTML = message.html;
    for (const link of bubble.querySelectorAll("a")) link.target = "_blank";
  }
  element.append(bubble);
  element.append(make("div", "meta", clock.format(new Date(message.at))));
  if (message.buttons?.length) element.append(buttonsElement(message.buttons, onPress));
  return element;
}

function buttonsElement(buttons, onPress) {
  const row = make("div", "buttons");
  for (const button of buttons) {
    const element = make("button", "", button.label);
    element.type = "button";
    element.onclick = () => {
      element.classList.add("pressed");
      for (const each of row.children) each.disabled = true;
      onPress(button);
    };
    row.append(element);
  }
  return row;
}

/** The element of a message that is under way, with its state in words. */
export function outgoingElement(entry, onRetry, onDrop) {
  const element = make("article", "message customer outgoing");
  element.dataset.clientId = entry.id;
  element.dataset.at = new Date(entry.at).toISOString();
  element.append(make("div", "bubble", entry.label), make("div", "meta"));
  showState(element, entry, onRetry, onDrop);
  return element;
}

export function showState(element, entry, onRetry, onDrop) {
  const meta = element.querySelector(".meta");
  element.dataset.state = entry.state;
  const trouble = entry.state === "refused";
  meta.classList.toggle("trouble", trouble);
  meta.replaceChildren(word(trouble ? "refused_" + entry.reason : "state_" + entry.state));
  if (!trouble) return;
  for (const [key, action] of [["retry", onRetry], ["drop", onDrop]]) {
    const button = make("button", "", word(key));
    button.type = "button";
    button.onclick = action;
    meta.append(button);
  }
}

/** Put `element` where its id belongs; those under way stay last. */
export function place(element) {
  const id = Number(element.dataset.id);
  const after = [...log.querySelectorAll(".message")].find((each) =>
    id ? each.classList.contains("outgoing") || Number(each.dataset.id) > id : false,
  );
  log.insertBefore(element, after ?? null);
}

/** Dates between days, names only where the author changes, buttons only under the last reply. */
export function arrange() {
  for (const old of log.querySelectorAll(".day")) old.remove();
  let before = null;
  for (const element of log.querySelectorAll(".message")) {
    const date = new Date(element.dataset.at);
    const newDay = !before || new Date(before.dataset.at).toDateString() !== date.toDateString();
    if (newDay && (before || date.toDateString() !== new Date().toDateString()))
      log.insertBefore(make("div", "day", day.format(date)), element);
    element.classList.toggle("same", !newDay && authorOf(before) === authorOf(element));
    before = element;
  }
  const newest = [...log.querySelectorAll(".message:not(.customer)")].at(-1);
  for (const row of log.querySelectorAll(".buttons")) row.hidden = row.parentElement !== newest;
  part("empty").hidden = log.children.length > 0;
}

function authorOf(element) {
  return element.classList[1] + (element.querySelector(".author")?.textContent ?? "");
}

export function atEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
}

export function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
}

/** Do `change` to what is above and keep what is read where it is. */
export function keepingPlace(change) {
  const fromEnd = scroller.scrollHeight - scroller.scrollTop;
  change();
  scroller.scrollTop = scroller.scrollHeight - fromEnd;
}

scroller.addEventListener("scroll", () => (down.hidden = atEnd()), { passive: true });
down.addEventListener("click", toEnd);
new ResizeObserver(() => down.hidden && toEnd()).observe(scroller);
