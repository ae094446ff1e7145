"use strict";
// Everything that is shown came from somewhere else, so it is only ever put in as text, never as markup.

const MOST_SHOWN = 500;
const find = (id) => document.getElementById(id);
const requests = new Map();
let token = sessionStorage.getItem("treaty-token") || "";
let last = 0;
let shownInteractions = 0;

function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

class Refused extends Error {
  constructor(problem, status) {
    super([problem.title, problem.where, problem.detail, problem.hint].filter(Boolean).join("\n"));
    this.status = status;
    this.code = problem.code;
  }
}

async function ask(method, path, body) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : body });
  if (answer.ok) return answer;
  throw new Refused(await answer.json().catch(() => ({ title: `${method} ${path}: ${answer.status}` })), answer.status);
}

const take = async (path) => (await ask("GET", path)).json();

function say(text, good = false) {
  const message = find("message");
  message.textContent = text;
  message.hidden = !text;
  message.classList.toggle("good", good);
}

// What goes wrong on a click is said where people look.
function guarded(action) {
  return async (event) => {
    if (event) event.preventDefault();
    try {
      say("");
      await action(event);
    } catch (error) {
      if (error.status === 401) showLogin();
      else say(error.message);
    }
  };
}

// Providers

let shownProviders = "";

async function showProviders() {
  const { providers } = await take("/providers");
  // Rows are made anew only when there is another provider or state, so that a choice that is open stays open.
  const kind = JSON.stringify(providers.map(({ name, url, consumers, states }) => [name, url, consumers, states]));
  if (kind !== shownProviders) {
    shownProviders = kind;
    find("providers").replaceChildren(...providers.map(providerRow));
    for (const choice of document.querySelectorAll(".provider-choice")) {
      const chosen = choice.value;
      choice.replaceChildren(
        make("option", { value: "" }, "all providers"),
        ...providers.map((provider) => make("option", { value: provider.name }, provider.name)),
      );
      choice.value = providers.some((provider) => provider.name === chosen) ? chosen : "";
    }
  }
  for (const [position, provider] of providers.entries()) countProvider(find("providers").children[position], provider);
}

function countProvider(row, provider) {
  for (const [name, kind] of [["interactions", ""], ["served", ""], ["missed", "bad"], ["ties", "doubt"], ["unused", ""]]) {
    const cell = row.querySelector(`[data-count=${name}]`);
    cell.textContent = String(provider[name]);
    if (kind) cell.classList.toggle(kind, provider[name] > 0);
  }
  const states = row.querySelector("select");
  const chosen = provider.chosen_state || "";
  if (states.dataset.chosen !== chosen) states.value = states.dataset.chosen = chosen;
}

function providerRow(provider) {
  const consumers = Object.entries(provider.consumers).map(([name, count]) => `${count} of ${name}`).join(", ");
  const count = (name, title = "") => make("td", { class: "number", title, "data-count": name });
  const states = make(
    "select",
    { id: `state-${provider.name}`, "aria-label": `State preferred for ${provider.name}`, disabled: !provider.states.length },
    make("option", { value: "" }, provider.states.length ? "as the request says" : "has none"),
    ...provider.states.map((state) => make("option", { value: state }, state)),
  );
  states.addEventListener("change", guarded(async () => {
    await ask("PUT", "/state", JSON.stringify({ provider: provider.name, state: states.value || null }));
  }));
  return make(
    "tr", {},
    make("th", { scope: "row" }, provider.name),
    make("td", { class: "mono" }, provider.url),
    count("interactions", consumers), count("served"), count("missed"), count("ties"), count("unused"),
    make("td", {}, states),
  );
}

// Journal

function requestItem(request) {
  const kind = request.missed ? "missed" : request.tie || request.fault ? "doubtful" : "";
  const answered = request.missed
    ? make("span", { class: "bad" }, "no interaction matches")
    : make("span", {}, request.interaction ? request.interaction.name : request.forwarded ? "answered by the real provider" : "(gone since)", " ", make("span", { class: "quiet" }, request.why));
  if (request.tie) answered.append(" ", make("span", { class: "badge" }, "tie"));
  if (request.fault) answered.append(" ", make("span", { class: "badge" }, `fault ${request.fault}`));
  if (request.vary !== undefined) answered.append(" ", make("span", { class: "badge" }, `vary ${request.vary}`));
  const inside = make("div", { class: "inside" });
  const details = make(
    "details", {},
    make(
      "summary", {},
      make("span", { class: "quiet", title: request.time }, new Date(request.time).toLocaleTimeString()),
      make("span", {}, request.provider),
      make("code", { title: request.target }, `${request.method} ${request.target}`),
      make("span", { class: request.missed ? "bad" : request.status >= 400 ? "doubt" : "good-text" }, String(request.status)),
      answered,
    ),
    inside,
  );
  details.addEventListener("toggle", guarded(async () => {
    if (details.open && !inside.childNodes.length) await showRequest(request, inside);
  }));
  return make("li", { class: kind, id: `request-${request.number}` }, details);
}

async function showRequest(request, inside) {
  if (request.nearest) inside.append(...request.nearest.map(nearTable));
  if (request.missed && !request.nearest) inside.append("The provider has no interactions.");
  if (request.interaction) {
    const { name, consumer, state } = request.interaction;
    inside.append(make("p", {}, `${name}, promised to ${consumer}${state ? `, given “${state}”` : ""}; chosen by ${request.why}.`));
  }
  if (request.tie) inside.append(make("p", { class: "doubt" }, `As well fitted: ${request.tie.join(", ")}; the answer differs.`));
  let whole;
  try {
    whole = await take(`/journal/${request.number}`);
  } catch (error) {
    if (error.status !== 404) throw error;
    inside.append(make("p", { class: "quiet" }, "The journal keeps its headers and body no longer."));
    return;
  }
  inside.append(
    make("h3", {}, "Request"),
    make("pre", {}, `${request.method} ${request.target}\n${whole.headers.map(({ name, value }) => `${name}: ${value}`).join("\n")}`),
  );
  if (whole.body.bytes) inside.append(make("pre", {}, whole.body.text ?? `${whole.body.bytes} bytes, in base64:\n${whole.body.base64}`));
}

function nearTable(near) {
  const rows = near.differences.map((difference) => make(
    "tr", {},
    make("th", { scope: "row", class: "mono" }, difference.location),
    make("td", { class: "mono good-text" }, difference.wanted || "nothing"),
    make("td", { class: "mono bad" }, difference.got || "nothing"),
    make("td", { class: "quiet" }, difference.rule),
  ));
  const head = make("tr", {}, ...["Place", "Wanted", "Got", "Rule"].map((text) => make("th", { scope: "col" }, text)));
  const more = near.more_differences ? make("p", { class: "quiet" }, `and ${near.more_differences} more`) : null;
  const state = near.state ? `, given “${near.state}”` : "";
  return make(
    "div", {},
    make("h3", {}, `Near: ${near.interaction}${state}, promised to ${near.consumer}`),
    make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)),
    more,
  );
}

function isWanted(request) {
  const kind = find("journal-kind").value;
  const provider = find("journal-provider").value;
  const text = find("journal-text").value.toLowerCase();
  const words = [request.method, request.target, request.status, request.interaction && request.interaction.name];
  return (!kind || request[kind]) && (!provider || request.provider === provider) && words.join(" ").toLowerCase().includes(text);
}

function addRequests(added) {
  const list = find("requests");
  for (const request of added) {
    if (requests.has(request.number)) continue;
    requests.set(request.number, request);
    last = Math.max(last, request.number);
    const item = requestItem(request);
    item.hidden = !isWanted(request);
    list.prepend(item);
  }
  while (requests.size > MOST_SHOWN) {
    const [oldest] = requests.keys();
    requests.delete(oldest);
    find(`request-${oldest}`).remove();
  }
  countRequests();
}

function countRequests() {
  const shown = [...requests.values()].filter(isWanted).length;
  find("journal-count").textContent = requests.size ? `${shown} of the last ${requests.size} shown` : "";
  const empty = find("journal-empty");
  empty.hidden = shown > 0;
  empty.textContent = requests.size ? "No request is like that." : "Nothing was asked yet.";
}

function filterRequests() {
  for (const [number, request] of requests) find(`request-${number}`).hidden = !isWanted(request);
  countRequests();
}

function forgetRequests() {
  requests.clear();
  find("requests").replaceChildren();
  countRequests();
}

// Interactions

async function showInteractions(more = false) {
  if (!more) shownInteractions = 0;
  const query = new URLSearchParams({ limit: "100", offset: String(shownInteractions) });
  for (const [name, id] of [["unused", "kind"], ["provider", "provider"], ["text", "text"]]) {
    const { value } = find(`interactions-${id}`);
    if (value) query.set(name, value);
  }
  const { interactions, total } = await take(`/interactions?${query}`);
  const items = interactions.map(interactionItem);
  if (more) find("interactions-list").append(...items);
  else find("interactions-list").replaceChildren(...items);
  shownInteractions += interactions.length;
  find("interactions-count").textContent = `${shownInteractions} of ${total} shown`;
  find("more").hidden = shownInteractions >= total;
}

function othersOf({ name, same_as: equals = [] }) {
  return equals.map((other) => (other.name === name ? other.consumer : `${other.consumer} (${other.name})`)).join(", ");
}

function interactionItem(interaction) {
  const inside = make("div", { class: "inside" });
  const others = othersOf(interaction);
  if (others) inside.append(make("p", {}, `Promised in the same words to ${others}; what one of them answers counts for all.`));
  const more = others ? ` +${interaction.same_as.length}` : "";
  const details = make(
    "details", {},
    make(
      "summary", {},
      make("span", {}, interaction.provider),
      make("code", { title: interaction.path }, interaction.name),
      make("span", { class: "quiet", title: interaction.state }, interaction.state),
      make("span", { class: "quiet", title: others && `the same as promised to ${others}` }, interaction.consumer + more),
      make("span", { class: `number ${interaction.served ? "" : "quiet"}` }, interaction.served ? `${interaction.served} served` : "never"),
    ),
    inside,
  );
  details.addEventListener("toggle", guarded(async () => {
    if (!details.open || inside.querySelector("pre")) return;
    const { pact } = await take(`/interactions/${interaction.id}`);
    inside.append(make("pre", {}, JSON.stringify(pact, null, 2)));
  }));
  return make("li", {}, details);
}

// Faults

let shownFaults = "";
let editing = false;

async function showFaults() {
  let faults;
  let played;
  try {
    ({ played, ...faults } = await take("/faults"));
  } catch (error) {
    if (error.code !== "stub-unable") throw error;
    find("faults-note").textContent = "No faults can be played here.";
    find("faults-form").hidden = true;
    return;
  }
  const on = faults.faults.filter((fault) => fault.on !== false).length;
  find("faults-note").textContent = faults.faults.length ? `${on} of ${faults.faults.length} on` : "No faults are declared.";
  find("tab-faults").textContent = on ? `Faults (${on} on)` : "Faults";
  const kind = JSON.stringify([faults, played]);
  if (kind !== shownFaults) {
    shownFaults = kind;
    const focused = document.activeElement && document.activeElement.id;
    find("faults-list").replaceChildren(...faults.faults.map((fault) => faultItem(fault, played[fault.name] || 0)));
    if (focused && focused.startsWith("fault-")) find(focused)?.focus();
  }
  if (!editing) find("faults-document").value = JSON.stringify(faults, null, 2);
}

function faultItem(fault, played) {
  const { name, on, ...rest } = fault;
  const box = make("input", { type: "checkbox", checked: on !== false, id: `fault-${name}` });
  box.addEventListener("change", guarded(async () => {
    try {
      await ask("PUT", `/faults/${encodeURIComponent(name)}`, JSON.stringify({ on: box.checked }));
    } finally {
      shownFaults = "";
      await showFaults();
    }
  }));
  const what = Object.entries(rest).map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ");
  const times = played === 1 ? "played once" : `played ${played} times`;
  return make("li", {}, make("label", {}, box, ` ${name}`), make("span", { class: "quiet" }, `${what}; ${times}`));
}

async function playFaults() {
  await ask("PUT", "/faults", find("faults-document").value);
  editing = false;
  await showFaults();
  say("These faults are played from the next request on.", true);
}

// Spaces

async function showSpaces() {
  let spaces;
  let bytes;
  let gone;
  try {
    ({ spaces, bytes, gone } = await take("/spaces"));
  } catch (error) {
    if (error.code !== "stub-unable") throw error;
    find("spaces-note").textContent = "The stubs are not stateful: each answers as recorded, whatever was asked before. treaty stub --stateful starts them otherwise.";
    return;
  }
  // A space that was emptied is not listed, and can still be restored.
  for (const name of snapshots.keys()) {
    if (!spaces.some((space) => space.name === name)) spaces.push({ name, holds: { items: [] } });
  }
  const size = spaces.length ? `They take about ${(bytes / 1048576).toFixed(1)} MiB of memory.` : "Nothing was created yet.";
  find("spaces-note").textContent = gone ? `${size} Others gave way: ${gone}.` : size;
  find("spaces-list").replaceChildren(...spaces.map(spaceItem));
}

const snapshots = new Map();

function spaceItem({ name, holds }) {
  const path = `/spaces/${encodeURIComponent(name)}`;
  const press = (text, action, disabled = false) => make("button", { type: "button", disabled, onclick: guarded(async () => {
    await action();
    await showSpaces();
  }) }, text);
  return make(
    "li", {},
    make("strong", {}, name),
    press("Take a copy", async () => {
      const { snapshot } = await (await ask("POST", `${path}/snapshots`)).json();
      snapshots.set(name, snapshot);
      say(`The copy of ${name} is ${snapshot}.`, true);
    }),
    press("Restore the copy", () => ask("POST", `${path}/restore`, JSON.stringify({ snapshot: snapshots.get(name) })), !snapshots.has(name)),
    press("Empty", () => ask("DELETE", path)),
    heldTable(holds.items),
  );
}

function heldTable(items) {
  if (!items.length) return make("p", { class: "quiet" }, "It is empty.");
  const head = ["Provider", "Made by", "There", "Deleted"].map((text, place) => make("th", { scope: "col", class: place > 1 ? "number" : "" }, text));
  const rows = items.map((item) => make(
    "tr", {},
    make("td", {}, item.provider),
    make("td", {}, make("code", {}, item.made_by)),
    make("td", { class: "number" }, String(item.count)),
    make("td", { class: "number" }, String(item.deleted)),
  ));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

// Tabs

const shows = { journal: async () => {}, interactions: showInteractions, faults: showFaults, spaces: showSpaces };
const tabs = [...document.querySelectorAll("[role=tab]")];

function choose(tab, focus = true) {
  for (const each of tabs) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    find(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (focus) tab.focus();
  history.replaceState(null, "", `#${tab.getAttribute("aria-controls")}`);
  guarded(shows[tab.getAttribute("aria-controls")])();
}

function chosenTab() {
  return tabs.find((tab) => tab.getAttribute("aria-selected") === "true");
}

for (const [position, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const to = { ArrowRight: position + 1, ArrowLeft: position - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length]);
  });
}

// Live

// fetch in place of EventSource, which cannot send the token.
async function follow() {
  const answer = await ask("GET", `/events?after=${last}`);
  find("live").textContent = "live";
  find("live").classList.add("on");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    hear(events.map(parseEvent).filter((event) => event.name));
  }
}

function parseEvent(text) {
  const fields = Object.fromEntries(text.split("\n").map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
  return { name: fields.event, data: fields.data && JSON.parse(fields.data) };
}

const waiting = [];
let refreshing = null;

function hear(events) {
  for (const { name, data } of events) {
    if (name === "request") waiting.push(data);
  }
  waiting.splice(0, Math.max(0, waiting.length - MOST_SHOWN));
  if (find("follow").checked) addRequests(waiting.splice(0));
  const steered = events.some(({ name }) => name === "changed");
  if (!events.length) return;
  // However much is asked, the counts are fetched a few times a second only.
  if (steered) refresh(true);
  else refreshing ??= setTimeout(() => refresh(false), 300);
}

async function refresh(steered) {
  clearTimeout(refreshing);
  refreshing = null;
  try {
    await showProviders();
    if (!steered) return;
    const { total } = await take("/journal?limit=1");
    if (!total) forgetRequests();
    await shows[chosenTab().getAttribute("aria-controls")]();
  } catch (error) {
    say(error.message);
  }
}

async function stayLive() {
  for (;;) {
    try {
      if (!find("live").classList.contains("on") && last) await startAnew();
      await follow();
    } catch (error) {
      if (error.status === 401) return showLogin();
      if (error.status === 403) return say(error.message);
    }
    find("live").textContent = "not connected";
    find("live").classList.remove("on");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

// The stubs may have been started again; their numbers then begin anew.
async function startAnew() {
  forgetRequests();
  last = 0;
  await showProviders();
  addRequests((await take(`/journal?limit=${MOST_SHOWN}`)).requests);
}

function showLogin() {
  find("main").hidden = true;
  find("login").hidden = false;
  if (token) say("That is not the token of this run.");
  find("live").textContent = "token wanted";
  find("token").focus();
}

async function open() {
  await showProviders();
  find("login").hidden = true;
  find("main").hidden = false;
  const { requests: kept } = await take(`/journal?limit=${MOST_SHOWN}`);
  addRequests(kept);
  const wanted = tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
  if (wanted) choose(wanted, false);
  await showFaults();
  find("live").classList.add("on");
  stayLive();
}

find("login").addEventListener("submit", guarded(async () => {
  token = find("token").value;
  sessionStorage.setItem("treaty-token", token);
  await open();
}));
find("reload").addEventListener("click", guarded(async () => {
  const { changed } = await (await ask("POST", "/reload")).json();
  say(changed.length ? `Other interactions now: ${changed.join(", ")}.` : "The pacts were read again; nothing has changed.", true);
}));
find("reset").addEventListener("click", guarded(async () => {
  await ask("POST", "/reset");
  say("The stubs are as they were when they were started.", true);
}));
find("clear").addEventListener("click", guarded(() => ask("DELETE", "/journal")));
find("follow").addEventListener("change", () => find("follow").checked && addRequests(waiting.splice(0)));
for (const id of ["journal-kind", "journal-provider", "journal-text"]) find(id).addEventListener("input", filterRequests);
for (const id of ["interactions-kind", "interactions-provider", "interactions-text"]) {
  find(id).addEventListener("input", guarded(() => showInteractions()));
}
find("more").addEventListener("click", guarded(() => showInteractions(true)));
find("faults-form").addEventListener("submit", guarded(playFaults));
find("faults-reset").addEventListener("click", guarded(async () => {
  editing = false;
  await ask("DELETE", "/faults");
}));
find("faults-document").addEventListener("input", () => { editing = true; });
guarded(open)();
