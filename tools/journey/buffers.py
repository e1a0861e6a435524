"""The sk_buff at a station: its pointers as they are there, its bytes by header."""

import struct

import headers

RECORD = struct.Struct("<QIIIHHHHII4x")
ABSENT = 0xffff
GUESSES = {"tcp": "tcp", "udp": "udp"}  # what a transport header is, where no IP header says it


def buffer_of(payload, group):
    """What the page draws; offsets count from head."""
    number, data, tail, end, mac, network, transport, protocol, start, gso = RECORD.unpack_from(payload)
    content = payload[RECORD.size:]
    everything = {"mac": mac, "network": network, "transport": transport}
    positions = {name: at for name, at in everything.items() if at != ABSENT}
    if start in (mac, data) and (mac == start or group == "dev" and not positions):  # as the device gave it, nobody has looked yet
        kind = "ethernet"
    elif network == start:
        kind = headers.ETHERTYPES.get(protocol) or ("ipv6" if content[:1] and content[0] >> 4 == 6 else "ipv4")
    elif transport == start and start < tail:
        kind = GUESSES.get(group, "tcp" if group == "ip" else "payload")
    else:
        kind = "payload"
    regions = headers.dissect(content, kind)
    return {"skb": number, "data": data, "tail": tail, "end": end, "headers": positions, "from": start, "gso": gso,
            "bytes": content.hex(), "regions": [[r.start, r.end, r.kind, r.text] for r in regions]}
