// The blind review by keyboard. Keys are told by their place (event.code), so they work in any
// layout, together with the id of the card that stands there: a late press is for no other one.
"use strict";

const suflerReview = (() => {
  const DIGIT = /^(?:Digit|Numpad)([0-9])$/;
  const ACTS = { KeyN: "none", KeyT: "two", KeyQ: "not_a_question", Escape: "one" };
  const typing = (element) =>
    Boolean(element?.closest?.("input, textarea, select, [contenteditable=true]"));

  function told(code) {
    const digit = code.match(DIGIT);
    if (!digit) return ACTS[code] ? { act: ACTS[code] } : null;
    const number = Number(digit[1]);
    return number === 0 ? { act: "none" } : { act: "option", number };
  }

  function pressed(event) {
    const page = document.querySelector(".review");
    if (!page || event.repeat || event.isComposing) return false;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
    if (typing(document.activeElement) || document.querySelector(".q-dialog__inner")) return false;
    if (event.code === "KeyZ") {
      page.dispatchEvent(new CustomEvent("reviewundo"));
      return true;
    }
    const card = page.querySelector(".review-card");
    const what = card && told(event.code);
    if (!what) return false;
    card.dispatchEvent(new CustomEvent("reviewkey", { detail: { ...what, task: card.dataset.task } }));
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (pressed(event)) event.preventDefault();
  });

  /** To the words of the card that has just come, for eyes and ears, once it stands there. */
  function toTurn() {
    const turn = document.querySelector(".review-asked, .review-place .nothing");
    if (!turn) return;
    turn.setAttribute("tabindex", "-1");
    turn.focus({ preventScroll: true });
    turn.scrollIntoView({ block: "nearest" });
  }

  return { toTurn };
})();
