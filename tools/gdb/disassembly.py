"""Disassembly of i386 programs: gdb would read their code as x86-64's, so objdump reads it from the program's file."""

import re
import subprocess

import gdb
import gdb.disassembler
import programs

LINE = re.compile(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*(?:\t(.*))?$")


class I386(gdb.disassembler.Disassembler):
    """Answers for addresses of the i386 program whose symbols are loaded, and leaves all others to gdb."""

    def __init__(self):
        super().__init__("plumb-i386")
        self.path = None
        self.instructions = {}  # address: (bytes, text)

    def __call__(self, info):
        if not programs.SYMBOLS.is_32bit or not programs.SYMBOLS.path or info.address >= 1 << 32:
            return None
        if self.path != programs.SYMBOLS.path:
            self.read(programs.SYMBOLS.path)
        found = self.instructions.get(info.address)
        return gdb.disassembler.DisassemblerResult(*found) if found else None

    def read(self, path):
        self.path = path
        output = subprocess.run(["objdump", "-d", "-w", "-m", "i386", "-M", "intel", path], capture_output=True, text=True, check=True)
        for line in output.stdout.splitlines():
            match = LINE.match(line)
            if match and match[3]:
                self.instructions[int(match[1], 16)] = len(match[2].split()), re.sub(r"\s+", " ", match[3], count=1)


def register():
    gdb.disassembler.register_disassembler(I386())
