// The pages of flows in the browser: keys, the warning before leaving, places to go to.
"use strict";

const suflerFlows = (() => {
  const find = (selector) => document.querySelector(selector);

  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyS") {
      event.preventDefault();
      find("[data-save]")?.click();
    }
  });

  addEventListener("beforeunload", (event) => {
    if (find('[data-dirty="true"]')) event.preventDefault();
  });

  // CodeMirror's field has no name of its own.
  new MutationObserver(() => {
    const field = find(".flow-yaml .cm-content:not([aria-label])");
    if (!field) return;
    field.setAttribute("aria-label", field.closest(".flow-yaml").dataset.name);
    field.tabIndex = 0;
  }).observe(document, { childList: true, subtree: true });

  function goTo(id) {
    const place = document.getElementById(id);
    place?.scrollIntoView({ block: "start" });
    place?.querySelector(".flow-card-head")?.focus();
  }

  const frame = () => new Promise(requestAnimationFrame);

  /** Shows a line of the editor, which may still be loading, and puts the cursor at its beginning. */
  async function toLine(id, number) {
    const editor = getElement(id);
    if (!editor) return;
    await editor.editorPromise;
    editor.revealLine(number);
    await frame(); // CodeMirror draws the lines that came into view in the next frame
    await frame();
    focusLine(number);
  }

  function focusLine(number) {
    const field = find(".flow-yaml .cm-content");
    if (!field) return;
    field.focus();
    const marks = [...document.querySelectorAll(".flow-yaml .cm-lineNumbers .cm-gutterElement")];
    const mark = marks.find((each) => each.textContent === String(number) && each.offsetHeight);
    const lines = [...field.querySelectorAll(".cm-line")];
    const line = lines.find((each) => {
      const gap = each.getBoundingClientRect().top - (mark?.getBoundingClientRect().top ?? 1e9);
      return Math.abs(gap) < 6;
    });
    if (line) getSelection().collapse(line, 0);
  }

  function toEnd() {
    setTimeout(() => {
      const talk = find(".flow-talk");
      if (talk) talk.scrollTop = talk.scrollHeight;
    }, 50);
  }

  /** The field for the next words, unless somebody is writing elsewhere. */
  function write(id) {
    setTimeout(() => {
      const here = document.activeElement;
      if (here && here !== document.body && !here.closest(".flow-try")) return;
      document.getElementById(id)?.focus({ preventScroll: true });
    }, 50);
  }

  return { goTo, toLine, toEnd, write };
})();
