// What is chosen in the page's own HTML goes to the server as a wish (see wishes.py); what needs
// no server (views, copying, saving, keys) is done here. Loaded once, by launch().
(() => {
  const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
  // Milliseconds: for typing to pause, for a second thought, for a message to be read.
  const PAUSE = 300, SECOND_THOUGHT = 4000, MESSAGE = 2000;

  const scroll = (element, block) =>
    element.scrollIntoView({ behavior: CALM.matches ? "auto" : "smooth", block });
  const CHANNELS = { ask: "asks", again: "asks", filter: "filtering", find: "finding", open: "reading", read: "reading" };
  const wish = (data) => window.qaChannels?.[CHANNELS[data.do] ?? "wishes"]?.(data);

  // Views: which area a narrow screen shows.

  function show(view) {
    document.body.dataset.qaShown = view;
    for (const button of document.querySelectorAll(".qa-views button")) {
      button.setAttribute("aria-pressed", String(button.dataset.qaView === view));
    }
  }

  // Wishes.

  function fulfil(element) {
    const data = { do: element.dataset.qaDo };
    for (const name of ["turn", "position", "id", "uri", "good", "question"]) {
      if (element.dataset[name] !== undefined) data[name] = element.dataset[name];
    }
    if (element.dataset.qaValue) {
      data.value = element.parentElement.querySelector(element.dataset.qaValue).value;
    }
    if (data.do === "open" || data.do === "read") {
      show("article");
      opening = true;
      const reading = document.querySelector("#qa-article .qa-reading");
      const { turn, position, uri } = reading?.dataset ?? {};
      // Where it is there already, nothing will change.
      if (reading && turn === data.turn && position === data.position && (turn || uri === data.uri)) {
        arrive(reading);
      }
    } else if (["ask", "again", "edit", "edit-understood", "reopen"].includes(data.do)) {
      show("conversation");
    }
    if (data.do === "remove") choose("uris", data.uri, false);
    if (data.do.startsWith("edit")) document.querySelector("#qa-question textarea")?.focus();
    wish(data);
  }

  function sure(button) {
    if (!button.dataset.qaSure || button.dataset.qaArmed) return true;
    const label = button.textContent;
    button.dataset.qaArmed = "yes";
    button.textContent = button.dataset.qaSure;
    setTimeout(() => {
      delete button.dataset.qaArmed;
      button.textContent = label;
    }, SECOND_THOUGHT);
    return false;
  }

  document.addEventListener("click", (event) => {
    const element = event.target.closest?.("[data-qa-do], [data-qa-unfilter], [data-qa-view], [data-qa-copy], [data-qa-rename]");
    if (!element || element.disabled) return;
    if (element.tagName === "A") event.preventDefault();
    if (element.dataset.qaDo) {
      if (sure(element)) fulfil(element);
    } else if (element.dataset.qaUnfilter !== undefined) {
      unfilter();
    } else if (element.dataset.qaView) {
      show(element.dataset.qaView);
      if (element.classList.contains("qa-back")) back();
    } else if (element.dataset.qaCopy !== undefined) {
      copy(element);
    } else {
      rename(element);
    }
  });

  // A field that sends what is in it by Enter has its button beside it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.target.parentElement.querySelector("[data-qa-value]")?.click();
  });

  // The filter. The page remembers what is chosen, since new HTML of the fields does not, and sends
  // all of it with each change: the server hears one at a time, and always the newest.

  const nothing = () => ({ uris: [], sources: [], from: "", until: "" });
  let chosen = nothing();
  const tell = () => wish({ do: "filter", ...chosen });

  function choose(name, value, checked) {
    const others = chosen[name].filter((other) => other !== value);
    chosen[name] = checked ? [...others, value] : others;
  }

  function unfilter() {
    chosen = nothing();
    fillFilter();
    tell();
  }

  document.addEventListener("change", ({ target: field }) => {
    const name = field.dataset?.qaFilter;
    if (!name) return;
    if (field.type === "checkbox") choose(name, field.value, field.checked);
    else chosen[name] = field.value;
    tell();
  });

  function fillFilter() {
    for (const field of document.querySelectorAll("#qa-collection [data-qa-filter]")) {
      const kept = chosen[field.dataset.qaFilter];
      if (field.type === "checkbox") field.checked = kept.includes(field.value);
      else if (field !== document.activeElement) field.value = kept;
    }
  }

  let typing;
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-qa-find]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => wish({ do: "find", value: event.target.value }), PAUSE);
  });

  function rename(button) {
    const row = button.closest("li");
    const title = row.querySelector(".qa-open");
    const field = document.createElement("input");
    Object.assign(field, { type: "text", maxLength: 200, value: title.textContent, className: "qa-new-name" });
    field.setAttribute("aria-label", button.getAttribute("aria-label"));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") wish({ do: "rename", id: button.dataset.id, value: field.value });
      else if (event.key === "Escape") field.replaceWith(title);
    });
    title.replaceWith(field);
    field.select();
  }

  // Keys: the sources of an answer one after the other, while the article has the focus.

  document.addEventListener("keydown", (event) => {
    const step = { n: ".qa-next", p: ".qa-previous" }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const area = event.target.closest?.("#qa-article");
    if (!area || event.target.matches("input, textarea")) return;
    area.querySelector(`${step}:not([disabled])`)?.click();
  });

  function back() {
    const reading = document.querySelector("#qa-article .qa-reading");
    const mark = reading && document.getElementById(`qa-mark-${reading.dataset.turn}-${reading.dataset.position}`);
    (mark ?? document.querySelector("#qa-question textarea"))?.focus();
  }

  // Copying and saving.

  async function copy(button) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.qaCopy);
      button.textContent = button.dataset.done;
    } catch {
      button.textContent = button.dataset.failed;
    }
    setTimeout(() => { button.textContent = label; }, MESSAGE);
  }

  // Save a text as a file; what it returns empties the field that the text came in.
  window.qaSave = (text, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return "";
  };

  // What changes in the page. Gradio makes the old HTML into the new one, node by node, or replaces
  // it: what was open stays open, and what had the focus has it again.

  let opening = false, turns = 0, wasAsking = false, at = null, shownArticle = "", said = "";
  const open = new Set();
  const key = (element) =>
    element.id || [element.className, ...Object.values(element.dataset)].join("|");

  document.addEventListener("toggle", (event) => {
    if (!event.target.id?.startsWith("qa-")) return;
    open[event.target.open ? "add" : "delete"](event.target.id);
  }, true);
  document.addEventListener("focusin", (event) => {
    at = event.target.closest?.("#qa-collection, #qa-conversation, #qa-article")
      ? { area: event.target.closest("#qa-collection, #qa-conversation, #qa-article").id, key: key(event.target) }
      : null;
  });

  function focusAgain() {
    if (!at || document.activeElement !== document.body) return;
    const candidates = document.querySelectorAll(`#${at.area} :is(button, a, input, summary, [tabindex])`);
    [...candidates].find((element) => key(element) === at.key)?.focus({ preventScroll: true });
  }

  function newestTurn() {
    const all = document.querySelectorAll("#qa-conversation .qa-turn");
    const newest = all[all.length - 1];
    const arrived = wasAsking && newest && !newest.matches(".qa-asking");
    wasAsking = Boolean(newest?.matches(".qa-asking"));
    if (all.length > turns || arrived) {
      scroll(newest, "start");
      // The example that was chosen is gone, and the focus with it.
      if (document.activeElement === document.body) newest.focus({ preventScroll: true });
    }
    turns = all.length;
    if (!turns) open.clear();
  }

  // A screen reader is told what is being done, and then the answer: once, not with each change.
  function announce() {
    const last = document.querySelector("#qa-conversation .qa-turn:last-child");
    const now = last?.querySelector(".qa-step li:last-child, .qa-answer, .qa-refusal");
    const text = now?.innerText ?? "";
    if (text === said) return;
    said = text;
    let announcer = document.getElementById("qa-announcer");
    if (!announcer) {
      announcer = document.createElement("div");
      Object.assign(announcer, { id: "qa-announcer", className: "qa-hidden" });
      announcer.setAttribute("role", "status");
      document.body.append(announcer);
    }
    announcer.textContent = text;
  }

  function articleArrived() {
    const reading = document.querySelector("#qa-article .qa-reading");
    const shown = reading ? Object.values(reading.dataset).join("|") : "";
    if (shown === shownArticle) return;
    shownArticle = shown;
    if (reading) arrive(reading);
  }

  function arrive(reading) {
    const current = document.getElementById("qa-current");
    for (const mark of document.querySelectorAll(".qa-mark, .qa-card")) {
      const does = mark.matches("a") ? mark : mark.querySelector("[data-qa-do=open]");
      mark.classList.toggle("qa-chosen", does?.dataset.turn === reading.dataset.turn
        && does?.dataset.position === reading.dataset.position);
    }
    if (current) intoView(current);
    else document.getElementById("qa-article").scrollTop = 0;
    if (!opening) return;
    (current ?? reading.querySelector("h2")).focus({ preventScroll: true });
    opening = false;
  }

  // Scrolls the article, never the page: it may stand where a narrow screen does not show it.
  function intoView(element) {
    const area = document.getElementById("qa-article");
    if (!area.offsetParent) return;
    const top = element.getBoundingClientRect().top - area.getBoundingClientRect().top;
    area.scrollTo({ top: area.scrollTop + top - area.clientHeight / 3, behavior: CALM.matches || !opening ? "auto" : "smooth" });
  }

  new MutationObserver(() => {
    if (!document.body.dataset.qaShown && document.querySelector(".qa-views")) show("conversation");
    for (const details of document.querySelectorAll("details[id^=qa-]:not([open])")) {
      if (open.has(details.id)) details.open = true;
    }
    fillFilter();
    newestTurn();
    articleArrived();
    focusAgain();
    announce();
  }).observe(document.body, { childList: true, subtree: true });
})();
