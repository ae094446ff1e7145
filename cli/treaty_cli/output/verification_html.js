"use strict";
// Shows what fits the search, the verdicts and the consumer. The choice stands in the address, so it can be passed on:
// #search=role&verdict=broken,untold&consumer=web
(() => {
  const form = document.querySelector("#filter form");
  const search = form.querySelector("#search");
  const consumer = form.querySelector("#consumer");
  const verdicts = [...form.querySelectorAll("input[name=verdict]")];
  const shown = form.querySelector("#shown");
  const entries = [...document.querySelectorAll("details[data-verdict]")];
  const groups = [...document.querySelectorAll("section[data-group]")];
  const texts = new Map();

  const textOf = (entry) => {
    if (!texts.has(entry)) {
      texts.set(entry, `${entry.dataset.consumer} ${entry.textContent}`.toLowerCase());
    }
    return texts.get(entry);
  };

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(verdicts.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const entry of entries) {
      const fits =
        wanted.has(entry.dataset.verdict) &&
        (!consumer.value || consumer.value === entry.dataset.consumer) &&
        words.every((word) => textOf(entry).includes(word));
      entry.hidden = !fits;
      count += fits ? 1 : 0;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("details[data-verdict]:not([hidden])");
    }
    shown.textContent = `${count} of ${entries.length} shown`;
  };

  const remember = () => {
    const chosen = new URLSearchParams();
    if (search.value) chosen.set("search", search.value);
    if (verdicts.some((box) => !box.checked)) {
      chosen.set("verdict", verdicts.filter((box) => box.checked).map((box) => box.value).join(","));
    }
    if (consumer.value) chosen.set("consumer", consumer.value);
    const address = location.href.split("#")[0];
    history.replaceState(null, "", chosen.size ? `${address}#${chosen}` : address);
  };

  const recall = () => {
    if (!location.hash.includes("=")) return;
    const chosen = new URLSearchParams(location.hash.slice(1));
    search.value = chosen.get("search") ?? "";
    consumer.value = chosen.get("consumer") ?? "";
    const wanted = chosen.has("verdict") ? chosen.get("verdict").split(",") : verdicts.map((box) => box.value);
    for (const box of verdicts) box.checked = wanted.includes(box.value);
  };

  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  addEventListener("hashchange", () => { recall(); apply(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-open], button[data-copy]");
    if (!button) return;
    if (button.dataset.open) {
      for (const entry of entries) if (!entry.hidden) entry.open = button.dataset.open === "yes";
    } else {
      const command = button.parentElement.querySelector("code").textContent;
      navigator.clipboard.writeText(command).then(() => { button.textContent = "copied"; });
    }
  });
  document.querySelector("#filter").hidden = false;
  recall();
  apply();
})();
