#!/usr/bin/env python3
"""All that `make test-docs` looks at, and one line for all of it: `N passed, N failed`."""

import sys
import time

import exercises
import pages_test
import references
import transcripts


def main():
    passed = failed = 0
    for name, check in [("references", references.run), ("pages", pages_test.check), ("exercises", exercises.check),
                        ("transcripts", transcripts.check)]:
        begin = time.monotonic()
        good, bad = check()
        print(f"{name}: {good} passed, {bad} failed in {time.monotonic() - begin:.0f} s", flush=True)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
