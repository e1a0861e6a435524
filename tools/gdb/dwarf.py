"""The few parts of DWARF 4 and 5 that widen.py rewrites: expressions, and where they lie.

Numbers are those of the standard (DWARF 5, section 7). Only what names a register is changed, and always within the
bytes that are there.
"""

# i386's register numbers (System V ABI, i386 supplement, table 2.14) to x86-64's (AMD64 supplement, table 3.36):
# eax ecx edx ebx esp ebp esi edi eip, then xmm0-7.
REGISTERS = {0: 0, 1: 2, 2: 1, 3: 3, 4: 7, 5: 6, 6: 4, 7: 5, 8: 16, **{21 + i: 17 + i for i in range(8)}}
ADDRESS_BYTES = 4

OP_DEREF_SIZE, OP_CONSTU, OP_MINUS, OP_PLUS, OP_NOP = 0x94, 0x10, 0x1c, 0x22, 0x96
OP_REG0, OP_BREG0, OP_REGX, OP_BREGX = 0x50, 0x70, 0x90, 0x92
OP_ENTRY_VALUE, OP_REGVAL_TYPE = (0xa3, 0xf3), (0xa5, 0xf5)

# What follows an operation's byte: a number of bytes, u(LEB128), s(LEB128), or b(lock): its length as ULEB128 or in one
# byte, then as many.
OPERANDS = {
    0x03: (ADDRESS_BYTES,), 0x08: (1,), 0x09: (1,), 0x0a: (2,), 0x0b: (2,), 0x0c: (4,), 0x0d: (4,), 0x0e: (8,), 0x0f: (8,),
    0x10: "u", 0x11: "s", 0x15: (1,), 0x23: "u", 0x28: (2,), 0x2f: (2,), 0x90: "u", 0x91: "s", 0x92: "us", 0x93: "u",
    0x94: (1,), 0x95: (1,), 0x98: (2,), 0x99: (4,), 0x9a: (4,), 0x9d: "uu", 0x9e: "b", 0xa0: (4, "s"), 0xa1: "u",
    0xa2: "u", 0xa3: "b", 0xa4: ("u", "b1"), 0xa5: "uu", 0xa6: (1, "u"), 0xa7: (1, "u"), 0xa8: "u", 0xa9: "u",
    0xf2: (4, "s"), 0xf3: "b", 0xf4: ("u", "b1"), 0xf5: "uu", 0xf6: (1, "u"), 0xf7: "u", 0xf9: "u", 0xfa: (4,),
}
OPERANDS.update({OP_BREG0 + i: "s" for i in range(32)})

# The forms of an attribute in the same notation; "z" is a string that ends with a zero byte.
FORMS = {
    0x01: (ADDRESS_BYTES,), 0x03: ("b2",), 0x04: ("b4",), 0x05: (2,), 0x06: (4,), 0x07: (8,), 0x08: "z", 0x09: "b",
    0x0a: ("b1",), 0x0b: (1,), 0x0c: (1,), 0x0d: "s", 0x0e: (4,), 0x0f: "u", 0x10: (4,), 0x11: (1,), 0x12: (2,),
    0x13: (4,), 0x14: (8,), 0x15: "u", 0x17: (4,), 0x18: "b", 0x19: (), 0x1a: "u", 0x1b: "u", 0x1c: (4,), 0x1d: (4,),
    0x1e: (16,), 0x1f: (4,), 0x20: (8,), 0x21: (), 0x22: "u", 0x23: "u", 0x24: (8,), 0x25: (1,), 0x26: (2,), 0x27: (3,),
    0x28: (4,), 0x29: (1,), 0x2a: (2,), 0x2b: (3,), 0x2c: (4,),
}
FORM_EXPRLOC, FORM_SEC_OFFSET, FORM_IMPLICIT_CONST = 0x18, 0x17, 0x21
# Attributes that may refer to a location list.
LOCATIONS = {0x02, 0x19, 0x2a, 0x38, 0x40, 0x46, 0x48, 0x4a, 0x4d}


class Reader:
    """A place in bytes that may be changed."""

    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def fixed(self, count):
        value = int.from_bytes(self.data[self.at:self.at + count], "little")
        self.at += count
        return value

    def uleb(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def sleb(self):
        start = self.at
        value = self.uleb()
        bits = 7 * (self.at - start)
        return value - (1 << bits) if value >> (bits - 1) & 1 else value

    def string(self):
        end = self.data.index(0, self.at)
        text = bytes(self.data[self.at:end])
        self.at = end + 1
        return text

    def block(self, length_bytes=0):
        """Passes a block; returns its (begin, end)."""
        length = self.fixed(length_bytes) if length_bytes else self.uleb()
        self.at += length
        return self.at - length, self.at

    def skip(self, notation):
        for part in notation:
            if isinstance(part, int):
                self.at += part
            elif part in ("u", "s"):
                self.uleb()
            elif part == "z":
                self.string()
            else:
                self.block(int(part[1:] or 0))


def uleb(value):
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7f
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def renumber(data, begin, end):
    """Gives the registers of one expression x86-64's numbers. What has none of one byte (the x87 registers) becomes a
    DW_OP_nop: gdb then says that it can't show the variable."""
    reader = Reader(data, begin)
    while reader.at < end:
        place, operation = reader.at, reader.fixed(1)
        for base in (OP_REG0, OP_BREG0):
            if base <= operation < base + 32:
                new = REGISTERS.get(operation - base)
                data[place] = OP_NOP if new is None else base + new
        if operation in (OP_REGX, OP_BREGX, *OP_REGVAL_TYPE):
            data[reader.at] = REGISTERS.get(data[reader.at], data[reader.at])
        if operation in OP_ENTRY_VALUE:
            renumber(data, *reader.block())
        else:
            reader.skip(OPERANDS.get(operation, ()))


def abbreviations(data, offset):
    """{code: [(attribute, form), …]} of the table at an offset of .debug_abbrev."""
    reader, table = Reader(data, offset), {}
    while code := reader.uleb():
        reader.uleb()  # the tag
        reader.fixed(1)  # whether it has children
        attributes = []
        while True:
            attribute, form = reader.uleb(), reader.uleb()
            if form == FORM_IMPLICIT_CONST:
                reader.sleb()
            if not form:
                break
            attributes.append((attribute, form))
        table[code] = attributes
    return table


def renumber_lists(data, offsets):
    """The location lists at these offsets of .debug_loclists (DWARF 5, 7.7.3)."""
    before = {1: "u", 2: "uu", 3: "uu", 4: "uu", 5: "", 6: (ADDRESS_BYTES,), 7: (ADDRESS_BYTES,) * 2, 8: (ADDRESS_BYTES, "u")}
    for offset in offsets:
        reader = Reader(data, offset)
        while kind := reader.fixed(1):
            reader.skip(before[kind])
            if kind not in (1, 6):
                renumber(data, *reader.block())


def renumber_info(info, abbrev):
    """All expressions of .debug_info; returns the offsets of the location lists that it refers to."""
    reader, lists, tables = Reader(info), set(), {}
    while reader.at < len(info):
        end = reader.fixed(4) + reader.at
        version = reader.fixed(2)
        if version >= 5:
            reader.fixed(2)  # unit type, size of an address
            offset = reader.fixed(4)
        else:
            offset = reader.fixed(4)
            reader.fixed(1)
        if offset not in tables:
            tables[offset] = abbreviations(abbrev, offset)
        table = tables[offset]
        while reader.at < end:
            code = reader.uleb()
            for attribute, form in table[code] if code else ():
                if form == FORM_EXPRLOC:
                    renumber(info, *reader.block())
                elif form == FORM_SEC_OFFSET and attribute in LOCATIONS:
                    lists.add(reader.fixed(4))
                else:
                    reader.skip(FORMS[form])
    return lists
