#!/usr/bin/env python3
"""Runs one benchmark program under Plumb and under Debian's Linux in the same QEMU, in turn, and prints the ratios.

The program is a static binary that runs as PID 1, reads /pb.conf and prints lines `PB name value unit`; its other half
runs here and drives the guest's servers. Both kernels get the same options of QEMU, the same binary and the same commands;
they take turns, several rounds, so that a machine that is slow for a while is slow for both. Quote the ratio of the medians.
"""

import argparse
import glob
import os
import re
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

PORTS = {"sink": 5001, "source": 5002, "echo": 5003, "udpecho": 5004, "accept": 5005}
LINE = re.compile(r"PB (\S+) ([0-9.]+) (\S+)")
SMALLER_IS_BETTER = {"ns", "us", "ns/switch", "ns/page", "s"}


def cpio(entries):
    """A newc archive of (name, mode, bytes)."""
    out = bytearray()
    for number, (name, mode, data) in enumerate(entries + [("TRAILER!!!", 0, b"")], 1):
        encoded = name.encode() + b"\0"
        fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0]
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def fetch_linux(folder):
    """Debian's kernel package, unpacked: (vmlinuz, e1000.ko). Downloaded once."""
    os.makedirs(folder, exist_ok=True)
    if not glob.glob(f"{folder}/boot/vmlinuz*"):
        depends = subprocess.run(["apt-cache", "depends", "linux-image-amd64"], text=True, capture_output=True, check=True)
        package = re.search(r"Depends: (linux-image-\S+)", depends.stdout)[1]
        print(f"Downloading {package} …", flush=True)
        subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["dpkg", "-x", glob.glob(f"{folder}/{package}_*.deb")[0], folder], check=True)
    driver = glob.glob(f"{folder}/lib/modules/*/kernel/drivers/net/ethernet/intel/e1000/e1000.ko")[0]
    return glob.glob(f"{folder}/boot/vmlinuz*")[0], driver


class Host:
    """How the host reaches the guest: through QEMU's user network, or a TAP interface in a namespace of our own."""

    def __init__(self, kind):
        self.kind = kind
        self.namespace = None
        if kind == "tap":
            self.namespace = f"plumb-bench-{os.getpid()}"
            for command in (["ip", "netns", "add", self.namespace],
                            ["ip", "-n", self.namespace, "tuntap", "add", "dev", "tap0", "mode", "tap"],
                            ["ip", "-n", self.namespace, "addr", "add", "10.0.2.2/24", "dev", "tap0"],
                            ["ip", "-n", self.namespace, "link", "set", "tap0", "up"]):
                subprocess.run(command, check=True)
        self.forward = {}

    def close(self):
        if self.namespace:
            subprocess.run(["ip", "netns", "del", self.namespace], check=False)

    def prefix(self):
        return ["ip", "netns", "exec", self.namespace] if self.namespace else []

    def netdev(self):
        if self.kind == "tap":
            return "tap,id=n0,ifname=tap0,script=no,downscript=no"
        option = "user,id=n0"
        for name, port in PORTS.items():
            kind = socket.SOCK_DGRAM if name == "udpecho" else socket.SOCK_STREAM
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("127.0.0.1", 0))
                self.forward[port] = probe.getsockname()[1]
            protocol = "udp" if name == "udpecho" else "tcp"
            option += f",hostfwd={protocol}:127.0.0.1:{self.forward[port]}-:{port}"
        return option

    def target(self, port):
        return ("10.0.2.15", port) if self.kind == "tap" else ("127.0.0.1", self.forward[port])


def run_guest(kernel, initrd, append, host, args, pb):
    """One boot: returns {name: (value, unit)}."""
    figures = {}
    command = host.prefix() + [
        "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", args.mem, "-nographic", "-no-reboot", "-kernel", kernel,
        "-initrd", initrd, "-append", append, "-netdev", host.netdev(), "-device", "e1000,netdev=n0,romfile="]
    started = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as qemu:
        try:
            text = b""
            deadline = started + args.timeout
            seen_up = False
            while b"PB-READY" not in text:
                ready, _, _ = select.select([qemu.stdout], [], [], max(0, deadline - time.monotonic()))
                chunk = os.read(qemu.stdout.fileno(), 65536) if ready else b""
                if not chunk:
                    sys.exit(f"bench: {kernel}: no PB-READY; the console's end:\n{text[-1500:].decode(errors='replace')}")
                text += chunk
                if not seen_up and b"PB-INIT-UP" in text:
                    seen_up = True
                    figures["boot_to_init"] = (time.monotonic() - started, "s")
            for match in LINE.finditer(text.decode(errors="replace")):
                figures[match[1]] = (float(match[2]), match[3])
            for line in re.findall(r"PBERR .*", text.decode(errors="replace")):
                if "insmod" not in line and "open /e1000.ko" not in line:
                    print(f"  {kernel}: {line.strip()}")
            for verb, port in (("g2h", "source"), ("h2g", "sink"), ("rtt", "echo"), ("udprtt", "udpecho"), ("conn", "accept")):
                address, number = host.target(PORTS[port])
                client = subprocess.run(host.prefix() + [pb, verb, address, str(number), args.seconds], text=True,
                                        capture_output=True, timeout=args.timeout, check=False)
                for match in LINE.finditer(client.stdout):
                    figures["net." + match[1].split(".", 1)[1]] = (float(match[2]), match[3])
                if client.returncode:
                    print(f"  {kernel}: {verb} ended with {client.returncode}: {client.stdout[-200:]}")
        finally:
            qemu.kill()
    return figures


def report(results):
    names = [name for name in results["plumb"][0] if any(name in run for run in results.get("linux", []))]
    print(f"\n{'figure':32}{'Linux':>12}{'Plumb':>12}  {'unit':10}{'times as fast':>14}")
    for name in names:
        unit = results["plumb"][0][name][1]
        mine = statistics.median(run[name][0] for run in results["plumb"] if name in run)
        theirs = statistics.median(run[name][0] for run in results["linux"] if name in run)
        faster = (theirs / mine if unit in SMALLER_IS_BETTER else mine / theirs) if mine and theirs else float("nan")
        print(f"{name:32}{theirs:12.3f}{mine:12.3f}  {unit:10}{faster:14.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True, help="the benchmark's C source")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--net", choices=("user", "tap"), default="user", help="tap needs root: it makes a network namespace")
    parser.add_argument("--mem", default="256", help="of each guest, MiB")
    parser.add_argument("--seconds", default="3", help="length of each measurement over the wire")
    parser.add_argument("--timeout", type=float, default=180)
    parser.add_argument("--only", choices=("plumb", "linux"))
    parser.add_argument("--arch", choices=("64", "32"), default="64")
    parser.add_argument("--build", default="build")
    args = parser.parse_args()

    work = tempfile.mkdtemp(prefix="plumb-bench-")
    host = Host(args.net)
    try:
        pb = f"{work}/pb"
        subprocess.run(["gcc", f"-m{args.arch}", "-O2", "-static", "-w", "-o", pb, args.source], check=True)
        kernels = {}
        driver = b""
        if args.only != "plumb":
            vmlinuz, module = fetch_linux(f"{args.build}/linux")
            with open(module, "rb") as file:
                driver = file.read()
            kernels["linux"] = (vmlinuz, "console=ttyS0 quiet mitigations=off")
        if args.only != "linux":
            kernels["plumb"] = (f"{args.build}/plumb.elf", "")
        conf = "insmod /e1000.ko\nup lo\nip lo 127.0.0.1 255.0.0.0\nip eth0 10.0.2.15 255.255.255.0 10.0.2.2\nrun local 1\nrun lo 1\nserve\n"
        with open(pb, "rb") as file:
            binary = file.read()
        directories = [(name, 0o40755, b"") for name in ("dev", "proc", "sys", "tmp")]
        initrd = f"{work}/initrd.cpio"
        with open(initrd, "wb") as file:
            file.write(cpio(directories + [("init", 0o100755, binary), ("nop", 0o100755, binary), ("pb.conf", 0o100644, conf.encode()),
                                           ("e1000.ko", 0o100644, driver)]))
        results = {name: [] for name in kernels}
        for turn in range(args.rounds):
            for name, (kernel, append) in kernels.items():
                figures = run_guest(kernel, initrd, append, host, args, pb)
                results[name].append(figures)
                print(f"round {turn + 1}: {name}: " + ", ".join(f"{k} {v[0]:.4g}" for k, v in figures.items()), flush=True)
        if len(results) == 2:
            report(results)
    finally:
        host.close()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
