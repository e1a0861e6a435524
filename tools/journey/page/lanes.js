// The lanes: a group for each program, in it a lane for each depth, in it a row for each level of what calls what; arrows above
// them all.
const ROW = 20;
const HEAD = 22;
const LANE_GAP = 5;
const LEAST = 5;

// How many bars of the same lane and group a bar lies in.
function levelOf(run, bar) {
  let level = 0;
  for (let outer = run.bars[bar.parent]; outer; outer = run.bars[outer.parent])
    if (outer.lane === bar.lane && outer.group === bar.group) level++;
  return level;
}

// For each group the one whose lanes it is drawn in: a program that begins when another of its name has ended takes its place.
function sharedGroups(run) {
  const times = run.groups.map((_, group) => run.bars.filter((bar) => bar.group === group));
  const last = [];
  return run.groups.map((group, number) => {
    const first = Math.min(...times[number].map((bar) => bar.first));
    const place = run.groups.findIndex((other, earlier) => earlier < number && other.name === group.name && last[earlier] < first);
    const at = place < 0 ? number : place;
    last[at] = Math.max(...times[number].map((bar) => bar.last));
    return at;
  });
}

// Which rows there are: [{members, y, height, lanes: [{lane, y, height}]}], and each bar's y.
function layOut(run) {
  const rows = new Map(); // "group lane" → levels
  const levels = run.bars.map((bar) => levelOf(run, bar));
  const shared = sharedGroups(run);
  run.bars.forEach((bar, number) => {
    const key = `${shared[bar.group]} ${bar.lane}`;
    rows.set(key, Math.max(rows.get(key) || 0, levels[number] + 1));
  });
  const order = run.groups.map((_, number) => number).slice(1).concat(0).filter((group) => shared[group] === group);
  let y = HEAD;
  const tops = new Map();
  const groups = order.map((group) => {
    const top = y;
    y += HEAD;
    const lanes = run.lanes.map((_, lane) => lane).filter((lane) => rows.has(`${group} ${lane}`)).map((lane) => {
      const height = rows.get(`${group} ${lane}`) * ROW;
      tops.set(`${group} ${lane}`, y);
      y += height + LANE_GAP;
      return {lane, y: y - height - LANE_GAP, height};
    });
    y += LANE_GAP;
    return {members: run.groups.map((_, member) => member).filter((member) => shared[member] === group), y: top, height: y - top, lanes};
  }).filter((group) => group.lanes.length);
  const barY = run.bars.map((bar, number) => tops.get(`${shared[bar.group]} ${bar.lane}`) + levels[number] * ROW);
  return {groups, barY, height: y};
}

function barElement(run, bar, scale, y) {
  const left = scale.start(bar);
  const width = Math.max(LEAST, scale.end(bar) - left - 1);
  const length = bar.ended > bar.began ? `, ${duration(bar.ended - bar.began)}` : "";
  return make("button", {
    type: "button", class: `bar ${bar.kind}`, "data-bar": bar.number, "data-lane": bar.lane, tabindex: -1,
    "aria-label": `${barTitle(run, bar)}, ${laneName(run, bar)}, ${groupName(run, bar.group)}${length}. ${valuesText(bar)}`,
    style: {left: `${left}px`, top: `${y}px`, width: `${width}px`},
  }, width > 22 ? make("span", {}, barTitle(run, bar)) : null);
}

function arrowPath(run, arrow, scale, barY) {
  const from = run.bars[arrow.from], to = run.bars[arrow.to];
  const x1 = scale.start(from) + 3, y1 = barY[from.number] + ROW / 2;
  const x2 = arrow.kind === "wake" ? scale.end(to) : scale.start(to), y2 = barY[to.number] + ROW / 2;
  const bend = x2 - x1 > 40 || x2 < x1 ? Math.max(12, Math.abs(x2 - x1) / 3) : (x2 - x1) / 3;
  return draw("path", {class: `arrow ${arrow.kind}`, "data-from": arrow.from, "data-to": arrow.to, "marker-end": `url(#tip-${arrow.kind})`,
    d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`});
}

const arrowTip = (kind) => draw("marker", {id: `tip-${kind}`, class: `arrow-tip ${kind}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
  markerHeight: 7, orient: "auto-start-reverse"}, draw("path", {d: "M0 0 8 4 0 8z"}));

function groupElements(run, group, width) {
  return [
    make("div", {class: "group", style: {top: `${group.y}px`, height: `${group.height}px`, width: `${width}px`}},
      make("h2", {}, group.members.map((member) => groupName(run, member)).join(", "), " ", make("small", {}, run.groups[group.members[0]].arch))),
    ...group.lanes.map(({lane, y, height}) => make("div", {
      class: "lane", "data-lane": lane, style: {top: `${y}px`, height: `${height}px`, width: `${width}px`},
    }, make("span", {}, run.lanes[lane]))),
  ];
}

function drawLanes() {
  const run = theRun();
  const scale = scaleOf(run);
  const {groups, barY, height} = layOut(run);
  const arrows = draw("svg", {class: "arrows", width: scale.width, height, "aria-hidden": "true"},
    draw("defs", {}, ["frame", "wire", "wake", "take", "fork"].map(arrowTip)),
    run.arrows.map((arrow) => arrowPath(run, arrow, scale, barY)));
  const canvas = make("div", {class: "canvas", style: {width: `${scale.width}px`, height: `${height}px`}},
    groups.map((group) => groupElements(run, group, scale.width + 92)),
    make("div", {class: "bars"}, run.bars.map((bar) => barElement(run, bar, scale, barY[bar.number])),
      scale.pauses.map((pause) => make("span", {class: "pause", style: {left: `${pause.x}px`, height: `${height}px`}}, pause.text)), arrows));
  byId("lanes").replaceChildren(canvas);
}

// Marks what is chosen and what passes to it and from it, and brings it into view.
function markLanes() {
  const lanes = byId("lanes");
  lanes.querySelectorAll(".chosen").forEach((element) => element.classList.remove("chosen"));
  lanes.querySelectorAll("[tabindex='0']").forEach((element) => element.setAttribute("tabindex", -1));
  const element = lanes.querySelector(`[data-bar="${state.bar}"]`);
  if (!element) return;
  element.classList.add("chosen");
  element.setAttribute("tabindex", 0);
  lanes.querySelectorAll(`.arrow[data-from="${state.bar}"], .arrow[data-to="${state.bar}"]`).forEach((arrow) => arrow.classList.add("chosen"));
  const gutter = 110;
  const left = element.offsetLeft, top = element.offsetTop;
  if (left < lanes.scrollLeft || left + 60 > lanes.scrollLeft + lanes.clientWidth - gutter)
    lanes.scrollLeft = left - (lanes.clientWidth - gutter) / 3;
  if (top < lanes.scrollTop + HEAD || top + ROW > lanes.scrollTop + lanes.clientHeight - ROW)
    lanes.scrollTop = topFor(lanes, top);
}

// Where to scroll so that a bar is seen: the whole of its group when there is room for it.
function topFor(lanes, top) {
  const group = [...lanes.querySelectorAll(".group")].find((one) => one.offsetTop <= top && top < one.offsetTop + one.offsetHeight);
  return group && group.offsetHeight <= lanes.clientHeight ? group.offsetTop : top - lanes.clientHeight / 2;
}
