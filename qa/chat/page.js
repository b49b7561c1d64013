// Marks lead to sources, and back; the newest turn comes into view. Loaded once, by launch().
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
