// The keyboard.
function nextCall(by) {
  const calls = theRun().calls.map((call) => call.bar).sort((a, b) => a - b);
  const next = by > 0 ? calls.find((bar) => bar > state.bar) : calls.filter((bar) => bar < state.bar).pop();
  if (next !== undefined) change({bar: next});
}

function follow() {
  const arrow = theBar().arrows.find((one) => one.from === state.bar) || theBar().arrows[0];
  if (arrow) change({bar: arrow.from === state.bar ? arrow.to : arrow.from});
}

function nextView() {
  const views = viewNames().map(([value]) => value);
  change({view: views[(views.indexOf(state.view) + 1) % views.length]});
}

const KEYS = {
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  ArrowUp: () => theBar().parent !== null && change({bar: theBar().parent}),
  ArrowDown: () => theBar().children.length && change({bar: theBar().children[0]}),
  Home: () => change({bar: 0}),
  End: () => change({bar: theRun().bars.length - 1}),
  "]": () => nextCall(1),
  "[": () => nextCall(-1),
  f: follow,
  n: () => nextMatch(1),
  N: () => nextMatch(-1),
  v: nextView,
  t: () => change({time: state.time === "steps" ? "real" : "steps"}),
  d: () => toggleTheme(),
  "+": () => change({zoom: Math.min(8, state.zoom * 1.25)}),
  "-": () => change({zoom: Math.max(0.2, state.zoom / 1.25)}),
  "/": () => byId("search").focus(),
  "?": () => byId("help").showModal(),
};

// Keys of one's own in a field, a list, a text that scrolls by itself.
const isElsewhere = (target, key) => byId("help").open || target.matches("input, select") || (target.matches("pre") && key.startsWith("Arrow"));

document.addEventListener("keydown", (event) => {
  if (event.target.id === "search" && event.key === "Enter") nextMatch(event.shiftKey ? -1 : 1);
  if (event.target.id === "search" && event.key === "Escape") event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target, event.key) || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
