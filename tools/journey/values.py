"""Values of stations' fields as text, by the types that /proc/stations names."""

import errno
import ipaddress


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def value_text(kind, value):
    if kind in ("i", "fd"):
        return str(signed(value))
    if kind == "hex":
        return hex(value)
    if kind == "bool":
        return "yes" if value else "no"
    if kind == "ipv4":
        return str(ipaddress.IPv4Address((value & 0xffffffff).to_bytes(4, "little")))
    if kind == "port":
        return str(int.from_bytes((value & 0xffff).to_bytes(2, "little"), "big"))
    if kind == "text":
        return value.to_bytes(8, "little").rstrip(b"\0").decode(errors="replace")
    return str(value)


def fields_of(record):
    """[(name, text)] of a station's fields; an IPv6 address takes two values."""
    shown, values = [], list(record.values)
    for name, kind in record.station.fields:
        if not values:
            break
        if kind == "ipv6" and len(values) > 1:
            halves = values.pop(0).to_bytes(8, "little") + values.pop(0).to_bytes(8, "little")
            shown.append((name, str(ipaddress.IPv6Address(halves))))
        else:
            shown.append((name, value_text(kind, values.pop(0))))
    return shown


def field(record, name):
    """One value by its name, or None."""
    for (known, _), value in zip(record.station.fields, record.values):
        if known == name:
            return value
    return None


def station_result(value):
    number = signed(value)
    return f"−{errno.errorcode.get(-number, -number)}" if -4096 < number < 0 else str(number)
