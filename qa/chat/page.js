// Marks lead to sources, and back; the newest turn comes into view; answers are copied and
// conversations saved. Loaded once, by launch().
(() => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const scroll = (element, block) =>
    element.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block });

  // Show the sources of one answer, and the element asked for, which gets the focus.
  function follow(id) {
    const target = document.getElementById(id);
    if (!target) return;
    const section = target.closest(".qa-turn-sources");
    if (section) {
      for (const other of document.querySelectorAll(".qa-turn-sources")) {
        other.hidden = other !== section;
      }
    }
    for (const lit of document.querySelectorAll(".qa-followed")) lit.classList.remove("qa-followed");
    target.classList.add("qa-followed");
    target.focus({ preventScroll: true });
    scroll(target, section === target ? "start" : "nearest");
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-qa-target]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    follow(link.dataset.qaTarget);
  });

  // Copy an answer; its button says so for a moment.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-qa-copy]");
    if (!button) return;
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.qaCopy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The browser does not allow copying";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });

  // Save a text as a file; what it returns empties the field that the text came in.
  window.qaSave = (text, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return "";
  };

  let turns = 0;
  new MutationObserver(() => {
    const all = document.querySelectorAll("#qa-conversation .qa-turn");
    if (all.length > turns) {
      const newest = all[all.length - 1];
      scroll(newest, "start");
      // The example that was chosen is gone, and the focus with it.
      if (document.activeElement === document.body) newest.focus({ preventScroll: true });
    }
    turns = all.length;
  }).observe(document.body, { childList: true, subtree: true });
})();
