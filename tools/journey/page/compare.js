// Both doors side by side: the same program's calls in pairs, beneath each its stations; what only one of them has is marked.
// The door and its table are the same place on both sides, under different names.
const nameOf = (item) => (["door", "table"].includes(item.kind) ? item.kind : item.name.replace(/^(compat_|__)/, ""));

// Pairs of two lists in order, by their names (longest common subsequence); null where one has none.
function pairs(left, right) {
  const table = Array.from({length: left.length + 1}, () => new Uint32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      table[i][j] = nameOf(left[i]) === nameOf(right[j]) ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const found = [];
  let i = 0, j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && nameOf(left[i]) === nameOf(right[j])) found.push([left[i++], right[j++]]);
    else if (j >= right.length || (i < left.length && table[i + 1][j] >= table[i][j + 1])) found.push([left[i++], null]);
    else found.push([null, right[j++]]);
  }
  return found;
}

function beneath(run, bar) {
  return bar.children.flatMap((number) => [run.bars[number], ...beneath(run, run.bars[number])])
    .filter((one) => ["station", "door", "table"].includes(one.kind));
}

// The calls of each program, in the order in which the programs began.
function callsOf(run) {
  const counts = {};
  const keys = run.groups.map((group) => {
    const name = group.name.replace(/32$/, "");
    counts[name] = (counts[name] || 0) + 1;
    return `${name} ${counts[name]}`;
  });
  const programs = new Map(keys.slice(1).map((key) => [key, []]));
  for (const call of run.calls) programs.get(keys[call.group]).push({...call, name: call.text.split("(")[0].replace(/^(send|recv)(to|from)$/, "$1")});
  return programs;
}

function half(run, bar, alone) {
  if (!bar) return make("td", {class: "none"}, "");
  const depth = depthOf(run, bar) - 2;
  return make("td", {class: alone ? "alone" : "", "data-lane": bar.lane, style: {"--depth": Math.max(0, depth)}},
    make("button", {type: "button", onclick: () => change({run: run.number, bar: bar.number})}, bar.name),
    make("small", {}, bar.ended > bar.began ? duration(bar.ended - bar.began) : ""));
}

function callRows(runs, [left, right]) {
  const tops = [left, right].map((call, side) => call && runs[side].bars[call.bar]);
  const lists = tops.map((bar, side) => (bar ? beneath(runs[side], bar) : []));
  const title = (call, side) => make("th", {scope: "col"}, call ? `${call.text} = ${call.result ?? "?"}` : "—",
    call ? make("small", {}, ` ${duration(tops[side].ended - tops[side].began)}`) : null);
  return [make("tr", {class: "call"}, title(left, 0), title(right, 1)),
    ...pairs(...lists).map(([a, b]) => make("tr", {}, half(runs[0], a, !b), half(runs[1], b, !a)))];
}

function drawCompare() {
  const runs = data.runs;
  if (runs.length < 2) return;
  const [first, second] = runs.map(callsOf);
  const bodies = [...first.keys()].map((key) => make("tbody", {},
    make("tr", {class: "who"}, make("th", {colspan: 2}, key.replace(/ 1$/, ""))),
    pairs(first.get(key), second.get(key) || []).flatMap((pair) => callRows(runs, pair))));
  byId("compare").replaceChildren(make("table", {},
    make("thead", {}, make("tr", {}, runs.map((run) => make("th", {scope: "col"}, `by ${run.door}`)))), bodies));
}
