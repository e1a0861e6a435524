#!/usr/bin/env python3
"""Compares every number that Plumb shares with Linux with this machine's system headers.

For each header of kernel/uapi, two small programs print its macros' values: one includes only our header, the other only the
system's. For kernel/syscall/list.def, the numbers are compared with <asm/unistd_64.h> and <asm/unistd_32.h>.
"""

import re
import subprocess
import sys
import tempfile

SYSTEM_HEADERS = {
    "elf": ["elf.h"],
    "errno": ["errno.h"],
    "fcntl": ["fcntl.h", "unistd.h", "linux/limits.h", "sys/file.h", "limits.h", "sys/uio.h"],
    "filter": ["linux/filter.h"],
    "if": ["linux/if.h", "linux/if_arp.h", "linux/route.h", "linux/if_ether.h", "linux/ethtool.h"],
    "if_tun": ["sys/ioctl.h", "linux/if_tun.h"],
    "in6": ["netinet/in.h", "linux/icmpv6.h", "linux/ipv6_route.h"],
    "in": ["netinet/in.h", "netinet/tcp.h", "linux/icmp.h", "linux/udp.h"],
    "ioctl": ["sys/ioctl.h", "asm/ioctls.h"],
    "mman": ["sys/mman.h", "linux/mman.h"],
    "packet": ["linux/if_packet.h"],
    "netlink": ["sys/socket.h", "linux/netlink.h", "linux/rtnetlink.h", "linux/if_link.h", "linux/if_addr.h", "linux/neighbour.h", "linux/if.h"],
    "poll": ["poll.h", "sys/epoll.h", "sys/select.h"],
    "process": ["sys/wait.h", "sched.h", "linux/futex.h", "sys/prctl.h", "asm/prctl.h", "sys/resource.h", "linux/reboot.h",
                "sys/random.h"],
    "signal": ["signal.h"],
    "socket": ["sys/socket.h", "netinet/in.h", "netinet/tcp.h", "netinet/udp.h", "linux/net.h", "linux/sockios.h",
               "asm/ioctls.h", "linux/errqueue.h"],
    "stat": ["sys/stat.h", "dirent.h", "linux/stat.h", "sys/statvfs.h"],
    "termios": ["asm/termbits.h", "asm/termios.h"],
    "time": ["time.h", "sys/time.h", "sys/timerfd.h", "sys/eventfd.h"],
}
# Not in the headers for programs, with where the number is from.
ELSEWHERE = {
    "SA_RESTORER": 0x04000000,  # arch/x86/include/uapi/asm/signal.h, hidden by glibc's
    "MSG_PROBE": 0x10,          # include/linux/socket.h, the kernel's own
    "IOV_MAX": 1024,            # UIO_MAXIOV of linux/uio.h
    "MINSIGSTKSZ": 2048,        # glibc makes it a call of sysconf
    "SIGSTKSZ": 8192,
    # Enumerators of linux/net_tstamp.h, which #ifdef doesn't see.
    "SOF_TIMESTAMPING_TX_HARDWARE": 1 << 0, "SOF_TIMESTAMPING_TX_SOFTWARE": 1 << 1, "SOF_TIMESTAMPING_RX_HARDWARE": 1 << 2,
    "SOF_TIMESTAMPING_RX_SOFTWARE": 1 << 3, "SOF_TIMESTAMPING_SOFTWARE": 1 << 4, "SOF_TIMESTAMPING_OPT_ID": 1 << 7,
    "SOF_TIMESTAMPING_OPT_TSONLY": 1 << 11,
}
# Where the list's name says more than the header's: (our name, width) -> the header's.
TABLE_NAMES = {("lchown16", 32): "lchown", ("fchown16", 32): "fchown", ("chown16", 32): "chown", ("sendfile32", 32): "sendfile",
               ("select", 32): "_newselect", ("old_select", 32): "select", ("sendfile", 32): "sendfile64", ("chown", 32): "chown32",
               ("fchown", 32): "fchown32", ("lchown", 32): "lchown32"}
# Calls that are younger than the oldest headers this runs with (include/uapi/asm-generic/unistd.h).
YOUNGER = {"fchmodat2": 452}


def values(include, names, include_path=()):
    """{name: value} as a compiler sees them; a name that isn't there is left out."""
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(f"#ifdef {name}\n{{\"{name}\", (long long)({name})}},\n#endif\n" for name in names)
        # Enumerators of the system's headers that aren't macros are named by their use in our list only when they compile.
        source = "#define _GNU_SOURCE\n" + include + "#include <stdio.h>\n"
        source += "struct entry { const char* name; long long value; };\n"
        source += f"static const struct entry entries[] = {{\n{lines}{{0, 0}}}};\n"
        source += 'int main(void) { for (const struct entry* e = entries; e->name; e++) printf("%s %lld\\n", e->name, e->value); }\n'
        subprocess.run(["gcc", "-w", "-xc", "-o", f"{folder}/a", "-", *[f"-I{path}" for path in include_path]], input=source,
                       text=True, check=True)
        output = subprocess.run([f"{folder}/a"], text=True, capture_output=True, check=True).stdout
    return {name: int(value) & 0xFFFFFFFF for name, value in (line.split() for line in output.splitlines())}


def names_of(path):
    with open(path, encoding="utf-8") as file:
        return re.findall(r"^#define (\w+) ", file.read(), re.M)


def enumerators(header, names):
    """Names that the system has as plain enumerators: tried one by one, which is slow, so only for those left over."""
    found = {}
    for name in names:
        probe = header + f"enum {{ value_of_it = {name} }};\n"
        if subprocess.run(["gcc", "-w", "-xc", "-fsyntax-only", "-"], input="#define _GNU_SOURCE\n" + probe, text=True,
                          capture_output=True, check=False).returncode == 0:
            found.update(values(probe + f"#define {name} value_of_it\n", [name]))
    return found


def check_headers():
    failures = []
    passed = 0
    for header, system in SYSTEM_HEADERS.items():
        names = names_of(f"kernel/uapi/{header}.h")
        ours = values(f"#include <uapi/{header}.h>\n", names, ["kernel"])
        include = "".join(f"#include <{name}>\n" for name in system)
        theirs = values(include, [name for name in names if name not in ELSEWHERE])
        theirs.update(enumerators(include, [name for name in names if name not in theirs and name not in ELSEWHERE]))
        for name in names:
            expected = ELSEWHERE.get(name, theirs.get(name))
            if expected is None:
                failures.append(f"kernel/uapi/{header}.h: {name} is not in the system's headers")
            elif ours[name] != expected & 0xFFFFFFFF:
                failures.append(f"kernel/uapi/{header}.h: {name} is {ours[name]:#x}, the system says {expected:#x}")
            else:
                passed += 1
    return passed, failures


def call_numbers(width):
    output = subprocess.run(["gcc", "-E", "-dM", "-xc", "-"], input=f"#include <asm/unistd_{width}.h>\n", text=True,
                            capture_output=True, check=True).stdout
    return {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", output)}


def check_calls():
    failures = []
    passed = 0
    numbers = {64: call_numbers(64), 32: call_numbers(32)}
    with open("kernel/syscall/list.def", encoding="utf-8") as file:
        calls = re.findall(r"^SYSCALL\((\w+),\s*(\w+),\s*(\w+),", file.read(), re.M)
    for name, *pair in calls:
        for width, number in zip((64, 32), pair):
            if number == "none":
                continue
            expected = numbers[width].get(TABLE_NAMES.get((name, width), name), YOUNGER.get(name))
            if expected != int(number):
                failures.append(f"kernel/syscall/list.def: {name} is {number} in the {width}-bit table, the system says {expected}")
            else:
                passed += 1
    return passed, failures


def main():
    passed, failures = check_headers()
    more, worse = check_calls()
    for failure in failures + worse:
        print(f"FAIL {failure}")
    print(f"{passed + more} passed, {len(failures) + len(worse)} failed")
    return 1 if failures or worse else 0


if __name__ == "__main__":
    sys.exit(main())
