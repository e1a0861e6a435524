"""A guest that follows programs and hands out what it recorded: boots, runs one script, ends."""

import ctypes
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

from symbols import ROOT

PEER, OUTLET, PORT = "10.0.2.100", "10.0.2.101", 9  # on the virtual network: who answers; where the records go
PEER_PORT = 5001
ADDRESS = "ip=10.0.2.15::10.0.2.2:255.255.255.0:plumb:eth0:off"
DEADLINE = 60  # seconds
RING = 4096  # KiB
SETTLE = 2  # seconds: until the card's IPv6 address is certain, and the frames that it takes are over
SCRIPT = """{before}
sleep {settle}
follow -r {ring} -f -j /tmp/records sh -c {line} < /dev/null &
while [ ! -e /tmp/over ]; do sleep 0.1; done
sleep 0.4
for process in /proc/[0-9]*; do
    [ $process = /proc/$$ ] && continue
    read -r name < $process/comm
    case $name in {names}) kill ${{process#/proc/}};; esac
done
wait
echo "records: $(wc -c < /tmp/records) bytes"
nc {outlet} {port} < /tmp/records
"""
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class GuestError(Exception):
    """What went wrong, with what the console said."""


def parts_of(programs):
    """[(words, mark behind them)] of a line such as `udpecho & echo hello | nc -u 127.0.0.1 7`; a mark is one of & ; |."""
    pieces = re.split(r"\s*([&;|])\s*", programs.strip())
    return [(piece.split(), mark) for piece, mark in zip(pieces[::2], pieces[1::2] + [";"]) if piece]


def name_of(word):
    """What a program is called in /bin: a C file by its name."""
    return os.path.basename(word).removesuffix(".c") if word.endswith(".c") else word


def sources_of(programs):
    """The C files that are to be built; an argument that is called like one is none."""
    return sorted({words[0] for words, _ in parts_of(programs) if words[0].endswith(".c")})


def file_of(word, arch):
    """The program with its symbols: one's own (tools/debug.mk makes it) or a bundled one."""
    folder = f"build/debug/{arch}" if word.endswith(".c") else f"build/user/{arch}/debug"
    return os.path.join(ROOT, folder, name_of(word))


def shell_line(parts, suffix):
    """What the guest's shell runs, by paths: some of the names are the shell's own. The one that goes into the
    background is a server: it gets time to listen."""
    line = ""
    for words, mark in parts:
        line += " ".join([f"/bin/{name_of(words[0])}{suffix}", *words[1:]]) + (" & sleep 0.2; " if mark == "&" else f"{mark} ")
    return line + "echo > /tmp/over"


def record(programs, door):
    """Runs the programs by one door; returns (the stream of records, names of the programs)."""
    parts = parts_of(programs)
    suffix = "32" if door == "int80" else ""
    words = {words[0] for words, _ in parts}
    names = sorted(name_of(word) + suffix for word in words)
    files = {word: file_of(word, "i386" if suffix else "x86_64") for word in words}
    for word, file in files.items():
        if not os.path.isfile(file):
            raise GuestError(f"no program {word} is built: PROG takes programs of user/, without the 32 of i386, and C files")
    own = [f"{files[word]}=/bin/{name_of(word)}{suffix}:755" for word in sources_of(programs)]
    # Who says hello alone is answered too, by one that isn't followed.
    before = "" if "replyhi" + suffix in names else "replyhi > /dev/null"
    script = SCRIPT.format(before=before, settle=SETTLE, ring=RING, line=shlex.quote(shell_line(parts, suffix)), names="|".join(names),
                           outlet=OUTLET, port=PORT)
    with tempfile.TemporaryDirectory(prefix="plumb-journey-") as folder:
        return run(folder, script, own), names


def run(folder, script, own):
    """`own`: what the archive has beside the bundled programs, as mkinitrd.py's --add takes it."""
    paths = {name: os.path.join(folder, name) for name in ("script", "initrd.cpio", "records", "console")}
    with open(paths["script"], "w", encoding="utf-8") as file:
        file.write(script)
    subprocess.run([os.path.join(ROOT, "tools/mkinitrd.py"), "-o", paths["initrd.cpio"], "--list", "build/user/initrd.list",
                    "--add", f"{paths['script']}=/root/journey.sh:755", *(word for added in own for word in ("--add", added))],
                   cwd=ROOT, check=True)
    peer = os.path.join(ROOT, "tools/journey/peer.py")
    network = (f"user,id=n0,guestfwd=tcp:{PEER}:{PEER_PORT}-cmd:{sys.executable} {peer},"
               f"guestfwd=tcp:{OUTLET}:{PORT}-chardev:out")
    command = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "128", "-display", "none", "-vga", "none", "-monitor", "none",
               "-no-reboot", "-serial", f"file:{paths['console']}", "-chardev", f"file,id=out,path={paths['records']}", "-netdev", network,
               "-device", "e1000,netdev=n0,romfile=", "-kernel", "build/plumb.elf", "-initrd", paths["initrd.cpio"],
               "-append", f"{ADDRESS} -- /bin/sh /root/journey.sh"]
    guest = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                             preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
    try:
        return collect(guest, paths)
    finally:
        guest.kill()
        guest.wait()


def collect(guest, paths):
    """Waits until all of the records are out."""
    deadline = time.monotonic() + DEADLINE
    said = ""
    while time.monotonic() < deadline and guest.poll() is None:
        time.sleep(0.05)
        if os.path.exists(paths["console"]):
            with open(paths["console"], encoding="utf-8", errors="replace") as file:
                said = file.read()
        size = re.search(r"^records: (\d+) bytes", said, re.M)
        if size and os.path.getsize(paths["records"]) >= int(size[1]):
            with open(paths["records"], "rb") as file:
                return file.read()
    raise GuestError(f"the guest gave no records within {DEADLINE} s (do the programs end by themselves?):\n{said[-2000:]}")
