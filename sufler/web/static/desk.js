// The desk's part in the browser: local times, staying at the newest message, the field.
"use strict";

const sufler = (() => {
  const language = () => document.documentElement.lang || undefined;
  const NEAR_PX = 100;
  let atEnd = true;

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

  /** Go on writing at the end of the field, once the new text is in it. */
  function write() {
    setTimeout(() => {
      const here = field();
      if (!here) return;
      here.focus();
      if (here.selectionStart !== here.selectionEnd) return; // somebody is at it already
      here.setSelectionRange(here.value.length, here.value.length);
      here.scrollTop = here.scrollHeight;
    }, 60);
  }

  function written() {
    return field()?.value ?? "";
  }

  /** What a key in the field asks for, besides typing. */
  function keyAct(event) {
    const here = field();
    let act = "";
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
    settle();
  });

  return { keyAct, toEnd, write, written };
})();
