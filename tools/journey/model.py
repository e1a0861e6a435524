"""The whole of one run as the page wants it: bars, calls with what was seen at the border, buffers, arrows, sources."""

import os

import guest
import story as s
from passing import Passing
from sources import Sources
from symbols import ROOT, Symbols

DOORS = {64: "kernel/arch/entry_syscall.asm", 32: "kernel/arch/entry_int80.asm"}
LABELS = {64: "syscall_door:", 32: "int80_door:"}
LIST = "kernel/syscall/list.def"
ENTRY_REGISTERS = {64: ("rax", "rdi", "rsi", "rdx", "r10", "r8", "r9"), 32: ("rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp")}
KERNEL_TEXT = 0xffffffff80000000
TRAP_FRAME = len(s.REGISTERS) * 8


class Programs:
    """The programs' files with symbols; `line` has run."""

    def __init__(self, line):
        self._known = {}
        self._words = {guest.name_of(words[0]): words[0] for words, _ in guest.parts_of(line)}

    def of(self, group):
        if group.path not in self._known:
            name = os.path.basename(group.path)
            arch = "i386" if group.narrow else "x86_64"
            stem = name[:-2] if group.narrow and name.endswith("32") else name
            path = guest.file_of(self._words.get(stem, stem), arch)
            self._known[group.path] = Symbols(path) if os.path.exists(path) else None
        return self._known[group.path]


class Model:
    """`document` is what becomes the page's JSON."""

    def __init__(self, story, sources, title, door):
        self.story, self._sources = story, sources
        self._programs, self._kernel = Programs(title), Symbols(os.path.join(ROOT, "build/plumb.elf64"))
        self._frames_of_calls()
        self._users()
        self.passing = Passing(story)
        self._number()
        self.document = {
            "title": title, "door": door, "lost": story.lost, "lanes": s.LANES,
            "groups": [{"name": g.name, "pid": g.pid, "arch": ("i386" if g.narrow else "x86-64") if g.pid else ""} for g in story.groups],
            "bars": [self._bar(span) for span in story.spans],
            "calls": [self._call(call) for call in story.calls],
            "arrows": [{"from": a.start.number, "to": a.end.number, "kind": a.kind, "text": a.text} for a in self.passing.arrows
                       if a.start.number >= 0 and a.end.number >= 0],
            "frames": [self._frame(frame) for frame in self.passing.frames],
        }

    # --- the user's side of each call ---

    def _frames_of_calls(self):
        for call in self.story.calls:
            call.frames = []
            symbols = self._programs.of(self.story.groups[call.span.group])
            if not symbols or "user" not in call.stacks:
                continue
            registers = dict(call.registers)
            registers.update({narrow: registers.get(wide) for wide, narrow in s.NARROW.items()})
            narrow = self.story.groups[call.span.group].narrow
            found = symbols.backtrace(call.instruction, registers, call.stacks["user"], 4 if narrow else 8)
            for place, address in enumerate(found):
                for name, file, line in symbols.places(address - 1):
                    if not file:
                        file, line = self._stub(name, narrow)
                    call.frames.append({"address": address, "function": name, "file": file, "line": line, "place": place})

    def _stub(self, name, narrow):
        """The assembly that a stub comes from: it has no line numbers."""
        file = f"libc/sysdeps/{'i386' if narrow else 'x86_64'}/{name.strip('_')}.asm"
        line = self._sources.line_of(file, f" {name.strip('_')},") or self._sources.line_of(file, ":")
        return (file, line) if line else (None, 0)

    @staticmethod
    def _user_frame(call):
        return next((f for f in call.frames if f["file"] and not f["file"].startswith("libc/")), None)

    def _users(self):
        """Bars of the user's own functions: one over all the calls that it makes one after the other."""
        runs = {}
        for call in self.story.calls:
            frame = self._user_frame(call)
            run = runs.get(call.span.group)
            if run and (not frame or run["name"] != frame["function"]):
                self._user_bar(run)
                run = None
            if frame:
                run = run or {"name": frame["function"], "calls": []}
                run["calls"].append(call)
            runs[call.span.group] = run
        for run in filter(None, runs.values()):
            self._user_bar(run)

    def _user_bar(self, run):
        first, last = run["calls"][0].span, run["calls"][-1].span
        bar = s.Span(first.group, s.USER, run["name"], "user", first.began, first.first - 0.5)
        bar.close(last.ended, last.last + 0.5)
        bar.call = run["calls"][0]
        for call in run["calls"]:
            call.span.parent = bar
            bar.children += 1
        self.story.spans.append(bar)

    # --- numbers ---

    def _number(self):
        spans = self.story.spans
        spans.sort(key=lambda span: (span.first, -span.last))
        marks = sorted({span.first for span in spans} | {span.last for span in spans})
        places = {mark: place for place, mark in enumerate(marks)}
        for number, span in enumerate(spans):
            span.number, span.first, span.last = number, places[span.first], places[span.last]
        for number, call in enumerate(self.story.calls):
            call.index = number

    # --- the parts of the document ---

    def _bar(self, span):
        origin = self.story.spans[0].began
        bar = {"name": span.name, "kind": span.kind, "group": span.group, "lane": span.lane, "first": span.first, "last": span.last,
               "began": span.began - origin, "ended": span.ended - origin, "parent": span.parent.number if span.parent else None}
        for name, value in (("values", span.values), ("result", span.result), ("context", span.context), ("buffer", span.buffer),
                            ("skb", span.skb), ("call", span.call.index if span.call else None), ("source", self._source(span))):
            if value not in (None, [], 0) or name == "call" and value == 0:
                bar[name] = value
        return bar

    def _source(self, span):
        if span.kind in ("station", "event", "wait", "wire") and span.station:
            return self._sources.place(span.station.file, span.station.line)
        if not span.call:
            return None
        if span.kind == "user":
            frame = self._user_frame(span.call)
        elif span.kind == "libc":
            # The trap itself is inlined into the wrapper: the wrapper is what is read.
            frame = next((f for f in reversed(span.call.frames) if f["file"] and f["place"] == 0), None)
        elif span.kind == "door":
            file = DOORS[span.call.door]
            return self._sources.place(file, self._sources.line_of(file, LABELS[span.call.door]))
        else:
            name = span.name.partition("→ ")[2]
            return self._sources.place(LIST, self._sources.line_of(LIST, f" {name},"))
        return self._sources.place(frame["file"], frame["line"]) if frame else None

    def _call(self, call):
        narrow = call.door == 32
        return {
            "text": self.story.call_text(call), "door": "int 0x80" if narrow else "syscall", "number": call.number, "bar": call.span.number,
            "result": call.span.result, "group": call.span.group,
            "registers": [[name, f"{value:#x}"] for name, value in call.registers.items() if name not in ("vector", "error_code")],
            "entry": ENTRY_REGISTERS[call.door],
            "frames": [{**f, "address": hex(f["address"]), "source": self._sources.place(f["file"], f["line"])} for f in call.frames],
            "memory": [{"argument": m.argument, "address": hex(m.address), "out": bool(m.out), "what": s.calls.MEMORY_NAMES[m.what],
                        "text": m.text(), "bytes": m.data.hex()} for m in call.memory],
            "block": self._block(call) if call.block else None,
            "stacks": {which: self._stack(which, call, *stack) for which, stack in call.stacks.items()},
        }

    def _block(self, call):
        address, words = call.block
        arguments = self.story.table.sub_call(call.sub_call, len(words))[2]
        return {"address": hex(address), "words": [hex(word) for word in words], "sub": call.sub_call, "names": [name for name, _ in arguments]}

    def _stack(self, which, call, address, data):
        """Words from the stack's top on, with what is known of each."""
        width = 4 if which == "user" and self.story.groups[call.span.group].narrow else 8
        returns = {f["address"]: f for f in reversed(call.frames) if f["place"]}
        words = []
        for at in range(0, len(data) - width + 1, width):
            value = int.from_bytes(data[at:at + width], "little")
            note = ""
            if which == "user" and value in returns:
                frame = returns.pop(value)
                note = f"back to {frame['function']}"
            elif which == "kernel" and at >= len(data) - TRAP_FRAME:
                note = f"TrapFrame.{s.REGISTERS[(at - (len(data) - TRAP_FRAME)) // 8]}"
            elif which == "kernel" and value >= KERNEL_TEXT:
                name = self._kernel.function(value)
                note = f"in {name}" if name else ""
            words.append([hex(value), note] if note else [hex(value)])
        return {"address": hex(address), "width": width, "words": words}

    def _frame(self, frame):
        return {"bar": frame.span.number, "device": frame.device, "direction": frame.direction, "summary": frame.summary,
                "length": frame.length, "comment": self.passing.comment(frame)}


def compile_runs(runs, title):
    """Several runs in one document. `runs`: [(Story, what the door is called)]."""
    sources = Sources()
    models = [Model(story, sources, title, door) for story, door in runs]
    return models, {"title": title, "runs": [model.document for model in models], "sources": sources.pieces}
