// The desk by keyboard. Keys are told by their place (event.code), so they work in any layout; where
// something is being typed, only those with Ctrl do.
"use strict";

const suflerKeys = (() => {
  const DIGIT = /^(?:Digit|Numpad)([1-9])$/;
  const PLAIN = {
    KeyT: "take",
    KeyN: "next",
    KeyJ: "down",
    KeyK: "up",
    KeyC: "customer",
    KeyZ: "undo",
  };
  // These lead to a field, here and at once: what is typed right after the key belongs into it.
  const TO_FIELD = {
    KeyW: () => sufler.write(),
    KeyS: () => shownField(".search input")?.focus(),
    KeyP: templates,
    Slash: articles,
    NumpadDivide: articles,
  };
  const OF_CARD = { KeyE: "edit", KeyR: "reject" };

  const desk = () => document.querySelector(".desk");
  const cardOf = (element) => element?.closest?.(".card-suggestion");
  const numberOf = (element) => Number(cardOf(element)?.dataset.number ?? 1);
  const typing = (element) =>
    Boolean(element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable=true]"));

  function tell(act, number = 0) {
    desk().dispatchEvent(new CustomEvent("deskkey", { detail: { act, number } }));
  }

  function shownField(selector) {
    return [...document.querySelectorAll(selector)].find((each) => each.offsetParent);
  }

  function templates() {
    const menu = document.querySelector(".templates");
    if (!menu?.offsetParent) return;
    menu.open = true;
    shownField(".templates-panel input")?.focus();
  }

  /** The tab is opened here, as the server will open it a moment later. */
  function articles() {
    for (const panel of document.querySelectorAll(".side-panel")) {
      panel.classList.toggle("hidden", panel.id !== "panel-articles");
    }
    shownField(".article-seek input")?.focus();
    tell("articles");
  }

  /** Whether something stands over the desk that has keys of its own. */
  function covered() {
    return Boolean(document.querySelector(".q-dialog__inner"));
  }

  function withCtrl(event, here) {
    const digit = event.code.match(DIGIT);
    if (digit && Number(digit[1]) <= 3) {
      tell("send", Number(digit[1]));
      return true;
    }
    if (event.code !== "Enter" && event.code !== "NumpadEnter") return false;
    if (here.closest?.(".card-edit")) cardOf(here).querySelector(".card-send").click();
    else if (!typing(here) || here.closest?.(".write")) sufler.send();
    else return false;
    return true;
  }

  function plain(event, here) {
    const digit = event.code.match(DIGIT);
    const reasons = document.querySelector(".reasons");
    if (digit && reasons) {
      reasons.querySelector(`[data-reason="${digit[1]}"]`)?.click();
      return true;
    }
    if (digit && Number(digit[1]) <= 3) {
      tell("insert", Number(digit[1]));
      return true;
    }
    if (OF_CARD[event.code]) {
      tell(OF_CARD[event.code], numberOf(here));
      return true;
    }
    if (TO_FIELD[event.code]) {
      TO_FIELD[event.code]();
      return true;
    }
    if (!PLAIN[event.code]) return false;
    tell(PLAIN[event.code]);
    return true;
  }

  function escape(here) {
    const leave = cardOf(here)?.querySelector(".card-leave") ?? document.querySelector(".reasons .card-leave");
    if (leave) {
      leave.click();
      return true;
    }
    const menu = document.querySelector(".desk details[open]:not(.note-story)");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return true;
    }
    if (!typing(here) || here.closest(".write")?.dataset.along) return false;
    // Out of the field: from here on letters are keys.
    here.blur();
    document.querySelector(".talk")?.focus();
    return true;
  }

  function tabs(event, here) {
    const all = [...here.closest(".side-tabs").querySelectorAll("[role=tab]")];
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.code];
    if (!step) return false;
    const other = all[(all.indexOf(here) + step + all.length) % all.length];
    other.click();
    other.focus();
    return true;
  }

  function pressed(event) {
    const here = document.activeElement ?? document.body;
    if (event.isComposing || covered() || !desk()) return false;
    if (event.altKey || (event.shiftKey && event.key !== "?")) return false;
    if (event.ctrlKey || event.metaKey) return !event.repeat && withCtrl(event, here);
    if (event.key === "Escape") return escape(here);
    if (here.closest?.(".side-tabs") && event.key.startsWith("Arrow")) return tabs(event, here);
    if (event.repeat && !["KeyJ", "KeyK"].includes(event.code)) return false;
    if (typing(here)) return false;
    if (event.key === "?") {
      document.querySelector(".keys-help").toggleAttribute("open");
      return true;
    }
    return plain(event, here);
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (!pressed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  /** Soon, once what the server draws stands there. */
  function soon(find, then) {
    let tries = 20;
    const look = () => {
      const found = find();
      if (found) then(found);
      else if (tries-- > 0) setTimeout(look, 25);
    };
    look();
  }

  /** The server's word comes late: who has gone on to write elsewhere stays there. */
  const writesElsewhere = (card) => {
    const here = document.activeElement;
    return typing(here) && !card.contains(here);
  };

  function intoCard(number) {
    const card = () => document.querySelector(`.card-suggestion[data-number="${number}"]`);
    soon(
      () => card()?.querySelector(".card-edit textarea, .reason"),
      (found) => {
        if (writesElsewhere(card())) return;
        found.focus();
        found.closest(".card-suggestion").scrollIntoView({ block: "nearest", inline: "nearest" });
      },
    );
  }

  function toCard(number) {
    const card = document.querySelector(`.card-suggestion[data-number="${number}"]`);
    if (card && !writesElsewhere(card)) card.focus();
  }

  function focus(selector) {
    soon(
      () => shownField(selector),
      (found) => found.focus(),
    );
  }

  return { focus, intoCard, toCard };
})();
