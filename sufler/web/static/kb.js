// The knowledge pages in the browser: keys, Markdown tools, the warning before leaving.
"use strict";

const suflerKb = (() => {
  const find = (selector) => document.querySelector(selector);
  const typing = (element) => element?.matches?.("input, textarea, select, [contenteditable]");

  function toTop() {
    window.scrollTo({ top: 0 });
  }

  function isDirty() {
    return Boolean(find('[data-dirty="true"]'));
  }

  /** Put `text` where the selection of `field` is, and tell the page as if it were typed. */
  function replaceSelection(field, text, from, to) {
    field.focus();
    // Keeps the browser's own undo; it is the only way that does.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.setSelectionRange(from, to);
  }

  function wrap(field, before, after) {
    const { selectionStart: start, selectionEnd: end } = field;
    const chosen = field.value.slice(start, end);
    const from = start + before.length;
    replaceSelection(field, before + chosen + after, from, from + chosen.length);
  }

  function eachLine(field, mark) {
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    field.setSelectionRange(start, field.selectionEnd);
    const lines = field.value.slice(start, field.selectionEnd).split("\n");
    const text = lines.map((line, place) => mark(place) + line).join("\n");
    replaceSelection(field, text, start + text.length, start + text.length);
  }

  const MARKS = {
    bold: (field) => wrap(field, "**", "**"),
    italic: (field) => wrap(field, "*", "*"),
    code: (field) => wrap(field, "`", "`"),
    link: (field) => {
      const start = field.selectionStart;
      const chosen = field.value.slice(start, field.selectionEnd) || "…";
      const from = start + chosen.length + 3;
      replaceSelection(field, `[${chosen}](https://)`, from, from + 8);
    },
    list: (field) => eachLine(field, () => "- "),
    numbers: (field) => eachLine(field, (place) => `${place + 1}. `),
  };

  function useTool(tool) {
    const field = document.getElementById(tool.dataset.for);
    if (!field) return;
    if (tool.dataset.insert) {
      const end = field.selectionStart + tool.dataset.insert.length;
      replaceSelection(field, tool.dataset.insert, end, end);
    } else {
      MARKS[tool.dataset.mark]?.(field);
    }
  }

  function move(step) {
    const links = [...document.querySelectorAll(".row-title, .takes-title[href]")];
    if (!links.length) return;
    const place = links.indexOf(document.activeElement);
    const next = place < 0 ? (step > 0 ? 0 : links.length - 1) : place + step;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  }

  function goBack(event, link) {
    // The list remembers its filters in its address.
    const before = document.referrer && new URL(document.referrer);
    const ours = before && before.origin === location.origin && before.pathname === "/kb";
    if (!ours || history.length < 2) return;
    event?.preventDefault();
    location.href = before.href;
  }

  function onKey(event) {
    const held = event.ctrlKey || event.metaKey;
    const here = document.activeElement;
    if (held && event.code === "KeyS") {
      event.preventDefault();
      find("[data-save]")?.click();
    } else if (held && here?.tagName === "TEXTAREA" && event.code in { KeyB: 1, KeyI: 1 }) {
      const mark = event.code === "KeyB" ? "bold" : "italic";
      const tool = find(`[data-mark="${mark}"][data-for="${here.id}"]`);
      if (!tool) return;
      event.preventDefault();
      useTool(tool);
    } else if (event.key === "Escape" && !find(".q-dialog, .ways-small[open]")) {
      if (typing(here)) here.blur();
      else find("[data-back]")?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const inSearch = here?.closest?.(".search-field");
      if ((typing(here) && !inSearch) || held || event.altKey || find(".q-dialog")) return;
      if (!find(".article-list")) return;
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (!typing(here) && !held && !event.altKey && event.key === "/") {
      const field = find("[data-search], [data-ask]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
  }

  addEventListener("keydown", onKey);
  addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
  // Before the field loses its selection to the button.
  addEventListener("mousedown", (event) => {
    if (event.target.closest?.(".tool")) event.preventDefault();
  });
  addEventListener("click", (event) => {
    const tool = event.target.closest?.(".tool");
    if (tool) useTool(tool);
    const back = event.target.closest?.("[data-back]");
    if (back && !event.ctrlKey && !event.metaKey && !event.shiftKey) goBack(event, back);
  });

  return { toTop };
})();
