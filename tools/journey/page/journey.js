// The data of the page and what is chosen in it; whoever wants to know of changes says so here.
const data = JSON.parse(document.getElementById("data").textContent);
data.runs.forEach((run, number) => {
  run.number = number;
  run.bars.forEach((bar, place) => {
    Object.assign(bar, {number: place, children: [], arrows: []});
    if (bar.parent !== null) run.bars[bar.parent].children.push(place);
  });
  for (const arrow of run.arrows) {
    run.bars[arrow.from].arrows.push(arrow);
    run.bars[arrow.to].arrows.push(arrow);
  }
});

const state = {run: 0, view: "lanes", time: "steps", bar: 0, zoom: 1, matches: []};
const listeners = [];

function onChange(listener) {
  listeners.push(listener);
}

// Changes what is chosen and tells everyone which of it has changed.
function change(news) {
  const changed = Object.keys(news).filter((name) => state[name] !== news[name]);
  Object.assign(state, news);
  if (changed.length) listeners.forEach((listener) => listener(changed));
}

const theRun = () => data.runs[state.run];
const theBar = () => theRun().bars[state.bar];
const groupName = (run, number) => {
  const group = run.groups[number];
  return group.pid ? `${group.name} ${group.pid}` : "kernel, for everyone";
};
const laneName = (run, bar) => run.lanes[bar.lane];
const callOf = (run, bar) => (bar.call === undefined ? null : run.calls[bar.call]);

// ns as people read them.
function duration(ns) {
  if (ns < 1000) return `${ns} ns`;
  if (ns < 1e6) return `${(ns / 1000).toFixed(1)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toFixed(2)} ms` : `${(ns / 1e9).toFixed(2)} s`;
}

const valuesText = (bar) => (bar.values || []).map(([name, value]) => `${name}=${value}`).join("  ");

// What a bar is called: its function; of a call also what it was asked and what it gave.
function barTitle(run, bar) {
  const call = callOf(run, bar);
  if (bar.kind === "libc" && call) return call.result === null ? call.text : `${call.text} = ${call.result}`;
  return bar.name;
}
