#!/usr/bin/env python3
"""Starts a guest that waits, and gdb on it, in one terminal: what `make debug` runs. No QEMU is left behind.

The guest's console goes to the terminal; what gdb's command `type` says goes to the guest.
"""

import argparse
import ctypes
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
PAUSE = 0.2  # seconds between two programs: the first is a server that must listen before the second asks it


def name_of(word):
    """What a program is called in /bin: a C file by its name."""
    return os.path.basename(word).removesuffix(".c") if word.endswith(".c") else word


def shell_line(programs, arch, arguments):
    """What the guest's shell runs: one program after the other, the last with the arguments."""
    names = [name_of(program) + ("32" if arch == "i386" else "") for program in programs]
    names[-1] = f"{names[-1]} {arguments}".strip()
    return f"; sleep {PAUSE}; ".join(names)


def start_guest(command, programs, arch, arguments, append, socket):
    line = shell_line(programs, arch, arguments)
    if '"' in line:
        sys.exit('make debug: no " in ARGS: the kernel\'s command line has no way to say it')
    append = f'{append} -- /bin/sh -c "{line}"'

    def in_child():
        os.setsid()  # the terminal's ^C is for gdb
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    return subprocess.Popen(command + ["-append", append, "-S", "-gdb", f"unix:path={socket},server=on,wait=off"],
                            stdin=subprocess.PIPE, preexec_fn=in_child)


def wait_for(path, guest):
    while not os.path.exists(path):
        if guest.poll() is not None:
            sys.exit(f"make debug: QEMU ended with status {guest.returncode}")
        time.sleep(0.02)


def run_gdb(guest, socket, options):
    own = [word for word in options.programs if word.endswith(".c")]
    environment = dict(os.environ, PLUMB_STUB=socket, PLUMB_PROGRAMS=" ".join(map(name_of, options.programs)), PLUMB_OWN=" ".join(map(name_of, own)),
                       PLUMB_ARCH=options.arch, PLUMB_STATIONS=options.stations, PLUMB_CONSOLE=str(guest.stdin.fileno()))
    command = ["gdb", "-q", os.path.join(ROOT, "build/plumb.elf64"), "-x", os.path.join(HERE, "plumb.py")]
    gdb = subprocess.Popen(command + shlex.split(options.gdbflags), env=environment, pass_fds=[guest.stdin.fileno()],
                           cwd=ROOT)
    return gdb.wait()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=str.split, required=True, help="names in /bin, without the 32 of i386, or C files")
    parser.add_argument("--arch", choices=("i386", "x86_64"), default="i386")
    parser.add_argument("--arguments", default="", help="of the last program")
    parser.add_argument("--append", default="", help="words for the kernel's command line")
    parser.add_argument("--stations", default="sys_*", help="stations that gdb stops at: groups, names, patterns")
    parser.add_argument("--gdbflags", default="")
    parser.add_argument("qemu", nargs="+", help="the command that starts the guest, behind --")
    return parser.parse_args()


def check_built(programs, arch):
    """gdb needs their symbols, and the guest's shell would only say `not found` much later."""
    for program in programs:
        folder = f"debug/{arch}" if program.endswith(".c") else f"user/{arch}/debug"
        if not os.path.exists(os.path.join(ROOT, "build", folder, name_of(program))):
            sys.exit(f"debug: no program {program} is built: PROG takes programs of user/, without the 32 of i386, or C files")


def main():
    options = parse_arguments()
    check_built(options.programs, options.arch)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # gdb's business
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="plumb-debug-") as folder:
        socket = os.path.join(folder, "gdb")
        guest = start_guest(options.qemu, options.programs, options.arch, options.arguments, options.append, socket)
        try:
            wait_for(socket, guest)
            return run_gdb(guest, socket, options)
        finally:
            guest.kill()
            guest.wait()


if __name__ == "__main__":
    sys.exit(main())
