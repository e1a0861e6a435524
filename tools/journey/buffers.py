"""The sk_buff at a station: its pointers as they are there, its bytes by header."""

import struct

import frames

RECORD = struct.Struct("<QIIIHHHHII4x")
ABSENT = 0xffff
GUESSES = {"tcp": "tcp", "udp": "udp"}  # what a transport header is, where no IP header says it


def buffer_of(payload, group):
    """What the page draws; offsets count from head."""
    number, data, tail, end, mac, network, transport, protocol, start, gso = RECORD.unpack_from(payload)
    content = payload[RECORD.size:]
    absent = {"mac": mac, "network": network, "transport": transport}
    headers = {name: at for name, at in absent.items() if at != ABSENT and (at or name != "transport")}
    if headers.get("mac") == start:
        kind = "ethernet"
    elif headers.get("network") == start:
        kind = frames.ETHERTYPES.get(protocol) or ("ipv6" if content[:1] and content[0] >> 4 == 6 else "ipv4")
    elif headers.get("transport") == start and start < tail:
        kind = GUESSES.get(group, "tcp" if group == "ip" else "payload")
    else:
        kind = "payload"
    regions = frames.dissect(content, kind)
    return {"skb": number, "data": data, "tail": tail, "end": end, "headers": headers, "from": start, "gso": gso,
            "bytes": content.hex(), "regions": [[r.start, r.end, r.kind, r.text] for r in regions]}
