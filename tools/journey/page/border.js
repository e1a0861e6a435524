// What was seen at the border: the call, the registers at the trap, both stacks, what socketcall copied, what arguments point at.
function registersOf(call) {
  return make("div", {class: "registers"}, call.registers.map(([name, value]) =>
    make("span", {class: call.entry.includes(name) ? "argument" : ""}, make("b", {}, name), " ", value)));
}

function stackOf(stack) {
  return make("table", {class: "stack"}, make("tbody", {}, stack.words.map(([value, note], index) => make("tr", {class: note ? "noted" : ""},
    make("td", {}, `+${index * stack.width}`), make("td", {}, value), make("td", {}, note || "")))));
}

function stacksOf(call) {
  const names = {user: "the user's", kernel: "the kernel's"};
  return make("div", {class: "stacks"}, Object.entries(call.stacks).map(([which, stack]) => make("figure", {},
    make("figcaption", {}, `${names[which]}, from ${stack.address}`), stackOf(stack))));
}

const blockOf = (block) => [
  make("p", {class: "note"}, `sub-call ${block.sub}, ${block.words.length} words from ${block.address}`),
  make("div", {class: "registers"}, block.words.map((word, index) =>
    make("span", {class: "argument"}, make("b", {}, block.names[index] || `[${index}]`), " ", word))),
];

const memoryOf = (call) => make("ul", {class: "memory"}, call.memory.map((memory) => make("li", {},
  `argument ${memory.argument + 1}, ${memory.out ? "as the call left it" : "as it was given"}: `, make("code", {}, memory.text),
  make("small", {}, ` ${memory.what} at ${memory.address}`))));

// The functions from the trap outwards; each opens to the line that calls.
const backtraceOf = (call) => make("div", {class: "backtrace"}, call.frames.map((frame) => {
  const name = [make("b", {}, frame.function), " ", make("small", {}, frame.file ? `${frame.file}:${frame.line}` : frame.address)];
  return frame.source ? make("details", {}, make("summary", {}, name), sourceOf(frame.source)) : make("p", {}, name);
}));

// [title, what is shown, whether it is open at first]
function borderSections(call) {
  return [
    ["Way to the trap", call.frames.length ? [backtraceOf(call)] : null, false],
    ["What the arguments point at", call.memory.length ? [memoryOf(call)] : null, false],
    ["The block that socketcall copied", call.block ? blockOf(call.block) : null, true],
    ["Registers at the trap", call.registers.length ? [registersOf(call)] : null, false],
    ["Both stacks at the border", Object.keys(call.stacks).length ? [stacksOf(call)] : null, false],
  ];
}
