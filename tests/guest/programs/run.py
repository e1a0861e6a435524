#!/usr/bin/env python3
"""Runs the scripts of tests/guest/sh and tests/guest/programs by our own shell and programs on the host.

Each argument is a folder of programs (one for each architecture and library). A script passes if its output and
status are those in the file beside it, NAME.out. --record makes these files, with the host's dash and tools: then
the host is the oracle. The last line is `N passed, N failed`.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = [os.path.join(folder, name) for folder in (os.path.join(HERE, "..", "sh"), HERE)
           for name in sorted(os.listdir(folder)) if name.endswith(".sh")]
LINKS = {"[": "test", "sha256sum": "md5sum", "xxd": "hexdump", "whoami": "id"}
SECONDS = 60
SMALL = ("hello", "echo", "sleep", "hogehoge")  # with our library: each at most 20,000 bytes


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(script, path):
    """The output of a script, its errors among it, and its status."""
    with tempfile.TemporaryDirectory(prefix="plumb-test-") as folder:
        environment = {"PATH": path, "HOME": folder, "PORT": str(free_port()), "TZ": "UTC", "LC_ALL": "C"}
        with open(script, "rb") as source:
            shutil.copyfileobj(source, open(os.path.join(folder, "script"), "wb"))
        process = subprocess.Popen(["sh", "script"], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
                                   executable=shutil.which("sh", path=path))
        try:
            output, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            output = b"(no end after %d s)\n" % SECONDS
        try:
            os.killpg(process.pid, signal.SIGKILL)  # what the script left behind
        except ProcessLookupError:
            pass
        status = process.wait()
    return output.decode(errors="replace") + f"status {status}\n"


def record():
    with tempfile.TemporaryDirectory(prefix="plumb-oracle-") as folder:
        os.symlink(shutil.which("dash"), os.path.join(folder, "sh"))
        for script in SCRIPTS:
            if script.endswith("network.sh"):
                continue  # of programs that the host does not have: written by hand
            with open(script[:-3] + ".out", "w", encoding="utf-8") as out:
                out.write(run(script, folder + ":/usr/bin:/bin"))


def main():
    if sys.argv[1:] == ["--record"]:
        record()
        return 0
    passed = failed = 0
    for programs in sys.argv[1:]:
        with tempfile.TemporaryDirectory(prefix="plumb-bin-") as folder:
            for name in os.listdir(programs):
                if os.path.isfile(os.path.join(programs, name)):
                    os.symlink(os.path.abspath(os.path.join(programs, name)), os.path.join(folder, name))
            for name, target in LINKS.items():
                os.symlink(target, os.path.join(folder, name))
            if not os.path.basename(programs).startswith("host"):
                large = [name for name in SMALL if os.path.getsize(os.path.join(programs, name)) > 20000]
                passed, failed = passed + (not large), failed + bool(large)
                if large:
                    print(f"FAILED: {programs}: over 20,000 bytes: {' '.join(large)}")
            for script in SCRIPTS:
                with open(script[:-3] + ".out", encoding="utf-8") as file:
                    expected = file.read()
                output = run(script, folder)
                if output == expected:
                    passed += 1
                    continue
                failed += 1
                print(f"FAILED: {programs} {os.path.relpath(script, HERE)}")
                lines = zip((expected + "\n").splitlines(), (output + "\n").splitlines())
                first = next((pair for pair in lines if pair[0] != pair[1]), ("(more)", "(or less)"))
                print(f"  expected: {first[0]}\n  found:    {first[1]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
