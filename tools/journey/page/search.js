// Search: bars whose name, values or call hold all of the words.
function textOf(run, bar) {
  const call = callOf(run, bar);
  const parts = [bar.name, valuesText(bar), laneName(run, bar), groupName(run, bar.group)];
  if (bar.kind === "libc" && call) parts.push(call.text);
  if (bar.skb) parts.push(`skb=${bar.skb}`);
  return parts.join(" ").toLowerCase();
}

function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const run = theRun();
  const matches = words.length ? run.bars.filter((bar) => words.every((word) => textOf(run, bar).includes(word))).map((bar) => bar.number) : [];
  byId("matches").textContent = words.length ? `${matches.length}` : "";
  change({matches});
}

// To the next match (or the one before), from where one is.
function nextMatch(by) {
  const {matches} = state;
  if (!matches.length) return;
  const next = by > 0 ? matches.find((number) => number > state.bar) ?? matches[0]
    : matches.filter((number) => number < state.bar).pop() ?? matches[matches.length - 1];
  change({bar: next});
}

function markMatches() {
  document.body.classList.toggle("searching", byId("search").value.trim() !== "");
  document.querySelectorAll(".match").forEach((element) => element.classList.remove("match"));
  for (const number of state.matches)
    document.querySelectorAll(`#lanes [data-bar="${number}"], #outline [data-bar="${number}"]`).forEach((element) => element.classList.add("match"));
}
