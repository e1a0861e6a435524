"""Addresses of programs and of the kernel as functions and lines, and the way back through a program's stack: with nm,
addr2line and objdump of binutils."""

import bisect
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FRAME = re.compile(r"FDE .*cie=0*([0-9a-f]*) pc=([0-9a-f]+)\.\.([0-9a-f]+)")
ROW = re.compile(r"^([0-9a-f]{8,16}) (\S+)\s+(.*)$")
IN_REGISTER = re.compile(r"r\d+ \((\w+)\)")  # "r2 (edx)": the register's value waits in another
AT_CFA = re.compile(r"c([+-]\d+)$")
MOST_FRAMES = 24
NULL_PAGE = 0x1000  # functions that the linker has dropped are described as if they were there


def output(*command, data=None):
    return subprocess.run(command, input=data, capture_output=True, text=True, check=True).stdout


def under_root(path):
    """The path from the root of the tree, wherever the tree was when it was compiled; a program's from elsewhere as it is. None for
    a file that isn't there."""
    parts = os.path.normpath(path).lstrip("/").split("/")
    for first in range(len(parts)):
        if os.path.isfile(os.path.join(ROOT, *parts[first:])):
            return "/".join(parts[first:])
    return path if os.path.isfile(path) else None


class Symbols:
    """One ELF file."""

    def __init__(self, path):
        self.path = path
        self._places = {}
        self._rules = None
        self._starts, self._names = [], []
        for line in output("nm", "-n", "--defined-only", "-C", path).splitlines():
            address, kind, name = line.split(" ", 2)
            if kind in "tTwW":
                self._starts.append(int(address, 16))
                self._names.append(name)
        self._end = self._starts[-1] + 4096 if self._starts else 0

    def function(self, address):
        """The name of the function that the address lies in, or None."""
        index = bisect.bisect_right(self._starts, address) - 1
        return self._names[index].split("(")[0] if index >= 0 and address < self._end else None

    def places(self, address):
        """[(function, file, line)], the innermost inlined one first; file is None where nothing is known."""
        if address not in self._places:
            lines = output("addr2line", "-f", "-C", "-i", "-e", self.path, hex(address)).splitlines()
            found = []
            for name, place in zip(lines[::2], lines[1::2]):
                file, _, line = place.split(" ")[0].rpartition(":")
                path = under_root(file) if file != "??" else None
                found.append((name.split("(")[0], path, int(line) if line.isdigit() else 0))
            if not found or found[0][0] == "??":
                found = [(self.function(address) or "?", *(found[0][1:] if found else (None, 0)))]
            self._places[address] = found
        return self._places[address]

    def _read_rules(self):
        """Rows of call-frame information, by address: (from, end of the function, rule of the frame, rules of registers)."""
        rows = []
        common = {}  # of several functions: by the offset of their common entry
        columns, entry, end = [], "", 0
        for line in output("objdump", "--dwarf=frames-interp", self.path).splitlines():
            if " CIE " in line:
                entry, end = line.split()[0].lstrip("0"), 0
            elif frame := FRAME.search(line):
                start, end = int(frame[2], 16), int(frame[3], 16)
                if end > NULL_PAGE and frame[1] in common:  # a function that changes nothing has no rows of its own
                    rows.append((start, end, *common[frame[1]]))
            elif line.lstrip().startswith("LOC"):
                columns = line.split()[2:]
            elif row := ROW.match(line):
                rule = row[2], dict(zip(columns, IN_REGISTER.sub(r"=\1", row[3]).split()))
                if not end:
                    common.setdefault(entry, rule)
                elif end > NULL_PAGE:
                    rows.append((int(row[1], 16), end, *rule))
        return sorted(rows, key=lambda row: row[0])

    def _rule(self, address):
        if self._rules is None:
            self._rules = self._read_rules()
        index = bisect.bisect_right(self._rules, address, key=lambda row: row[0]) - 1
        return self._rules[index] if index >= 0 and address < self._rules[index][1] else None

    def backtrace(self, address, registers, stack, word):
        """The addresses from the innermost on, as far as the bytes of the stack reach. `registers` by their names (with the
        stack pointer), `stack` is (address, bytes), `word` the size of a return address."""
        registers = dict(registers)
        base, data = stack
        found = [address]

        def read(at):
            offset = at - base
            return int.from_bytes(data[offset:offset + word], "little") if 0 <= offset <= len(data) - word else None

        while len(found) < MOST_FRAMES:
            rule = self._rule(address - (len(found) > 1))
            match = re.match(r"(\w+)\+(\d+)$", rule[2]) if rule else None
            if not match or registers.get(match[1]) is None:
                break
            frame = registers[match[1]] + int(match[2])
            for name, where in rule[3].items():
                if kept := AT_CFA.match(where):
                    registers[name] = read(frame + int(kept[1]))
                elif where.startswith("="):
                    registers[name] = registers.get(where[1:])
                elif where == "exp":
                    registers[name] = None
            address = registers.get("ra")
            if not address:
                break
            found.append(address)
            registers["rsp"] = registers["esp"] = frame
        return found
