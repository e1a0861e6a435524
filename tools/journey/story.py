"""From records to bars: who ran, what was entered and left within what, at which depth. Times are ns, places in the order of
what happened are steps."""

import os
import re

import buffers
import calls
import records as r
from values import field, fields_of, station_result

LANES = ("user", "libc", "door", "table", "socketcall", "socket", "inet", "TCP", "IP", "Ethernet", "e1000", "wire", "scheduler")
USER, LIBC, DOOR, TABLE, SOCKETCALL, SOCKET, INET, TRANSPORT, IP, ETHERNET, DRIVER, WIRE, SCHEDULER = range(len(LANES))
LANE_OF_GROUP = {"entry": DOOR, "syscall": SOCKETCALL, "socket": SOCKET, "unix": SOCKET, "inet": INET, "raw": INET, "tcp": TRANSPORT,
                 "udp": TRANSPORT, "ip": IP, "neigh": ETHERNET, "dev": ETHERNET, "irq": DRIVER}
# Stations that say nothing when nothing happened beneath them: polls that found no frame, work that wasn't there.
SILENT = ("e1000_clean_rx", "net_drain", "run_raised_work", "interrupt_dispatch")
LEFT_OUT = ("mem", "process")  # page faults, and what the groups say already
REGISTERS = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi original_rax vector error_code "
             "rip cs rflags rsp ss").split()
NARROW = {"rax": "eax", "rbx": "ebx", "rcx": "ecx", "rdx": "edx", "rsi": "esi", "rdi": "edi", "rbp": "ebp", "rsp": "esp", "rip": "eip"}


class Span:
    """One bar: a station, a call at one of its depths, a wait; an event has no length."""

    def __init__(self, group, lane, name, kind, time, step):
        self.group, self.lane, self.name, self.kind = group, lane, name, kind
        self.began, self.ended, self.first, self.last = time, None, step, None
        self.parent = self.call = self.station = self.buffer = self.result = self.skb = None
        self.values, self.context, self.depth, self.number = [], 0, 0, -1
        self.children = 0

    def close(self, time, step):
        self.ended, self.last = time, step


class Call:
    """One system call with what was recorded at the border."""

    def __init__(self, record, span):
        words = [int.from_bytes(record.payload[at:at + 8], "little") for at in range(0, 80, 8)]
        self.number, self.arguments, self.instruction, self.stack_pointer, self.door = words[0], words[1:7], *words[7:10]
        self.span, self.memory, self.registers, self.stacks = span, [], {}, {}
        self.block = self.sub_call = self.result = None


class Group:
    """A group of lanes: a thread of a program, or the kernel's work for everyone (no thread)."""

    def __init__(self, name, pid=0, thread=0, path="", narrow=False):
        self.name, self.pid, self.thread, self.path, self.narrow = name, pid, thread, path, narrow


class Story:
    def __init__(self, stream, wanted):
        """`wanted`: names of the programs that are told of."""
        self.groups, self.spans, self.calls = [Group("kernel")], [], []
        self.resumes, self.forks = [], []  # (span of the wake-up, thread), (span, thread)
        self.lost = 0
        self._wanted = wanted
        self._current = {}  # thread → group's number; only threads that are told of
        self._open = {}  # (thread, whether it works for everyone) → spans that are open
        self._call, self._step, self._latest = {}, 0, None
        self.table = calls.Calls()
        for record in stream:
            self._take(record)
            self._latest = record
        self._finish()

    # --- bars ---

    def _span(self, record, lane, name, kind):
        everyone = record.context != r.CONTEXT_CALL or not record.thread
        group = 0 if everyone else self._current[record.thread]
        span = Span(group, lane, name, kind, record.time, self._step)
        stack = self._open.setdefault((record.thread, everyone), [])
        span.parent = stack[-1] if stack else None
        span.context, span.depth, span.station = record.context, len(stack), record.station
        if not everyone:
            span.call = self._call.get(record.thread)
        if span.parent:
            span.parent.children += 1
        self._step += 1
        self.spans.append(span)
        return span, stack

    def _begin(self, record, lane, name, kind="station"):
        span, stack = self._span(record, lane, name, kind)
        stack.append(span)
        return span

    def _end(self, stack, time, result=None):
        span = stack.pop()
        span.close(time, self._step)
        span.result = result
        self._step += 1

    # --- records ---

    def _take(self, record):
        self.lost += record.missing
        if record.kind == r.PROCESS:
            self._process(record)
        elif self._told(record):
            handler = {r.ENTER: self._enter, r.LEAVE: self._leave, r.EVENT: self._event, r.CALL: self._begin_call,
                       r.RETURN: self._return, r.BUFFER: self._buffer}.get(record.kind, self._detail)
            handler(record)

    def _told(self, record):
        if record.context == r.CONTEXT_CALL and record.thread and record.thread not in self._current:
            return False
        if record.station.group == "sched" and record.station.is_event:
            return record.thread in self._current or field(record, "thread") in self._current
        return record.station.group not in LEFT_OUT or record.station.function == "exit_thread" and record.thread in self._current

    def _process(self, record):
        pid, thread, _, narrow = record.values[:4]
        name = os.path.basename(record.payload.decode(errors="replace"))
        if name in self._wanted:
            fork = self._current.get(record.thread)
            self.groups.append(Group(name, pid, thread, record.payload.decode(), bool(narrow)))
            if fork is not None and record.thread != thread:
                span, _ = self._span(record, TABLE, f"begins {name} {pid}", "event")
                span.close(record.time, self._step)
                self.forks.append((span, thread))
            self._current[thread] = len(self.groups) - 1
            self._call.pop(thread, None)
            for span in reversed(self._open.pop((thread, False), [])):  # execve in a program that was followed before
                span.close(record.time, self._step)
        else:
            self._current.pop(thread, None)

    def _lane(self, station):
        if station.group == "syscall" and re.match(r"(compat_)?sys_", station.function):
            return SOCKETCALL
        if station.function.startswith("e1000_") or station.function == "loopback_xmit":
            return DRIVER
        return LANE_OF_GROUP.get(station.group, SCHEDULER)

    def _enter(self, record):
        span = self._begin(record, self._lane(record.station), record.station.function)
        self._describe(span, record)

    def _describe(self, span, record):
        span.values = fields_of(record)
        span.skb = field(record, "skb")

    def _stack(self, record):
        return self._open.setdefault((record.thread, record.context != r.CONTEXT_CALL or not record.thread), [])

    def _leave(self, record):
        stack = self._stack(record)
        if not any(span.station is record.station for span in stack):
            return  # entered before the recording began, or lost
        while stack[-1].station is not record.station:
            self._end(stack, record.time)
        self._end(stack, record.time, station_result(record.values[0]) if record.values else None)

    def _event(self, record):
        function = record.station.function
        if record.station.group == "sched":
            self._scheduling(record)
        elif function == "exit_thread":
            self._exit(record.thread, record.time)
        elif function != "tick":
            span, _ = self._span(record, self._lane(record.station), function, "event")
            span.close(record.time, self._step)
            self._describe(span, record)

    def _scheduling(self, record):
        woken = field(record, "thread")
        everyone = record.context != r.CONTEXT_CALL or not record.thread
        if woken is not None:
            if woken in self._current and (everyone or record.thread in self._current):
                span, _ = self._span(record, SCHEDULER, f"wakes {self.groups[self._current[woken]].name} {woken}", "event")
                span.close(record.time, self._step)
                self.resumes.append((span, woken))
        elif not everyone:
            stack = self._stack(record)
            if record.station.function == "schedule":
                self._begin(record, SCHEDULER, "waits", "wait")
            elif stack and stack[-1].kind == "wait":
                self._end(stack, record.time)

    def _exit(self, thread, time):
        stack = self._open.get((thread, False), [])
        while stack:
            self._end(stack, time)
        self._current.pop(thread, None)
        self._call.pop(thread, None)

    # --- calls ---

    def _begin_call(self, record):
        stack = self._stack(record)
        while stack:  # the return of the one before was lost
            self._end(stack, record.time)
        call = None
        for lane, kind in ((LIBC, "libc"), (DOOR, "door"), (TABLE, "table")):
            span = self._begin(record, lane, "", kind)
            if call is None:
                call = Call(record, span)
                self.calls.append(call)
                self._call[record.thread] = call
            span.call = call
        name, handler, _ = self.table.find(call.door, call.number)
        stack[-2].name = "int 0x80" if call.door == 32 else "syscall"
        stack[-1].name = f"{call.number} → {handler}"
        stack[-3].name = name

    def _return(self, record):
        stack = self._stack(record)
        call = self._call.pop(record.thread, None)
        if not call:
            return  # began before the recording: execve of the program itself
        call.result = record.values[0]
        while stack:
            self._end(stack, record.time, calls.result_text(call.result) if stack[-1].call is call else None)

    def _detail(self, record):
        call = self._call.get(record.thread)
        if record.context != r.CONTEXT_CALL or not call:
            return
        if record.kind == r.MEMORY:
            call.memory.append(calls.Memory(record.payload))
        elif record.kind == r.REGISTERS:
            words = [int.from_bytes(record.payload[at:at + 8], "little") for at in range(0, len(record.payload), 8)]
            call.registers = dict(zip(REGISTERS, words))
        elif record.kind == r.ARGUMENTS:
            words = [int.from_bytes(record.payload[at:at + 4], "little") for at in range(0, len(record.payload), 4)]
            call.sub_call, call.block = record.values[1], (record.values[0], words)
            call.span.name = self.table.sub_call(call.sub_call, len(words))[0]
        elif record.kind in (r.USER_STACK, r.KERNEL_STACK):
            which = "user" if record.kind == r.USER_STACK else "kernel"
            call.stacks[which] = (record.values[0], record.payload)

    def _buffer(self, record):
        for span in reversed(self.spans[-8:]):
            if span.station is record.station and span.buffer is None:
                span.buffer = buffers.buffer_of(record.payload, record.station.group)
                span.skb = span.skb or span.buffer["skb"]
                return

    # --- the end ---

    def _finish(self):
        for stack in self._open.values():
            while stack and self._latest:
                self._end(stack, self._latest.time)
        told = [span for span in self.spans if span.group]
        if told:
            first, last = told[0].began, max(span.ended for span in told)
            self.spans = [span for span in self.spans if span.group or first <= span.began <= last]
        self._drop_silent()

    def _drop_silent(self):
        for span in reversed(self.spans):
            if span.name in SILENT and span.children == 0:
                span.kind = "silent"
                if span.parent:
                    span.parent.children -= 1
        self.spans = [span for span in self.spans if span.kind != "silent"]

    def call_text(self, call):
        """A call as C would write it, without its result."""
        bits = 32 if call.door == 32 else 64
        if call.block:
            name, _, arguments = self.table.sub_call(call.sub_call, len(call.block[1]))
            return f"{name}({calls.call_text(arguments, call.block[1], call.memory, 32)})"
        name, _, arguments = self.table.find(call.door, call.number)
        return f"{name}({calls.call_text(arguments, call.arguments, call.memory, bits)})"
