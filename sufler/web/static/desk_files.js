// Files for the customer: chosen, pasted or dropped, sent to our server, which then tells the page.
"use strict";

(() => {
  const MOST_AT_ONCE = 5;

  async function send(box, file) {
    const conversation = box.dataset.conversation;
    let told = { refused: "not_now" };
    box.dataset.sending = Number(box.dataset.sending ?? 0) + 1;
    try {
      const answer = await fetch("/desk/files?conversation=" + encodeURIComponent(conversation), {
        method: "POST",
        headers: { "x-file-name": encodeURIComponent(file.name) },
        body: file,
      });
      told = await answer.json();
    } catch {
      // What could not be sent is told as refused.
    }
    box.dataset.sending = Number(box.dataset.sending) - 1;
    box.dispatchEvent(new CustomEvent("attached", { detail: { ...told, conversation } }));
  }

  function take(box, files) {
    if (!box?.querySelector(".chooser")) return false;
    const all = [...(files ?? [])].slice(0, MOST_AT_ONCE);
    for (const file of all) send(box, file);
    return all.length > 0;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".attach");
    if (button) button.closest(".write").querySelector(".chooser").click();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".chooser")) return;
    take(event.target.closest(".write"), event.target.files);
    event.target.value = "";
  });
  document.addEventListener("paste", (event) => {
    const box = event.target.closest?.(".write");
    if (box && take(box, event.clipboardData?.files)) event.preventDefault();
  });
  document.addEventListener("dragover", (event) => {
    if (event.target.closest?.(".write, .talk")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.target.closest?.(".write, .talk")) return;
    event.preventDefault();
    const box = document.querySelector(".write");
    if (box.offsetParent) take(box, event.dataTransfer?.files);
  });
})();
