#!/usr/bin/env python3
"""Checks that every include of kernel/ and net/ points down.

The house has floors; a file may include what stands on its own floor's room or on a lower floor. arch, mem and sched stand on the ground
together. Two rooms on one floor know nothing of each other, but for those.
"""

import re
import subprocess
import sys

# Room -> floor. A room is a folder; a single file may be a room of its own (the pieces of net/ that furnish the whole stack).
FLOORS = {
    "kernel/uapi": 0,
    "kernel/base": 1,
    "kernel/abi": 2,
    "kernel/arch": 3, "kernel/mem": 3, "kernel/sched": 3,
    "kernel/fs": 4, "net": 4,
    "net/ipv4": 5,
    "net/ipv6": 6,
    "net/tcp": 7, "net/unix": 7, "net/packet": 7, "net/netfilter": 7, "net/security": 7,
    "net/netlink": 8,
    "net/net_init.cpp": 9, "net/netconfig.cpp": 9, "net/proc_net.cpp": 9,
    "kernel/drivers": 10,
    "kernel/proc": 11,
    "kernel/syscall": 12, "kernel/trace": 12,
    "kernel": 13,
}
GROUND = {"kernel/arch", "kernel/mem", "kernel/sched"}
# net/ is compiled on the host too: it sees nothing of the kernel but these.
NET_SEES = ("net/", "kernel/base/", "kernel/uapi/")


def room(path):
    if path in FLOORS:
        return path
    folder = path.rsplit("/", 1)[0]
    while folder not in FLOORS:
        folder = folder.rsplit("/", 1)[0]
    return folder


def main():
    files = subprocess.run(["git", "ls-files", "kernel", "net"], text=True, capture_output=True, check=True).stdout.split()
    wrong = []
    count = 0
    for path in files:
        if not path.endswith((".cpp", ".h")):
            continue
        with open(path, encoding="utf-8") as file:
            includes = re.findall(r'^#include "([^"]+)"', file.read(), re.M)
        for include in includes:
            count += 1
            here, there = room(path), room(include)
            if path.startswith("net/") and not include.startswith(NET_SEES):
                wrong.append(f"{path}: net/ may not see {include}")
            elif here != there and FLOORS[there] >= FLOORS[here] and not {here, there} <= GROUND:
                wrong.append(f"{path} (floor {FLOORS[here]}) includes {include} (floor {FLOORS[there]})")
    for line in wrong:
        print(f"FAIL {line}")
    print(f"floors: {count} includes point down" if not wrong else f"floors: {len(wrong)} of {count} includes point up")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
