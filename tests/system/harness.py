"""A guest in QEMU, for the system tests: starts it, talks to its console, and cleans up.

Everything has a deadline. A guest that doesn't answer fails the test with the end of what its console said. Only the
QEMU that a Guest has started is ever killed, by its process id.
"""

import ctypes
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

from initrd import Archive

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")
KERNEL = os.environ.get("PLUMB_KERNEL", os.path.join(BUILD, "plumb.elf"))
INITRD = os.environ.get("PLUMB_INITRD", os.path.join(BUILD, "initrd.cpio"))
# With these the same tests run on another kernel (Linux, which wants more memory), to see whether a test is right.
APPEND = os.environ.get("PLUMB_APPEND", "")
MORE_MEMORY = int(os.environ.get("PLUMB_MORE_MEMORY", "0"))
ISO = os.path.join(BUILD, "plumb.iso")

GUEST_ADDRESS = "10.0.2.15"
HOST_ADDRESS = "10.0.2.2"
IP_STATIC = f"ip={GUEST_ADDRESS}::{HOST_ADDRESS}:255.255.255.0::eth0:off"

PROMPT = re.compile(rb"[#$] \Z")
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")


PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_parent():
    """In a child: a guest must not outlive a test run that was killed itself (prctl(2))."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class GuestError(AssertionError):
    """What went wrong, and the end of the console."""


def free_port(kind=socket.SOCK_STREAM):
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Guest:
    """One QEMU with Plumb in it.

    forward   guest's TCP ports that the host wants to reach; self.ports maps them to the host's
    net       "user", None (no card), or a list of -netdev arguments with the id n0
    files     what to add to the initrd: {path: bytes or path of a file on the host}
    append    words for the kernel's command line (the address is put there by `ip`)
    boot      arguments that replace -kernel/-initrd/-append (the ISO)
    command   starts the guest in place of all of these (make run)
    panics    the test wants a panic; otherwise one is a failure even when nothing else is
    """

    def __init__(self, *, forward=(), net="user", ip=IP_STATIC, files=None, append="", memory=128, initrd=INITRD,
                 kernel=KERNEL, boot=None, extra=(), panics=False, command=None, name="guest"):
        self.name = name
        self._panics = panics
        self.ports = {}
        self._text = bytearray()
        self._seen = 0
        self._commands = 0
        self._changed = threading.Condition()
        self._ended = False
        self._folder = tempfile.TemporaryDirectory(prefix="plumb-test-")
        arguments = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", str(memory + MORE_MEMORY), "-display", "none",
                     "-monitor", "none", "-serial", "stdio", "-no-reboot",
                     "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]
        arguments += boot or self._boot_arguments(kernel, initrd, files or {}, f"{APPEND} {ip} {append}".strip())
        arguments += self._network(net, forward) + list(extra)
        self.started = time.monotonic()
        self.process = subprocess.Popen(command or arguments, cwd=ROOT, preexec_fn=die_with_parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _boot_arguments(self, kernel, initrd, files, append):
        if files:
            archive = Archive.read(initrd) if initrd else Archive()
            for path, content in files.items():
                archive.add_file(path, content)
            initrd = os.path.join(self._folder.name, "initrd.cpio")
            archive.write(initrd)
        arguments = ["-kernel", kernel, "-append", append]
        return arguments + (["-initrd", initrd] if initrd else [])

    def _network(self, net, forward):
        if net is None:
            return ["-nic", "none"]
        if net == "user":
            option = "user,id=n0"
            for port in forward:
                self.ports[port] = free_port()
                option += f",hostfwd=tcp:127.0.0.1:{self.ports[port]}-:{port}"
            net = ["-netdev", option]
        wait_for_listener(net)
        mac = f"52:54:00:00:00:{sum(self.name.encode()) & 0xff:02x}"
        return list(net) + ["-device", f"e1000,netdev=n0,romfile=,mac={mac}"]

    # --- the console ---

    def _read(self):
        while True:
            chunk = os.read(self.process.stdout.fileno(), 65536)
            with self._changed:
                self._text += chunk
                self._ended = not chunk
                self._changed.notify_all()
                if not chunk:
                    return

    def console(self):
        """All that the console has said, without escape sequences and carriage returns."""
        with self._changed:
            return ESCAPES.sub(b"", bytes(self._text)).replace(b"\r", b"").decode(errors="replace")

    def _fail(self, what):
        tail = "\n".join(self.console().splitlines()[-30:])
        raise GuestError(f"{self.name}: {what}\n--- the console's end ---\n{tail}\n---")

    def expect(self, pattern, timeout=30):
        """Waits for a pattern (str or compiled bytes) in what hasn't been expected yet; returns the match."""
        regex = re.compile(pattern.encode(), re.M) if isinstance(pattern, str) else pattern
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                fresh = ESCAPES.sub(b"", bytes(self._text[self._seen:])).replace(b"\r", b"")
                match = regex.search(fresh)
                if match:
                    self._seen = len(self._text)
                    # What came behind the match stays to be expected.
                    rest = fresh[match.end():]
                    if rest and self._text.endswith(rest):
                        self._seen -= len(rest)
                    return match
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    break
                self._changed.wait(left)
        self._fail(f"{'ended' if self._ended else f'said nothing for {timeout} s'} while waiting for {regex.pattern!r}")
        return None

    def send(self, line):
        """Types a line."""
        self.send_raw(line.encode() + b"\n")

    def send_raw(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except OSError:
            self._fail(f"ended before {data!r} could be typed")

    def wait_for_shell(self, timeout=60):
        self.expect(PROMPT, timeout)
        return self

    def status(self, command, timeout=30):
        """Runs a command in the guest's shell; returns (what it printed, its exit status)."""
        self._commands += 1
        number = self._commands
        separator = "" if command.rstrip().endswith("&") else ";"
        # The quotes keep the echoed line from looking like the answer.
        self.send(f"echo '<'{number}; {command} {separator} echo '>'{number}:$?:")
        match = self.expect(re.compile(rb"^<%d\n(.*?)>%d:(\d+):" % (number, number), re.S | re.M), timeout)
        return match[1].decode(errors="replace"), int(match[2])

    def run(self, command, timeout=30):
        """The same, for a command that must succeed; returns what it printed."""
        output, status = self.status(command, timeout)
        if status != 0:
            self._fail(f"`{command}` ended with status {status}: {output[-500:]}")
        return output

    def free_memory(self):
        """MemFree of /proc/meminfo, in KiB."""
        return int(re.search(r"MemFree:\s+(\d+)", self.run("cat /proc/meminfo"))[1])

    def wait_exit(self, timeout=30):
        """Waits until QEMU ends by itself; returns its exit status."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return self._fail(f"is still running after {timeout} s")

    # --- the end ---

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(3)
        self.process.stdin.close()
        self.process.stdout.close()
        self._folder.cleanup()
        if not self._panics and "panic:" in self.console().lower():
            raise GuestError(f"{self.name}: the kernel panicked\n{self.console()[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            self.close()
        except GuestError:
            if kind is None:
                raise


def wait_for_listener(netdev):
    """A QEMU whose -netdev stream finds nobody listening goes on without a wire."""
    found = re.search(r"server=off,.*addr.path=(\S+)", " ".join(netdev))
    deadline = time.monotonic() + 20
    accepts = "00010000"  # __SO_ACCEPTCON among the flags
    while found:
        with open("/proc/net/unix", encoding="utf-8", errors="replace") as file:
            if any(line.split()[3] == accepts and line.endswith(f" {found[1]}\n") for line in file):
                return
        if time.monotonic() > deadline:
            raise GuestError(f"nobody listens at {found[1]}")
        time.sleep(0.01)


def two_guests(folder):
    """The -netdev arguments of two guests on one wire: (first, second). The first must be started first; the second then waits
    until it listens."""
    path = os.path.join(folder, "wire")
    return (["-netdev", f"stream,id=n0,server=on,addr.type=unix,addr.path={path}"],
            ["-netdev", f"stream,id=n0,server=off,addr.type=unix,addr.path={path}"])


def host_command(arguments, timeout=60, **options):
    """Runs a program on the host; returns its CompletedProcess, and fails when it doesn't succeed."""
    result = subprocess.run(arguments, capture_output=True, timeout=timeout, check=False, **options)
    if result.returncode != 0:
        raise AssertionError(f"{arguments} ended with status {result.returncode}:\n"
                             f"{result.stdout[-1000:]!r}\n{result.stderr[-1000:]!r}")
    return result


def program(name, *flags, compiler="gcc"):
    """tests/system/programs/NAME.c as a static program made by a stock compiler; returns its path."""
    source = os.path.join(ROOT, "tests/system/programs", f"{name}.c")
    output = os.path.join(BUILD, "tests/system", "".join([compiler, "-", name, *flags]))
    if not os.path.exists(output) or os.path.getmtime(output) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(output), exist_ok=True)
        static = [] if "-static-pie" in flags else ["-static"]
        host_command([compiler, "-O2", f"-I{ROOT}", *static, *flags, "-o", output, source], 120)
    return output
