#!/usr/bin/env python3
"""Makes of an i386 program's symbols what a debugger of x86-64 can read: widen.py PROGRAM OUTPUT

gdb sees the guest as one x86-64 processor, whatever code it runs: QEMU's gdb stub knows no other. An i386 program's
debug information names i386's registers and slots of four bytes, so that gdb would show wrong values and lose the
way up the user's stack. This copies the file as 64-bit ELF and renames the registers in it; line numbers,
types and addresses stay (each unit of DWARF says itself that its addresses have four bytes). With it one plain `bt`
goes from the driver through `int 0x80` to the program's main.
"""

import struct
import sys

import dwarf
import frames

SHT_PROGBITS, SHT_SYMTAB = 1, 2
EM_X86_64, HEADER_BYTES, SECTION_BYTES, SYMBOL_BYTES = 62, 64, 64, 24


class Section:
    """A section of an ELF32 file."""

    def __init__(self, image, fields):
        (self.name_offset, self.type, self.flags, self.address, self.offset, self.size, self.link, self.info,
         self.alignment, self.entry_bytes) = fields
        self.name = ""
        self.data = bytearray(image[self.offset:self.offset + self.size] if self.type != 8 else b"")


def read_sections(image):
    if image[:6] != b"\x7fELF\x01\x01":
        raise ValueError("not a 32-bit ELF file")
    header = struct.unpack_from("<HHIIIIIHHHHHH", image, 16)
    table, entry_bytes, count, names = header[5], header[10], header[11], header[12]
    sections = [Section(image, struct.unpack_from("<10I", image, table + i * entry_bytes)) for i in range(count)]
    for section in sections:
        section.name = dwarf.Reader(sections[names].data, section.name_offset).string().decode()
    return sections, header


def wide_symbols(data):
    """struct Elf32_Sym to Elf64_Sym."""
    out = bytearray()
    for name, value, size, info, other, section in struct.iter_unpack("<IIIBBH", data):
        out += struct.pack("<IBBHQQ", name, info, other, section, value, size)
    return out


def rewrite(sections):
    by_name = {section.name: section for section in sections}
    if ".debug_info" in by_name:
        lists = dwarf.renumber_info(by_name[".debug_info"].data, by_name[".debug_abbrev"].data)
        if lists:
            dwarf.renumber_lists(by_name[".debug_loclists"].data, lists)
    if ".debug_frame" in by_name:
        by_name[".debug_frame"].data = frames.widen(by_name[".debug_frame"].data)
    for section in sections:
        if section.type == SHT_SYMTAB:
            section.data = wide_symbols(section.data)
            section.entry_bytes, section.alignment = SYMBOL_BYTES, 8
        if section.name == ".eh_frame":  # would be read with x86-64's numbers
            section.data = bytearray(len(section.data))


def write(sections, header, output):
    out, headers = bytearray(HEADER_BYTES), bytearray()
    for section in sections:
        out += bytes(-len(out) % (section.alignment or 1))
        size = len(section.data) if section.data else section.size
        headers += struct.pack("<IIQQQQIIQQ", section.name_offset, section.type, section.flags, section.address,
                               len(out), size, section.link, section.info, section.alignment, section.entry_bytes)
        out += section.data
    out += bytes(-len(out) % 8)
    identification = b"\x7fELF\x02\x01\x01" + bytes(9)
    out[:HEADER_BYTES] = identification + struct.pack(
        "<HHIQQQIHHHHHH", header[0], EM_X86_64, 1, header[3], 0, len(out), 0, HEADER_BYTES, 0, 0, SECTION_BYTES,
        len(sections), header[12])
    with open(output, "wb") as file:
        file.write(out + headers)


def widen(program, output):
    with open(program, "rb") as file:
        sections, header = read_sections(file.read())
    rewrite(sections)
    write(sections, header, output)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: widen.py PROGRAM OUTPUT")
    widen(*sys.argv[1:])
