"""The stream that `follow -j` writes (docs/trace.md, "The stream on a file"): stations by their numbers, and the records."""

import struct
from dataclasses import dataclass, field

MAGIC = b"plumb-trace 1\n"
UNIT = 64
HEADER = struct.Struct("<QIHBBBBBxHH5Q")

ENTER, LEAVE, EVENT, LOST, CALL, RETURN, MEMORY, REGISTERS, USER_STACK, KERNEL_STACK, ARGUMENTS, BUFFER, PROCESS = range(1, 14)
CONTEXT_CALL, CONTEXT_WORK, CONTEXT_INTERRUPT = range(3)


class StreamError(Exception):
    """What is wrong with the stream."""


@dataclass
class Station:
    group: str
    is_event: bool
    function: str
    file: str
    line: int
    fields: list  # of (name, type)


@dataclass
class Record:
    time: int  # ns since boot
    thread: int
    station: Station
    kind: int
    depth: int
    context: int
    values: tuple
    payload: bytes = field(repr=False)
    missing: int  # how many records were lost before this one


def read_station(line):
    _, group, kind, function, place, *fields = line.split()
    file, number = place.rsplit(":", 1)
    return Station(group, kind == "event", function, file, int(number), [tuple(f.split(":")) for f in fields])


def read_stream(data):
    """(stations, records); raises StreamError."""
    if not data.startswith(MAGIC):
        raise StreamError(f"the stream begins with {data[:20]!r}, not with {MAGIC!r}")
    end = data.find(b"\n\n")
    if end < 0:
        raise StreamError("the list of stations has no end")
    stations = [read_station(line) for line in data[len(MAGIC):end].decode().splitlines()]
    return stations, list(read_records(data[end + 2:], stations))


def read_records(data, stations):
    at = 0
    lost = 0
    while at < len(data):
        if len(data) - at < UNIT:
            raise StreamError("the stream ends within a record")
        time, thread, number, kind, units, depth, context, count, size, _, *values = HEADER.unpack_from(data, at)
        if units == 0 or at + units * UNIT > len(data) or size > (units - 1) * UNIT:
            raise StreamError(f"a record of {units} units with {size} bytes at {at} of {len(data)}")
        payload = data[at + UNIT:at + UNIT + size]
        at += units * UNIT
        if kind == LOST:
            lost += values[0]
            continue
        if number >= len(stations):
            raise StreamError(f"a record of station {number}, and there are {len(stations)}")
        yield Record(time, thread, stations[number], kind, depth, context, tuple(values[:count]), payload, lost)
        lost = 0
