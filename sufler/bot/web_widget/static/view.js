// Draws a talk. Our replies come as HTML that the server made safe; what the customer wrote is only
// ever put in as text.

const NEAR_PX = 120;

// Where a site demands Trusted Types, HTML has to come through a policy of a name it can allow.
const policy = window.trustedTypes?.createPolicy("sufler", { createHTML: (html) => html });

/** Put `html`, which our server made, into `element`. */
export function setHtml(element, html) {
  element.innerHTML = policy ? policy.createHTML(html) : html;
}

function make(tag, className, content) {
  const element = document.createElement(tag);
  element.className = className;
  if (content !== undefined) element.textContent = content;
  return element;
}

function makeButton(className, label, onClick) {
  const element = make("button", className, label);
  element.type = "button";
  element.onclick = onClick;
  return element;
}

export class View {
  /** Over `root`, which holds the server's panel, in the words of `face`. */
  constructor(root, face, { onPress, onFile }) {
    Object.assign(this, { words: face.words, language: face.language, onPress, onFile });
    this.part = (id) => root.getElementById(id);
    this.clock = new Intl.DateTimeFormat(face.language, { hour: "2-digit", minute: "2-digit" });
    this.day = new Intl.DateTimeFormat(face.language, { day: "numeric", month: "long" });
    this.log = this.part("log");
    this.scroller = this.part("scroll");
    const down = this.part("down");
    const moved = () => (down.hidden = this.atEnd());
    this.scroller.addEventListener("scroll", moved, { passive: true });
    down.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => down.hidden && this.toEnd()).observe(this.scroller);
  }

  word(key) {
    return this.words["chat_" + key] ?? key;
  }

  /** The element of a stored message; `quoted` is what it answers. */
  message(message, quoted) {
    const element = make("article", "message " + message.author);
    element.dataset.id = message.id;
    element.dataset.at = message.at;
    const bubble = make("div", "bubble");
    bubble.dir = "auto";
    if (message.author === "customer") {
      bubble.textContent = message.text;
    } else {
      const bot = message.author === "bot";
      const name = bot ? this.word("bot") : message.name || this.word("operator");
      element.append(make("div", "author", name));
      if (quoted) element.append(make("blockquote", "quoted", quoted));
      setHtml(bubble, message.html);
      for (const link of bubble.querySelectorAll("a")) link.target = "_blank";
    }
    if (bubble.textContent) element.append(bubble);
    for (const file of message.files ?? []) element.append(this.file(file));
    const time = this.clock.format(new Date(message.at));
    const when = message.edited ? `${time} · ${this.word("edited")}` : time;
    element.append(make("div", "meta", when));
    if (message.buttons?.length) element.append(this.buttons(message.buttons));
    return element;
  }

  file(file) {
    const large = file.size >= 1e6;
    const size = (file.size / (large ? 1e6 : 1e3)).toLocaleString(this.language, {
      style: "unit",
      unit: large ? "megabyte" : "kilobyte",
      maximumSignificantDigits: 2,
    });
    return makeButton("file", `${file.name} · ${size}`, () => this.onFile(file));
  }

  buttons(buttons) {
    const row = make("div", "buttons");
    for (const button of buttons) {
      const element = makeButton("", button.label, () => {
        element.classList.add("pressed");
        for (const each of row.children) each.disabled = true;
        this.onPress(button);
      });
      row.append(element);
    }
    return row;
  }

  /** The element of a message that is under way, with its state in words. */
  outgoing(entry) {
    const element = make("article", "message customer outgoing");
    element.dataset.at = new Date(entry.at).toISOString();
    element.append(make("div", "bubble", entry.label), make("div", "meta"));
    return element;
  }

  showState(element, entry, onRetry, onDrop) {
    const meta = element.querySelector(".meta");
    element.dataset.state = entry.state;
    const trouble = entry.state === "refused";
    meta.classList.toggle("trouble", trouble);
    meta.replaceChildren(this.word(trouble ? "refused_" + entry.reason : "state_" + entry.state));
    if (!trouble) return;
    meta.append(makeButton("", this.word("retry"), onRetry));
    meta.append(makeButton("", this.word("drop"), onDrop));
  }

  /** Put `element` where its id belongs; those under way stay last. */
  place(element) {
    const id = Number(element.dataset.id);
    const after = [...this.log.querySelectorAll(".message")].find((each) =>
      id ? each.classList.contains("outgoing") || Number(each.dataset.id) > id : false,
    );
    this.log.insertBefore(element, after ?? null);
  }

  /** Dates between days, names only where the author changes, buttons only under the last reply. */
  arrange() {
    for (const old of this.log.querySelectorAll(".day")) old.remove();
    let before = null;
    for (const element of this.log.querySelectorAll(".message")) {
      const date = new Date(element.dataset.at);
      const newDay = !before || new Date(before.dataset.at).toDateString() !== date.toDateString();
      if (newDay && (before || date.toDateString() !== new Date().toDateString()))
        this.log.insertBefore(make("div", "day", this.day.format(date)), element);
      element.classList.toggle("same", !newDay && authorOf(before) === authorOf(element));
      before = element;
    }
    const newest = [...this.log.querySelectorAll(".message:not(.customer)")].at(-1);
    for (const row of this.log.querySelectorAll(".buttons"))
      row.hidden = row.parentElement !== newest;
    this.part("empty").hidden = this.log.children.length > 0;
  }

  clear() {
    this.log.replaceChildren();
    this.part("earlier").hidden = true;
    this.arrange();
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Do `change` to what is above and keep what is read where it is. */
  keepingPlace(change) {
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
    change();
    this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
  }
}

function authorOf(element) {
  return element.classList[1] + (element.querySelector(".author")?.textContent ?? "");
}
