// The panel: all that is known of the chosen bar. Which sections are open stays so from one to the next.
const opened = new Map();

function section(title, content, openAtFirst) {
  if (!content) return null;
  const open = opened.has(title) ? opened.get(title) : openAtFirst;
  return make("details", {open, ontoggle: (event) => opened.set(title, event.target.open)}, make("summary", {}, title), content);
}

function sourceOf(place) {
  if (!place) return null;
  const piece = data.sources[place[0]];
  const lines = piece.lines.map((text, index) => {
    const number = piece.first + index;
    const here = number === place[1];
    return make("div", {class: here && "here", "aria-current": here && "true"}, make("small", {}, String(number).padStart(4)), text || " ");
  });
  return [make("p", {class: "note"}, `${piece.file}:${place[1]}`), make("pre", {class: "source", tabindex: 0}, lines)];
}

function pathTo(run, bar) {
  const chain = [];
  for (let at = bar; at; at = run.bars[at.parent]) chain.unshift(at);
  return make("nav", {class: "path", "aria-label": "What called it"}, chain.map((outer) =>
    make("button", {type: "button", "data-lane": outer.lane, "aria-current": outer === bar && "true", onclick: () => change({bar: outer.number})},
      outer.name)));
}

function passingOf(run, bar) {
  if (!bar.arrows.length) return null;
  return [make("ul", {class: "passing"}, bar.arrows.map((arrow) => {
    const away = arrow.from === bar.number;
    const other = run.bars[away ? arrow.to : arrow.from];
    return make("li", {}, away ? "→ " : "← ",
      make("button", {type: "button", onclick: () => change({bar: other.number})}, `${other.name}, ${groupName(run, other.group)}`),
      make("small", {}, ` ${arrow.text}`));
  }))];
}

function frameOf(run, bar) {
  const frame = run.frames.find((one) => one.bar === bar.number);
  return frame ? [make("p", {class: "note"}, `${frame.device}, ${frame.length} bytes`), make("p", {class: "comment"}, frame.comment)] : null;
}

function facts(run, bar) {
  const call = callOf(run, bar);
  const list = [["lane", laneName(run, bar)], ["who", groupName(run, bar.group) + (bar.context === 2 ? ", in an interrupt" : "")],
    ["at", `${(bar.began / 1000).toFixed(1)} µs`]];
  if (bar.ended > bar.began) list.push(["took", duration(bar.ended - bar.began)]);
  if (bar.result) list.push(["result", bar.result]);
  if (call && call.bar !== bar.number) list.push(["call", call.text]);
  const fact = (kind) => ([name, value]) => make("div", {class: kind}, make("dt", {}, name), make("dd", {}, value));
  return make("dl", {class: "facts"}, (bar.values || []).map(fact("value")), list.map(fact(false)));
}

function showPanel() {
  const run = theRun(), bar = theBar();
  const call = callOf(run, bar);
  const border = call ? borderSections(call) : [];
  byId("panel").replaceChildren(
    make("div", {class: "steps"},
      make("button", {type: "button", "aria-label": "Back", onclick: () => step(-1)}, "←"),
      make("span", {}, `${bar.number + 1} of ${run.bars.length}`),
      make("button", {type: "button", "aria-label": "Forward", onclick: () => step(1)}, "→")),
    make("h2", {"aria-live": "polite"}, barTitle(run, bar)),
    pathTo(run, bar),
    facts(run, bar),
    ...[["The buffer here", bar.buffer ? bufferSection(bar.buffer) : null, true], ["Where it passes", passingOf(run, bar), true],
      ["The frame", frameOf(run, bar), true], ["Source", sourceOf(bar.source), true], ...border].map((one) => section(...one)).filter(Boolean));
  const here = byId("panel").querySelector(".here");
  if (here) here.parentElement.scrollTop = here.offsetTop - here.parentElement.offsetTop - 60;
}

function step(by) {
  change({bar: Math.min(theRun().bars.length - 1, Math.max(0, state.bar + by))});
}
