#!/usr/bin/env python3
"""Runs every test suite, one after the other, and adds up what they say.

A suite is a make target whose last line is `N passed, N failed`. A suite that ends without such a line, or with a
status other than 0 though nothing failed, counts as one failure.
"""

import os
import re
import subprocess
import sys
import time

SUITES = [
    ("check", "style: clang-format, clang-tidy"),
    ("test-abi", "the numbers of Linux's ABI against the system's headers"),
    ("test-host", "the network stack, the driver and other parts on the host"),
    ("test-libc", "libc on the host's Linux"),
    ("test-user", "the programs on the host's Linux"),
    ("test-docs", "what the documents say of the code"),
    ("test-system", "the whole in QEMU, with real peers"),
]
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed\b")


def run_suite(target):
    """Runs one suite; returns (passed, failed)."""
    counts = None
    command = ["make", "--no-print-directory", f"-j{os.cpu_count()}", target]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as process:
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            match = SUMMARY.match(line)
            if match:
                counts = int(match[1]), int(match[2])
        status = process.wait()
    if counts is None:
        return 0, 1
    passed, failed = counts
    return passed, failed if failed or status == 0 else 1


def main():
    wanted = sys.argv[1:]
    total_passed = total_failed = 0
    for target, what in SUITES:
        if wanted and target not in wanted:
            continue
        print(f"=== {target}: {what}", flush=True)
        start = time.monotonic()
        passed, failed = run_suite(target)
        print(f"=== {target}: {'ok' if not failed else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
        total_passed += passed
        total_failed += failed
    print(f"{total_passed} passed, {total_failed} failed", flush=True)
    return 1 if total_failed else 0


if __name__ == "__main__":
    sys.exit(main())
