// Puts the page together, and keeps what is drawn true to what is chosen.
const NARROW = matchMedia("(max-width: 720px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

const viewNames = () => [["lanes", "lanes"], ["outline", "list"], ...(data.runs.length > 1 ? [["compare", "compare"]] : [])];

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : DARK.matches;
  root.dataset.theme = dark ? "light" : "dark";
}

function drawTools() {
  choice(byId("runs"), data.runs.length > 1 ? data.runs.map((run) => [run.number, run.door]) : [], state.run, (run) => change({run, bar: 0}));
  choice(byId("views"), viewNames(), state.view, (view) => change({view}));
  choice(byId("times"), [["steps", "steps"], ["real", "real time"]], state.time, (time) => change({time}));
  document.body.dataset.view = state.view;
}

function drawCalls() {
  const run = theRun();
  byId("calls").replaceChildren(...run.groups.map((_, group) => make("optgroup", {label: groupName(run, group)},
    run.calls.filter((call) => call.group === group).map((call) => make("option", {value: call.bar}, call.text.slice(0, 60)))))
    .filter((list) => list.children.length));
}

// The call that the chosen bar belongs to, in the list of calls.
function markCall() {
  const call = callOf(theRun(), theBar());
  byId("calls").value = call ? call.bar : "";
}

function drawAll(changed) {
  const has = (...names) => names.some((name) => changed.includes(name));
  if (has("run", "view", "time")) drawTools();
  if (has("run")) drawCalls();
  if (has("run", "time", "zoom")) drawLanes();
  if (has("run")) drawOutline();
  if (has("run") && byId("search").value) search(byId("search").value);
  if (has("run", "matches", "time", "zoom")) markMatches();
  if (has("run", "bar", "view", "time", "zoom")) {
    markLanes();
    markOutline();
    markCall();
  }
  if (has("run", "bar")) {
    showPanel();
    history.replaceState(null, "", `#${state.run}.${state.bar}`);
  }
}

function showTip(event) {
  const element = event.target.closest("#lanes [data-bar]");
  const tip = byId("tip");
  tip.hidden = !element;
  if (!element) return;
  const run = theRun(), bar = run.bars[element.dataset.bar];
  const about = [laneName(run, bar), groupName(run, bar.group)];
  if (bar.ended > bar.began) about.push(duration(bar.ended - bar.began));
  if (bar.result) about.push(`= ${bar.result}`);
  tip.replaceChildren(make("b", {}, barTitle(run, bar)), make("span", {}, valuesText(bar)), make("small", {}, about.join(" · ")));
  const box = element.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(innerWidth - tip.offsetWidth - 8, Math.max(100, box.left)))}px`;
  tip.style.top = `${box.bottom + 6 + tip.offsetHeight > innerHeight ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
}

function chooseByClick(event) {
  const element = event.target.closest("[data-bar]");
  if (element) change({bar: Number(element.dataset.bar)});
}

// Enter on a row of the list, as on a button.
function chooseByFocus(event) {
  const row = event.target.closest("tr[data-bar]");
  if (row) change({bar: Number(row.dataset.bar)});
}

function start() {
  byId("title").textContent = data.title;
  for (const id of ["lanes", "outline"]) byId(id).addEventListener("click", chooseByClick);
  byId("outline").addEventListener("focusin", chooseByFocus);
  byId("lanes").addEventListener("pointerover", showTip);
  byId("lanes").addEventListener("pointerleave", () => { byId("tip").hidden = true; });
  byId("calls").addEventListener("change", (event) => change({bar: Number(event.target.value)}));
  byId("search").addEventListener("input", (event) => { search(event.target.value); markMatches(); });
  byId("theme").addEventListener("click", toggleTheme);
  byId("help-button").addEventListener("click", () => byId("help").showModal());
  onChange(drawAll);
  const [run, bar] = location.hash.slice(1).split(".").map(Number);
  if (data.runs[run]?.bars[bar]) Object.assign(state, {run, bar});
  else state.bar = Math.max(0, theRun().bars.findIndex((one) => one.kind === "user"));
  state.view = NARROW.matches ? "outline" : data.runs.length > 1 && !location.hash ? "compare" : "lanes";
  drawCompare();
  drawAll(["run", "view", "time", "bar"]);
}

start();
