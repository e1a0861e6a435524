"""Call-frame information of an i386 program, rewritten for a debugger that knows only x86-64's registers.

There a saved register would be read from its slot with eight bytes. So `saved at CFA-8` becomes `its value is the four
bytes at CFA-8` (DW_CFA_val_expression), and every register number x86-64's (DWARF 5, section 6.4).
"""

from dwarf import ADDRESS_BYTES, OP_CONSTU, OP_DEREF_SIZE, OP_MINUS, OP_PLUS, REGISTERS, Reader, renumber, uleb

CIE_ID = 0xffffffff
CFA_EXPRESSION, CFA_VAL_EXPRESSION = 0x10, 0x16
# Instructions that are copied as they are, with the bytes of their operands (or LEB128s).
COPIED = {0x00: (), 0x01: (ADDRESS_BYTES,), 0x02: (1,), 0x03: (2,), 0x04: (4,), 0x0a: (), 0x0b: (), 0x0e: "u", 0x13: "s", 0x2e: "u"}
# Instructions that begin with a register, and what follows it.
WITH_REGISTER = {0x06: "", 0x07: "", 0x08: "", 0x0c: "u", 0x0d: "", 0x12: "s", 0x14: "u", 0x15: "s"}


def slot(register, offset):
    """The register's value is the four bytes at CFA + offset; the CFA is on the expression's stack already."""
    expression = bytes([OP_CONSTU]) + uleb(abs(offset)) + bytes([OP_MINUS if offset < 0 else OP_PLUS, OP_DEREF_SIZE, 4])
    return value_of(register, expression)


def value_of(register, expression):
    return bytes([CFA_VAL_EXPRESSION]) + uleb(REGISTERS.get(register, register)) + uleb(len(expression)) + bytes(expression)


def translated(data, begin, end):
    copy = bytearray(data[begin:end])
    renumber(copy, 0, len(copy))
    return copy


def instructions(data, begin, end, data_factor):
    reader, out = Reader(data, begin), bytearray()
    while reader.at < end:
        place, byte = reader.at, reader.fixed(1)
        high, low = byte & 0xc0, byte & 0x3f
        if high == 0x40 or (not high and low in COPIED):
            reader.skip(COPIED[low] if not high else ())
            out += data[place:reader.at]
        elif high == 0x80:
            out += slot(low, reader.uleb() * data_factor)
        elif high == 0xc0:
            out.append(0xc0 | REGISTERS.get(low, low))
        else:
            out += longer(reader, byte, data_factor)
    return out


def longer(reader, byte, data_factor):
    """The instructions whose operands are spelt out."""
    if byte in (0x05, 0x11):  # offset_extended, offset_extended_sf
        register = reader.uleb()
        return slot(register, (reader.uleb() if byte == 0x05 else reader.sleb()) * data_factor)
    if byte == 0x09:  # register
        return bytes([byte]) + b"".join(uleb(REGISTERS.get(r, r)) for r in (reader.uleb(), reader.uleb()))
    if byte == 0x0f:  # def_cfa_expression
        expression = translated(reader.data, *reader.block())
        return bytes([byte]) + uleb(len(expression)) + expression
    if byte in (CFA_EXPRESSION, CFA_VAL_EXPRESSION):
        register = reader.uleb()
        expression = translated(reader.data, *reader.block())
        return value_of(register, expression + (bytes([OP_DEREF_SIZE, 4]) if byte == CFA_EXPRESSION else b""))
    if byte in WITH_REGISTER:
        register = reader.uleb()
        rest = reader.at
        reader.skip(WITH_REGISTER[byte])
        return bytes([byte]) + uleb(REGISTERS.get(register, register)) + bytes(reader.data[rest:reader.at])
    raise ValueError(f"call-frame instruction {byte:#x}")


def entry(identity, body):
    """One entry of .debug_frame, filled up with DW_CFA_nop."""
    body = identity.to_bytes(4, "little") + body
    body += bytes(-(len(body) + 4) % ADDRESS_BYTES)
    return len(body).to_bytes(4, "little") + body


def common_entry(reader, end):
    """A CIE in version 4, which says how long an address is; and its data alignment factor."""
    version = reader.fixed(1)
    augmentation = reader.string()
    if augmentation:
        raise ValueError(f"augmentation {augmentation}")
    if version >= 4:
        reader.fixed(2)
    code_factor, data_begin = reader.uleb(), reader.at
    data_factor = reader.sleb()
    data_bytes = bytes(reader.data[data_begin:reader.at])
    column = reader.uleb() if version >= 3 else reader.fixed(1)
    body = bytes([4, 0, ADDRESS_BYTES, 0]) + uleb(code_factor) + data_bytes + uleb(REGISTERS[column])
    return body + instructions(reader.data, reader.at, end, data_factor), data_factor


def widen(data):
    """The whole section .debug_frame."""
    reader, out, commons = Reader(data), bytearray(), {}
    while reader.at < len(data):
        place = reader.at
        end = reader.fixed(4) + reader.at
        identity = reader.fixed(4)
        if identity == CIE_ID:
            body, data_factor = common_entry(reader, end)
            commons[place] = len(out), data_factor
            out += entry(CIE_ID, body)
        else:
            new_place, data_factor = commons[identity]
            addresses = bytes(data[reader.at:reader.at + 2 * ADDRESS_BYTES])
            out += entry(new_place, addresses + instructions(data, reader.at + 2 * ADDRESS_BYTES, end, data_factor))
        reader.at = end
    return out
