// The talk itself: what is written, what is shown, the socket, and who we are to the server.

import { Connection } from "./connection.js";
import { Outbox, kept } from "./outbox.js";
import { View } from "./view.js";

/** One talk in a panel. `onNews(message)` is told of each stored message that is new here,
 * `onRefused(reason)` that the server did not take the site's token. */
export class Talk {
  constructor(root, face, server, { identity, onNews, onRefused }) {
    Object.assign(this, { face, server, identity, onNews, onRefused });
    this.view = new View(root, face, {
      onPress: (button) => this.press(button),
      onFile: (file) => this.download(file),
    });
    const address = new URL("/chat/socket", server);
    address.protocol = address.protocol.replace("http", "ws");
    this.connection = new Connection(address, {
      hello: () => ({
        type: "hello",
        cursor: this.cursor,
        edits: this.edits,
        language: face.language,
        ...this.who(),
      }),
      onFrame: (frame) => this["on_" + frame.type]?.(frame),
      onState: (state, reason) => this.showConnection(state, reason),
    });
    this.begin();
    this.wire();
  }

  /** Whom the site says the customer is; nobody ("") when it says nothing. */
  get name() {
    try {
      const body = this.identity.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
      return "site:" + JSON.parse(atob(body)).sub;
    } catch {
      return this.identity ? "site" : "";
    }
  }

  who() {
    if (this.identity) return { identity: this.identity };
    const visitor = kept.get("visitor");
    return { visitor, fresh: visitor === "" };
  }

  /** With nothing shown yet. */
  begin() {
    this.cursor = 0;
    this.edits = null; // the last edit that this page knows of
    this.texts = new Map(); // client id → what the customer wrote, for quotes
    this.shown = new Map(); // id of a stored message → its element
    this.outgoing = new Map(); // client id → its element
    this.standing = { owner: "bot", operator: "", replying: false };
    this.outbox = new Outbox(this.name);
    this.pausedUntil = 0; // the server asked to wait until then
    this.view.clear();
    for (const entry of this.outbox.all()) this.showOutgoing(entry);
  }

  /** Become somebody else: what the one before wrote and read goes from the page. */
  become(identity) {
    const before = this.name;
    this.identity = identity;
    this.connection.stop();
    if (this.name !== before || !identity) this.begin();
  }

  on_welcome(frame) {
    this.visitor = frame.visitor;
    if (frame.visitor && frame.visitor !== kept.get("visitor")) kept.set("visitor", frame.visitor);
  }

  on_messages(frame) {
    const follow = this.view.atEnd();
    const change = () => {
      for (const item of frame.items) this.show(item);
      if (frame.more !== null) this.view.part("earlier").hidden = !frame.more;
      this.view.arrange();
    };
    if (frame.earlier) this.view.keepingPlace(change);
    else change();
    this.cursor = Math.max(this.cursor, frame.cursor);
    this.edits = frame.edits ?? this.edits;
    this.showTyping();
    if (follow && !frame.earlier) this.view.toEnd();
    this.onNews(frame.earlier ? [] : frame.items);
  }

  on_edited(frame) {
    for (const item of frame.items) if (this.shown.has(item.id)) this.show(item);
    this.edits = frame.edits ?? this.edits;
    this.view.arrange();
  }

  on_standing(frame) {
    const { part } = this.view;
    const word = (key) => this.view.word(key);
    this.standing = frame;
    part("standing").dataset.owner = frame.owner;
    part("standing-text").textContent =
      frame.owner === "operator"
        ? word("operator_answers").replace("{name}", () => frame.operator || word("operator"))
        : word(frame.owner === "queue" ? "in_queue" : "bot_answers");
    part("person").hidden = frame.owner !== "bot";
    part("solved").hidden = !frame.open;
    part("who-answers").hidden = frame.owner === "operator";
    this.showTyping();
  }

  on_taken(frame) {
    this.setState(frame.id, "taken");
    this.sendNext();
  }

  on_refused(frame) {
    const entry = this.outbox.get(frame.id);
    if (!entry) return;
    if (frame.retry_s) {
      this.setState(frame.id, frame.reason === "too_fast" ? "slowed" : "waiting");
      this.pausedUntil = Date.now() + frame.retry_s * 1000;
      setTimeout(() => this.sendNext(), frame.retry_s * 1000 + 50);
    } else {
      this.refuse(entry, frame.reason);
      this.sendNext();
    }
  }

  show(item) {
    const mine = item.client_id;
    if (mine && this.outbox.get(mine)) {
      this.outbox.drop(mine);
      this.sendNext();
    }
    if (mine) this.texts.set(mine, item.text);
    const element = this.view.message(item, this.texts.get(item.quotes));
    const old = this.shown.get(item.id);
    const local = this.outgoing.get(mine);
    this.outgoing.delete(mine);
    this.shown.set(item.id, element);
    if (old) return old.replaceWith(element);
    local?.remove();
    this.view.place(element);
  }

  setState(id, state) {
    const entry = this.outbox.get(id);
    const element = this.outgoing.get(id);
    if (!entry) return;
    entry.state = state;
    const again = () => (entry.file ? this.upload(entry) : this.again(entry));
    if (element) this.view.showState(element, entry, again, () => this.forget(entry));
    this.showTyping();
  }

  refuse(entry, reason) {
    entry.reason = reason;
    this.setState(entry.id, "refused");
  }

  forget(entry) {
    this.outbox.drop(entry.id);
    this.outgoing.get(entry.id)?.remove();
    this.outgoing.delete(entry.id);
    this.view.arrange();
    this.sendNext();
  }

  say(frame, label) {
    this.showOutgoing(this.outbox.add(frame, label));
  }

  showOutgoing(entry) {
    const element = this.view.outgoing(entry);
    this.outgoing.set(entry.id, element);
    this.view.place(element);
    this.view.arrange();
    this.view.toEnd();
    if (entry.file) this.upload(entry);
    else this.sendNext();
  }

  /** One message is on its way at a time, the oldest first: over a line that is cut, a later one
   * can never be stored before an earlier one. */
  sendNext() {
    const [first] = this.outbox.unsent();
    if (!first || first.state === "sending" || Date.now() < this.pausedUntil) return;
    this.setState(first.id, this.connection.send(first.frame) ? "sending" : "waiting");
  }

  /** What the server refused, once more. */
  again(entry) {
    if (!this.outbox.get(entry.id)) return;
    this.setState(entry.id, "waiting");
    this.sendNext();
  }

  press(button) {
    this.say({ type: "button", data: button.data }, button.label);
  }

  /** Who asks, for what goes over HTTP: in a header, because addresses end up in logs. */
  rights() {
    const { identity, visitor } = this.who();
    return { authorization: identity ? "Bearer " + identity : "Visitor " + visitor };
  }

  attach(file) {
    if (this.face.uploads) this.showOutgoing(this.outbox.addFile(file));
  }

  async upload(entry) {
    this.setState(entry.id, "sending");
    const { outbox } = this;
    if (entry.file.size > this.face.uploads.limit) return this.refuse(entry, "too_large");
    try {
      const answer = await fetch(new URL("/chat/files", this.server), {
        method: "POST",
        headers: { ...this.rights(), "x-file-name": encodeURIComponent(entry.file.name) },
        body: entry.file,
      });
      const body = await answer.json();
      if (outbox !== this.outbox) return; // somebody else sits here by now
      if (!answer.ok) return this.refuse(entry, body.reason);
      this.forget(entry);
      this.say({ type: "message", text: "", files: [body.id] }, body.name);
    } catch {
      this.refuse(entry, "not_now");
    }
  }

  async download(file) {
    const address = new URL("/chat/files/" + encodeURIComponent(file.id), this.server);
    const answer = await fetch(address, { headers: this.rights() }).catch(() => null);
    if (!answer?.ok) return this.notice(this.view.word("refused_file_gone"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  showTyping() {
    const asked = this.outbox.all().some((entry) => entry.state === "taken");
    const typing = this.view.part("typing");
    const wasHidden = typing.hidden;
    const follow = this.view.atEnd();
    typing.hidden = this.standing.owner !== "bot" || !(asked || this.standing.replying);
    if (wasHidden && !typing.hidden && follow) this.view.toEnd();
  }

  notice(words) {
    const line = this.view.part("offline");
    line.textContent = words;
    line.hidden = !words;
  }

  showConnection(state, reason) {
    clearTimeout(this.noticing);
    if (state === "open") {
      this.notice("");
      this.pausedUntil = 0;
      for (const entry of this.outbox.unsent()) this.setState(entry.id, "waiting");
      this.sendNext();
      return;
    }
    for (const entry of this.outbox.unsent()) this.setState(entry.id, "waiting");
    if (state === "identity") this.onRefused(reason);
    const words = this.view.word(state === "closed" ? "offline" : state);
    // A short break is nobody's business.
    this.noticing = setTimeout(() => this.notice(words), state === "closed" ? 1500 : 0);
  }

  wire() {
    const { part } = this.view;
    const field = part("field");
    const most = this.face.most_chars;
    const changed = () => {
      field.style.height = "auto";
      field.style.height = field.scrollHeight + "px";
      part("send").disabled = !field.value.trim();
      part("counter").hidden = field.value.length < most - 300;
      part("counter").textContent = `${field.value.length} / ${most}`;
    };
    part("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (!text) return;
      field.value = "";
      changed();
      this.say({ type: "message", text }, text);
      field.focus();
    });
    field.addEventListener("input", changed);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      part("composer").requestSubmit();
    });
    part("person").onclick = () => this.press({ data: "p", label: this.view.word("call_a_person") });
    part("solved").onclick = () => this.press({ data: "c", label: this.view.word("solved") });
    part("earlier").onclick = () =>
      this.connection.send({ type: "earlier", before: Math.min(...this.shown.keys()) });
    for (const example of part("panel").querySelectorAll(".example"))
      example.onclick = () =>
        this.say({ type: "message", text: example.textContent }, example.textContent);
    const picked = (files) => [...(files ?? [])].slice(0, 5).forEach((file) => this.attach(file));
    part("attach").onclick = () => part("file").click();
    part("file").onchange = ({ target }) => {
      picked(target.files);
      target.value = "";
    };
    field.addEventListener("paste", (event) => picked(event.clipboardData?.files));
    part("panel").addEventListener("dragover", (event) => event.preventDefault());
    part("panel").addEventListener("drop", (event) => {
      event.preventDefault();
      picked(event.dataTransfer?.files);
    });
  }
}
