// The same as a table: what a narrow screen shows, what is printed, and what is read aloud.
function outlineRow(run, bar) {
  const depth = depthOf(run, bar);
  const length = bar.ended > bar.began ? duration(bar.ended - bar.began) : "";
  return make("tr", {"data-bar": bar.number, "data-lane": bar.lane, class: bar.kind, tabindex: -1},
    make("td", {class: "when"}, (bar.began / 1000).toFixed(1)),
    make("td", {class: "where"}, make("i", {}), laneName(run, bar)),
    make("th", {scope: "row", style: {"--depth": depth}}, barTitle(run, bar), bar.result && bar.kind !== "libc" ? ` = ${bar.result}` : ""),
    make("td", {class: "values"}, valuesText(bar)),
    make("td", {class: "length"}, length));
}

function depthOf(run, bar) {
  let depth = 0;
  for (let outer = run.bars[bar.parent]; outer; outer = run.bars[outer.parent]) depth++;
  return depth;
}

function outlineOf(run) {
  const body = [];
  let group = null;
  for (const bar of run.bars) {
    if (bar.group !== group) {
      group = bar.group;
      body.push(make("tr", {class: "who"}, make("th", {colspan: 5, scope: "rowgroup"}, groupName(run, group))));
    }
    body.push(outlineRow(run, bar));
  }
  return make("table", {},
    make("caption", {}, `${data.title} by ${run.door}`),
    make("thead", {}, make("tr", {}, ["µs", "depth", "station", "values", "took"].map((name) => make("th", {scope: "col"}, name)))),
    make("tbody", {}, body));
}

function drawOutline() {
  byId("outline").replaceChildren(outlineOf(theRun()));
}

function markOutline() {
  const outline = byId("outline");
  outline.querySelectorAll(".chosen").forEach((row) => {
    row.classList.remove("chosen");
    row.setAttribute("tabindex", -1);
  });
  const row = outline.querySelector(`[data-bar="${state.bar}"]`);
  if (!row) return;
  row.classList.add("chosen");
  row.setAttribute("tabindex", 0);
  if (row.offsetParent) row.scrollIntoView({block: "nearest"});
}
