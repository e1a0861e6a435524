"""Pieces of source around a line: the function that it lies in, once each."""

import os
import re

from symbols import ROOT

LONGEST = 90  # lines of a function that are shown
AROUND = 4  # lines round a place that lies in no function
BEGINS = re.compile(r"[A-Za-z_\[]")
METHOD = re.compile(r" {4}\w.*\) ?(const |override |noexcept )*\{$")


def indentation(line):
    return len(line) - len(line.lstrip())


def function_around(lines, at):
    """(first, last) of the function or of the stub that line `at` (from 0) lies in."""
    opening = at
    while opening > 0 and not BEGINS.match(lines[opening]):
        opening -= 1
    if lines[opening].startswith(("class ", "struct ")):
        opening = next((n for n in range(at, opening, -1) if METHOD.match(lines[n])), opening)
    if opening < 0 or lines[opening].startswith("namespace") or lines[opening].endswith((";", "}")):
        return max(0, at - AROUND), min(len(lines) - 1, at + AROUND)
    level = indentation(lines[opening])
    first = opening
    while first > 0 and lines[first - 1].strip() and indentation(lines[first - 1]) >= level and \
            not lines[first - 1].rstrip().endswith((";", "}", "{", ":")):
        first -= 1
    last = opening
    while last < len(lines) - 1 and not (lines[last].lstrip().startswith("}") and indentation(lines[last]) == level):
        last += 1
    return first, last


class Sources:
    """What the page embeds: [{file, first, lines}], found again by file and line."""

    def __init__(self):
        self.pieces = []
        self._files = {}
        self._known = {}

    def _lines(self, file):
        if file not in self._files:
            path = os.path.join(ROOT, file)
            text = open(path, encoding="utf-8", errors="replace").read() if os.path.isfile(path) else ""
            self._files[file] = text.splitlines()
        return self._files[file]

    def place(self, file, line):
        """[number of the piece, line], or None when there is no such line."""
        if not file:
            return None
        lines = self._lines(file)
        if not 0 < line <= len(lines):
            return None
        if file.endswith((".asm", ".S", ".inc", ".def")):
            first, last = max(0, line - 9), min(len(lines) - 1, line + 15)
        else:
            first, last = function_around(lines, line - 1)
        if last - first > LONGEST:
            first = max(first, line - 1 - LONGEST // 2)
            last = min(last, first + LONGEST)
        key = file, first
        if key not in self._known:
            self._known[key] = len(self.pieces)
            self.pieces.append({"file": file, "first": first + 1, "lines": lines[first:last + 1]})
        return [self._known[key], line]

    def line_of(self, file, text):
        """The number of the first line that holds the text, or 0."""
        return next((number for number, line in enumerate(self._lines(file), 1) if text in line), 0)
