// The desk's part in the browser: local times, staying at the newest message, the field.
"use strict";

const sufler = (() => {
  const language = () => document.documentElement.lang || undefined;
  const NEAR_PX = 100;
  let atEnd = true;
  let shownIn = null; // the conversation whose draft the field holds

  const talk = () => document.querySelector(".talk");
  const field = () => document.querySelector(".write textarea");

  function localTime(element) {
    const moment = new Date(element.getAttribute("datetime"));
    const today = moment.toDateString() === new Date().toDateString();
    const clock = { hour: "2-digit", minute: "2-digit" };
    const words = today ? clock : { day: "numeric", month: "short", ...clock };
    element.textContent = new Intl.DateTimeFormat(language(), words).format(moment);
  }

  const resized = new ResizeObserver(() => settle());
  let watched = null;

  function settle() {
    // A reply field that grows takes from the conversation: it stays at its end.
    if (talk() !== watched) {
      resized.disconnect();
      watched = talk();
      if (watched) resized.observe(watched);
    }
    for (const element of document.querySelectorAll("time:empty")) localTime(element);
    for (const link of document.querySelectorAll(".said a:not([target])")) {
      link.target = "_blank";
    }
    if (atEnd && talk()) talk().scrollTop = talk().scrollHeight;
  }

  function toEnd() {
    atEnd = true;
    settle();
  }

  /** Go on writing, at the end of the field once the new text is in it. */
  function write() {
    field()?.focus();
    setTimeout(() => {
      const here = field();
      if (!here || here !== document.activeElement) return;
      if (here.selectionStart !== here.selectionEnd) return; // somebody is at it already
      here.setSelectionRange(here.value.length, here.value.length);
      here.scrollTop = here.scrollHeight;
    }, 60);
  }

  function written() {
    return field()?.value ?? "";
  }

  /** Tell Vue, and by it the server, what the field holds now. */
  function changed(here) {
    here.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Show the draft of another conversation. */
  function open(conversation, words, was) {
    shownIn = conversation;
    put(words, field()?.value.startsWith(was) ? was : (field()?.value ?? ""));
    bringBack(conversation);
  }

  /** What the field holds, for the server. */
  function typed(words) {
    return { conversation: shownIn, words };
  }

  /** Show `words`, which the server knows of, in the place of `was`, which it knew to be here: what
      was typed behind that since, or instead of it, stays. */
  function put(words, was) {
    const here = field();
    if (!here) return;
    let joined = words;
    if (here.value.startsWith(was)) joined += here.value.slice(was.length);
    else if (!words.includes(here.value)) joined = words ? words + "\n\n" + here.value : here.value;
    const behind = here.value.length - here.selectionEnd;
    if (joined === words) {
      const shown = getElement(here); // NiceGUI's component, which tells the server while `emitting`
      shown.emitting = false;
      shown.inputValue = words;
      shown.$nextTick(() => (shown.emitting = true));
    }
    here.value = joined;
    if (joined !== words) changed(here);
    const at = Math.max(0, joined.length - behind);
    if (document.activeElement === here) here.setSelectionRange(at, at);
  }

  /** Put words where the cursor is; the first place to fill in them is marked. */
  function insert(words) {
    const here = field();
    if (!here) return;
    const at = here.selectionStart;
    here.setRangeText(words, at, here.selectionEnd, "end");
    changed(here);
    here.focus();
    const place = words.match(/\{[\p{L}][^{}\n|]*\}/u);
    if (place) here.setSelectionRange(at + place.index, at + place.index + place[0].length);
  }

  /** Mark `words` where they stand, unless somebody has gone on writing meanwhile. */
  function pointAt(start, words) {
    const here = field();
    const end = start + words.length;
    if (here?.value.slice(start, end) !== words) return;
    here.focus();
    here.setSelectionRange(start, end);
  }

  /** Take the offered completion, if it is for what is written now and the cursor is at the end. */
  function complete() {
    const here = field();
    const offer = document.querySelector(".completion");
    if (!offer?.offsetParent || offer.dataset.for !== here.value) return false;
    if (here.selectionStart !== here.value.length) return false;
    here.setRangeText(offer.dataset.rest, here.value.length, here.value.length, "end");
    changed(here);
    return true;
  }

  let counting = 0;

  /** Count the seconds down in which a reply can be taken back. */
  function countDown(message, seconds) {
    clearInterval(counting);
    const until = performance.now() + seconds * 1000;
    const show = () => {
      const box = document.querySelector(".held");
      const left = Math.ceil((until - performance.now()) / 1000);
      if (!box) return;
      box.dataset.message = message;
      box.classList.toggle("over", left <= 0);
      box.querySelector(".held-count").textContent = Math.max(left, 0);
      if (left <= 0) clearInterval(counting);
    };
    counting = setInterval(show, 200);
    setTimeout(show, 30);
  }

  // What is typed while the server cannot be reached is kept here until it can.
  const kept = (conversation) => "sufler.unsent." + conversation;

  function keep(here) {
    const conversation = shownIn;
    try {
      if (!window.socket || window.socket.connected) {
        localStorage.removeItem(kept(conversation));
        return;
      }
      localStorage.setItem(kept(conversation), here.value);
      // What was typed is sent when the line is back; a server that knows nothing reloads the page
      // before this, and then it is still here.
      const forget = () => localStorage.removeItem(kept(conversation));
      window.socket.once("connect", () => setTimeout(forget, 5000));
    } catch {
      // Without storage only the server keeps drafts.
    }
  }

  /** Into the field what the server never heard of. */
  function bringBack(conversation) {
    let words = null;
    try {
      words = localStorage.getItem(kept(conversation));
      localStorage.removeItem(kept(conversation));
    } catch {
      return;
    }
    if (!words) return;
    setTimeout(() => {
      const here = field();
      if (!here || here.value.includes(words)) return;
      here.value = words.includes(here.value) ? words : here.value + "\n\n" + words;
      changed(here);
    }, 80);
  }

  /** Send what is written, as it stands on the screen. */
  function send() {
    const box = document.querySelector(".write");
    if (box?.offsetParent) box.dispatchEvent(new CustomEvent("sendnow", { detail: written() }));
  }

  /** What a key in the field asks for, besides typing. */
  function keyAct(event) {
    const here = field();
    let act = "";
    if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && complete()) event.preventDefault();
    if (event.key === "ArrowUp" && event.altKey) act = "quote";
    else if (event.key === "ArrowUp" && !here.value && !event.shiftKey) act = "edit_last";
    else if (event.key === "Escape" && here.closest(".write").dataset.along) act = "cancel";
    if (act) event.preventDefault();
    return act;
  }

  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(settle).observe(document.body, { childList: true, subtree: true });
    document.addEventListener(
      "scroll",
      (event) => {
        const here = talk();
        if (event.target !== here) return;
        atEnd = here.scrollHeight - here.scrollTop - here.clientHeight < NEAR_PX;
      },
      { capture: true, passive: true },
    );
    document.addEventListener("input", (event) => {
      if (event.target.matches?.(".write textarea")) keep(event.target);
    });
    settle();
  });

  return { countDown, insert, keyAct, open, pointAt, put, send, toEnd, typed, write, written };
})();
