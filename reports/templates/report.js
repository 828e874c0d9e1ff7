"use strict";
(() => {
  const articles = [...document.querySelectorAll("article")];

  async function unpack(article) {
    const packed = article.querySelector("template");
    const panel = article.querySelector(".panel");
    if (!packed) return panel;
    const text = packed.content.textContent;
    packed.remove();
    try {
      const bytes = Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      panel.innerHTML = await new Response(stream).text();
    } catch (problem) {
      panel.textContent = "This part cannot be opened in this browser: " + problem.message;
    }
    return panel;
  }

  async function show(article, open) {
    const button = article.querySelector("button.open");
    button.setAttribute("aria-expanded", String(open));
    article.classList.toggle("opened", open);
    const panel = await unpack(article);
    panel.hidden = !open;
    const listing = panel.querySelector(".source");
    const unmet = panel.querySelector(".source li.not-met");
    if (open && unmet && listing.scrollTop === 0) {
      listing.scrollTop = unmet.offsetTop - listing.offsetTop - listing.clientHeight / 2;
    }
  }

  // An anchor inside a scenario that is still packed: open the scenario, then go there.
  async function follow() {
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (!wanted) return;
    let name = wanted;
    let article = null;
    while (name && !article) {
      const found = document.getElementById(name);
      article = found && found.closest("article");
      if (found && !article) return;
      const cut = name.lastIndexOf(":");
      name = cut > 0 ? name.slice(0, cut) : "";
    }
    if (!article) return;
    article.hidden = false;
    const known = document.getElementById(wanted);
    const inFindings = known && known.closest(".findings");
    if (!inFindings) await show(article, true);
    const target = document.getElementById(wanted);
    if (!target) return;
    for (let it = target.parentElement; it; it = it.parentElement) {
      if (it.tagName === "DETAILS") it.open = true;
    }
    for (const it of document.querySelectorAll(".target")) it.classList.remove("target");
    target.classList.add("target");
    target.scrollIntoView({ block: target === article ? "start" : "center" });
  }

  const sought = document.getElementById("sought");
  const outcome = document.getElementById("outcome");
  const area = document.getElementById("area");
  const shown = document.getElementById("shown");

  function filter() {
    const words = sought.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const it of articles) {
      const right = outcome.value === "" || it.dataset.outcome === outcome.value
        || (outcome.value === "red" && it.dataset.outcome !== "passed");
      it.hidden = !(right
        && (area.value === "" || it.dataset.area === area.value)
        && words.every((word) => it.dataset.sought.includes(word)));
      count += it.hidden ? 0 : 1;
    }
    for (const it of document.querySelectorAll(".group")) {
      it.hidden = !it.querySelector("article:not([hidden])");
    }
    shown.textContent = count === articles.length ? `${count} scenarios` : `${count} of ${articles.length} scenarios`;
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.classList.contains("copy")) copy(button);
    if (button && button.classList.contains("open")) {
      show(button.closest("article"), button.getAttribute("aria-expanded") === "false");
    }
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      sought.focus();
    }
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => {
    for (const it of document.querySelectorAll("article.opened details, .coverage details")) it.open = true;
  });
  for (const it of [sought, outcome, area]) it.addEventListener("input", filter);
  filter();
  follow();
})();
