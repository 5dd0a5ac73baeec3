"use strict";
// Everything is readable without this script: it only filters, unfolds what is linked to, and unfolds everything for paper.
(() => {
  const form = document.getElementById("filter");
  const findings = [...document.querySelectorAll("details.finding")];
  const groups = [...document.querySelectorAll(".group")];
  let filter = () => {};

  const reveal = () => {
    let id = "";
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (form && target.closest("[hidden]")) {
      form.reset();
      filter();
    }
    for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")].filter((details) => !details.closest("[hidden]"));
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
    folded = [];
  });

  if (form) {
    const text = document.getElementById("text");
    const policy = document.getElementById("policy");
    const entity = document.getElementById("entity");
    const count = document.getElementById("count");
    const statuses = [...form.querySelectorAll("input[name=status]")];
    const texts = new Map();
    const textOf = (element) => {
      if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
      return texts.get(element);
    };
    const headOf = (group) => textOf(group.querySelector("h3")) + textOf(group.querySelector(".counts"));

    let before = false;
    filter = () => {
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = new Set(statuses.filter((box) => box.checked).map((box) => box.value));
      const active = words.length > 0 || wanted.size < statuses.length || Boolean(policy?.value) || Boolean(entity?.value);
      let shown = 0;
      for (const group of groups) {
        const here = [[policy, group.dataset.policy], [entity, group.dataset.entity]].every(([choice, value]) => !choice?.value || choice.value === value);
        const rest = here ? words.filter((word) => !headOf(group).includes(word)) : words;
        let any = 0;
        let anyMore = 0;
        for (const finding of group.querySelectorAll("details.finding")) {
          const match = here && wanted.has(finding.dataset.status) && rest.every((word) => textOf(finding).includes(word));
          finding.hidden = !match;
          if (match) any += 1;
          if (match && finding.parentElement !== group) anyMore += 1;
        }
        const more = group.querySelector(":scope > details.more");
        if (more) {
          more.hidden = anyMore === 0;
          // What a person unfolded stays so while nothing is filtered.
          if (active || before) more.open = active && anyMore > 0;
        }
        group.hidden = any === 0;
        shown += any;
      }
      before = active;
      count.textContent = active ? `${shown} of ${findings.length} findings are shown` : `${findings.length} ${findings.length === 1 ? "finding" : "findings"}`;
    };

    let waiting = 0;
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 150);
    };
    form.addEventListener("input", soon);
    form.addEventListener("submit", (event) => event.preventDefault());
    // The fields have their values back only after this event.
    form.addEventListener("reset", () => setTimeout(filter));
    const all = (open) => {
      for (const finding of findings) if (!finding.hidden) finding.open = open;
    };
    document.getElementById("unfold").addEventListener("click", () => all(true));
    document.getElementById("fold").addEventListener("click", () => all(false));
    form.hidden = false;
    // A browser may have kept what was typed before.
    filter();
  }
  reveal();
})();
