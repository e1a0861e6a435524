"""Frames as a pcapng file (draft-ietf-opsawg-pcapng): nanoseconds, a comment each."""

import struct

ETHERNET = 1
MAGIC, INTERFACE, PACKET = 0x0a0d0d0a, 1, 6
OPTION_END, OPTION_COMMENT, INTERFACE_NAME, INTERFACE_RESOLUTION, PACKET_FLAGS = 0, 1, 2, 9, 2
INBOUND, OUTBOUND = 1, 2


def padded(data):
    return data + bytes(-len(data) % 4)


def option(code, data):
    return struct.pack("<HH", code, len(data)) + padded(data)


def block(kind, body):
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def interface(name):
    options = option(INTERFACE_NAME, name.encode()) + option(INTERFACE_RESOLUTION, b"\x09") + option(OPTION_END, b"")
    return block(INTERFACE, struct.pack("<HHI", ETHERNET, 0, 0) + options)


def packet(number, time, data, length, comment, flags):
    head = struct.pack("<IIIII", number, time >> 32, time & 0xffffffff, len(data), length)
    options = option(OPTION_COMMENT, comment.encode()[:65000]) + option(PACKET_FLAGS, struct.pack("<I", flags)) + option(OPTION_END, b"")
    return block(PACKET, head + padded(data) + options)


def write(path, runs):
    """All frames of all runs: an interface for each device of each run."""
    names = []
    packets = []
    for run in runs:
        for frame in run.passing.frames:
            name = frame.device if len(runs) == 1 else f"{frame.device} ({run.document['door']})"
            if name not in names:
                names.append(name)
            packets.append(packet(names.index(name), frame.span.began, frame.data, frame.length, run.passing.comment(frame),
                                  OUTBOUND if frame.direction == "out" else INBOUND))
    with open(path, "wb") as file:
        file.write(block(MAGIC, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)))
        for name in names:
            file.write(interface(name))
        file.writelines(packets)
