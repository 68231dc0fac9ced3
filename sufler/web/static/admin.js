/* The administrators' pages: copying what is shown once. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.classList.add("copied");
  } catch {
    // Without https the browser does not let us copy: select it, so that Ctrl+C does.
    getSelection().selectAllChildren(source);
  }
});
