/* On every staff page: moments in the viewer's zone and language; the menu closes with Escape. */
(() => {
  const written = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

  function write(element) {
    if (element.closest(".line-top")) return; // the desk has shorter words for those
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const words = written.format(moment);
    if (element.textContent !== words) element.textContent = words;
  }

  function writeIn(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches("time[datetime]")) write(node);
    for (const each of node.querySelectorAll("time[datetime]")) write(each);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") write(change.target);
      else change.addedNodes.forEach(writeIn);
    }
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["datetime"] });

  function openMenu() {
    return document.querySelector(".ways-small[open]");
  }

  document.addEventListener("keydown", (event) => {
    const menu = openMenu();
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-stop-answers]")) document.querySelector(".stop-ask").click();
    const menu = openMenu();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
})();
