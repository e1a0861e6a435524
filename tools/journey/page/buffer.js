// The sk_buff at a station: head, data, tail, end and the header positions above and below a strip, its bytes by header.
const HEADER_NAMES = {mac: "mac_header", network: "network_header", transport: "transport_header"};

// Offsets along the strip in percent: what isn't data is drawn short, so that the headers have room.
function stripScale(buffer) {
  const start = Math.min(buffer.from, buffer.data);
  const room = buffer.tail > start ? 18 : 42;
  const part = (value, from, to, low, high) => (to > from ? low + (value - from) / (to - from) * (high - low) : low);
  return (offset) => offset <= start ? part(offset, 0, start, 0, start ? room : 0)
    : offset <= buffer.tail ? part(offset, start, buffer.tail, start ? room : 0, buffer.end > buffer.tail ? 100 - room : 100)
    : part(offset, buffer.tail, buffer.end, 100 - room, 100);
}

// Pointers to the same place share a mark.
function marksOf(pointers, scale, side) {
  const places = new Map();
  for (const [name, offset] of pointers) places.set(offset, [...(places.get(offset) || []), name]);
  return [...places].map(([offset, names], index) => make("span", {
    class: `mark ${side} row${side === "below" ? index : 1 - index % 2} ${scale(offset) > 70 ? "end" : ""}`,
    style: {left: `${scale(offset)}%`},
  }, make("b", {}, names.join(" = ")), make("small", {}, String(offset))));
}

function strip(buffer) {
  const scale = stripScale(buffer);
  const piece = (from, to, kind, text) => make("span", {
    class: kind, title: text, style: {left: `${scale(from)}%`, width: `${scale(to) - scale(from)}%`},
  });
  return make("div", {class: "strip"},
    make("div", {class: "marks"}, marksOf([["head", 0], ["data", buffer.data], ["tail", buffer.tail], ["end", buffer.end]], scale, "above")),
    make("div", {class: "pieces"}, buffer.regions.map(([from, to, kind, text]) => piece(buffer.from + from, buffer.from + to, `piece ${kind}`, `${kind}: ${text}`)),
      buffer.data > buffer.from ? piece(buffer.from, buffer.data, "pulled", "before data: already read") : null),
    make("div", {class: "marks"}, marksOf(Object.entries(buffer.headers).map(([name, at]) => [HEADER_NAMES[name], at]), scale, "below")));
}

// The bytes in rows, each with the colour of its header.
function byteRows(buffer) {
  const bytes = buffer.bytes.match(/../g) || [];
  const kinds = bytes.map(() => "payload");
  const texts = bytes.map(() => "");
  for (const [from, to, kind, text] of buffer.regions) {
    kinds.fill(kind, from, to);
    texts.fill(`${kind}: ${text}`, from, to);
  }
  const rows = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16);
    rows.push(make("div", {class: "byte-row"}, make("small", {}, String(buffer.from + at).padStart(4)),
      row.map((byte, index) => {
        const before = buffer.from + at + index < buffer.data;
        return make("span", {class: kinds[at + index] + (before ? " before" : ""), title: texts[at + index]}, byte);
      }),
      make("code", {}, row.map((byte) => ascii(parseInt(byte, 16))).join(""))));
  }
  return make("div", {class: "bytes"}, rows);
}

const ascii = (code) => (code >= 32 && code < 127 ? String.fromCharCode(code) : "·");

function bufferSection(buffer) {
  const length = buffer.tail - buffer.data;
  return [
    strip(buffer),
    make("ul", {class: "headers"}, buffer.regions.map(([from, to, kind, text]) =>
      make("li", {class: kind}, make("b", {}, kind), ` ${text} `, make("small", {}, `${to - from} B`)))),
    byteRows(buffer),
    make("p", {class: "note"}, `skb ${buffer.skb}: ${length} bytes from data to tail${buffer.gso ? `, to be cut into segments of ${buffer.gso}` : ""}; `
      + `offsets count from head. ${buffer.bytes.length / 2 < buffer.tail - buffer.from ? "Only the first bytes were kept." : ""}`),
  ];
}
