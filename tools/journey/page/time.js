// Where a moment lies along the page. In steps every entry and leave is as far from the next as any other; in real time the
// distance is the time between, but what is longer than a few microseconds is drawn by its logarithm.
const STEP = 13; // pixels
const MICROSECOND = 8; // pixels
const LINEAR = 3000; // ns that are drawn as they are
const DOUBLING = 12; // pixels for each doubling beyond
const LONG = 1e6; // ns without anything that get a mark

function stepScale(run, zoom) {
  const step = STEP * zoom;
  const last = Math.max(...run.bars.map((bar) => bar.last));
  return {start: (bar) => bar.first * step, end: (bar) => bar.last * step, width: (last + 2) * step, pauses: []};
}

function realScale(run, zoom) {
  const moments = [...new Set(run.bars.flatMap((bar) => [bar.began, bar.ended]))].sort((a, b) => a - b);
  const places = new Map();
  const pauses = [];
  let x = 0;
  moments.forEach((moment, index) => {
    const gap = index ? moment - moments[index - 1] : 0;
    const linear = Math.min(gap, LINEAR) / 1000 * MICROSECOND;
    const width = (linear + Math.max(0, Math.log2(gap / LINEAR)) * DOUBLING * (gap > LINEAR)) * zoom;
    if (gap > LONG) pauses.push({x: x + width / 2, text: duration(gap)});
    x += width || 0;
    places.set(moment, x);
  });
  return {start: (bar) => places.get(bar.began), end: (bar) => places.get(bar.ended), width: x + 40, pauses};
}

const scaleOf = (run) => (state.time === "steps" ? stepScale : realScale)(run, state.zoom);
