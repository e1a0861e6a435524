#!/usr/bin/env python3
"""The transcripts in docs/tour/: what stands there is what the commands print.

  transcripts.py            runs every command again and compares
  transcripts.py --write    … and puts what it prints now into the chapters (make tour-update)

A block is fenced and says where it runs:

  ```console host             lines that begin with `$ ` are commands for bash in the tree's root
  ```console guest            lines that begin with `plumb:/root# ` are commands for the guest's shell
  ```gdb ARCH=i386 PROG=hello lines that begin with `(gdb) ` are a session of `make debug` with these variables

What follows a command is its output. A line `…` stands for lines that are left out; output without one is whole. The guest's blocks of all chapters are one boot, in the order of the path. Addresses, times, ports, process ids and the
like are compared as what they are, not by their digits.
"""

import glob
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))

from debugger import Session  # noqa: E402
from harness import ROOT, Guest  # noqa: E402

CHAPTERS = os.path.join(ROOT, "docs/tour/[0-9]*.md")
BLOCK = re.compile(r"^```(console host|console guest|gdb)((?: \w+=(?:'[^'\n]*'|\S+))*)\n(.*?)^```$", re.M | re.S)
PROMPTS = {"console host": "$ ", "console guest": "plumb:/root# ", "gdb": "(gdb) "}
OMITTED = "…"

# What differs from run to run and from build to build, and what it is shown as for the comparison.
CHANGING = [
    (r"^ +\d+\.\d(?= )", ""),                              # follow's microseconds
    (r"\b\d+(\.\d+)? (µs|ms|KiB|MHz)", "TIME"),
    (r"\b\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "DATE"),
    (r"\b\d\d:\d\d:\d\d\.\d+", "CLOCK"),
    (r"/tmp/cc\w+\.o", "OBJECT"),
    (r"\b0x[0-9a-f]+", "HEX"),
    (r"<([\w.]+)\+HEX>", r"<\1+n>"),
    (r"^ *[0-9a-f]{6,16}(?=:|\s)", "ADDRESS"),
    (r"\b[0-9a-f]{6,16}(?= <)", "ADDRESS"),
    (r"\b(skb|sk|socket|pid|seq|ack|inode|to|id)([ =])\d+", r"\1\2N"),
    (r"socket:\[\d+\]", "socket:[N]"),
    (r"^\[\d+\] \d+$", "JOB"),
    (r"^\[\d+ \w+\] for everyone", "for everyone"), (r"\[\d+ ", "[N "), (r"\b(wakes|schedule:|thread|child of|Breakpoint|pid) \d+", r"\1 N"),
    (r"/proc/\d+", "/proc/N"),
    (r"(?<= 0 )+ *\d+ (?=1 0000000000000000)", " N "),
    (r"\b\d+\.\d{3,}", "FRACTION"),
    (r"\b\d{5,}\b", "NUMBER"),
    (r"(0100007F|0F02000A|0202000A):[0-9A-F]{4}", r"\1:PORT"),
]


def essence(line):
    """What of a line stays the same. In a backtrace that is the function and its file."""
    if match := re.match(r"#\d+ +(?:0x[0-9a-f]+ in )?(.*?) \(.*\)(?: at (\S+):\d+)?$", line):
        return match[1], match[2]
    if re.match(r" +[0-9a-f]{4}  [0-9a-f]{2} ", line):
        return "bytes"
    line = re.sub(r"(\.(?:cpp|c|h|asm)):\d+", r"\1", line)
    line = re.sub(r"^\d+\t", "", line)  # gdb's source line
    for pattern, name in CHANGING:
        line = re.sub(pattern, name, line)
    return " ".join(line.split())


class Block:
    def __init__(self, chapter, kind, settings, text):
        self.chapter, self.kind, self.text = chapter, kind, text
        self.settings = dict(item.split("=", 1) for item in shlex.split(settings))
        self.steps = []  # [command, [lines of output]]
        for line in text.splitlines():
            if line.startswith(PROMPTS[kind]):
                self.steps.append([line[len(PROMPTS[kind]):], []])
            elif self.steps:
                self.steps[-1][1].append(line)

    def compare(self, outputs, renew=False):
        """The text as it should be (with `renew`, with all digits of now), and the lines that aren't true any more."""
        result, wrong = [], []
        for (command, shown), output in zip(self.steps, outputs):
            fresh = [line.rstrip() for line in output.rstrip("\n").split("\n")] if output.strip() else []
            result.append(PROMPTS[self.kind] + command)
            lines, missing = select(shown, fresh) if OMITTED in shown else whole(shown, fresh)
            result += fresh if renew and OMITTED not in shown else lines
            wrong += [f"{command}: {line}" for line in missing]
        return "".join(f"{line}\n".replace(" \n", "\n") for line in result), wrong


def whole(shown, fresh):
    """All of the output."""
    same = [essence(line) for line in shown] == [essence(line) for line in fresh]
    if same:
        return shown, []
    told = [line for line in shown if essence(line) not in map(essence, fresh)]
    return fresh, told or ["(the output has other lines than these)"]


def select(shown, fresh):
    """Only the lines that are shown, in their order."""
    lines, missing, rest = [], [], fresh
    for line in shown:
        if line == OMITTED:
            lines.append(line)
            continue
        found = next((i for i, now in enumerate(rest) if essence(now) == essence(line)), None)
        if found is None:
            missing.append(line)
        else:
            lines.append(rest[found])
            rest = rest[found + 1:]
    return lines, missing


def run_host(block):
    outputs = []
    for command, _ in block.steps:
        done = subprocess.run(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                              check=False, text=True, env=dict(os.environ, LC_ALL="C.UTF-8", MAKEFLAGS="", MAKELEVEL=""))
        outputs.append(done.stdout)
    return outputs


def run_gdb(block, number):
    # What the guest says as gdb ends belongs to no command of the block.
    session = Session(f"tour-{number}", [command for command, _ in block.steps] + ["echo"], **block.settings)
    if len(session.steps) <= len(block.steps):
        raise AssertionError(f"{block.chapter}: gdb ended early\n{session.text[-1500:]}")
    return ["\n".join(lines) for _, lines in session.steps[:-1]]


def blocks_of(path):
    with open(path, encoding="utf-8") as file:
        return [Block(path, *match) for match in BLOCK.findall(file.read())]


def run_all(paths):
    """[(block, its outputs)] of all chapters."""
    blocks = [block for path in paths for block in blocks_of(path)]
    results = []
    with Guest(name="tour") as guest:
        guest.wait_for_shell()
        for number, block in enumerate(blocks):
            if block.kind == "console guest":
                outputs = [guest.status(command, 60)[0] for command, _ in block.steps]
            else:
                outputs = run_host(block) if block.kind == "console host" else run_gdb(block, number)
            results.append((block, outputs))
    return results


def chapters():
    return sorted(glob.glob(CHAPTERS))


def check():
    """Compares; returns (passed, failed), a block each."""
    passed = failed = 0
    for block, outputs in run_all(chapters()):
        _, wrong = block.compare(outputs)
        if wrong:
            failed += 1
            print(f"FAIL {os.path.relpath(block.chapter, ROOT)}: not printed any more (make tour-update):")
            print("".join(f"    {line}\n" for line in wrong), end="")
        else:
            passed += 1
    return passed, failed


def write(paths):
    for block, outputs in run_all(paths):
        fresh, wrong = block.compare(outputs, renew=True)
        with open(block.chapter, encoding="utf-8") as file:
            text = file.read()
        with open(block.chapter, "w", encoding="utf-8") as file:
            file.write(text.replace(f"\n{block.text}```\n", f"\n{fresh}```\n", 1))
        for line in wrong:
            print(f"{os.path.relpath(block.chapter, ROOT)}: changed: {line}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write(chapters())
    else:
        counts = check()
        print(f"{counts[0]} passed, {counts[1]} failed")
        sys.exit(1 if counts[1] else 0)
