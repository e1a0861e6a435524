#!/usr/bin/python3
"""Runs the system tests: every test of test_*.py, each with a deadline. The last line is `N passed, N failed`.

  tests/system/run.py [-j N] [WORD…]   only tests whose name holds one of the words; N files of tests at a time
A test may say how long it takes at most: a method's attribute `deadline` in seconds (default 120). A file of tests may say
ALONE = True: it measures time, and runs with nothing beside it; or USES_MAKE = True: not beside another that does.
"""

import argparse
import glob
import importlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
import unittest

from harness import die_with_parent

HERE = os.path.dirname(os.path.abspath(__file__))
DEADLINE = 120


class DeadlinePassed(BaseException):
    """Not an Exception, so that no test swallows it."""


class Watch:
    """The deadline of what runs now."""

    def __init__(self):
        signal.signal(signal.SIGALRM, self._passed)

    @staticmethod
    def _passed(_signal, _frame):
        raise DeadlinePassed()

    @staticmethod
    def set(seconds):
        signal.alarm(int(seconds))


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.passed = 0
        self.left_out = []
        self._started = 0.0

    @staticmethod
    def _name(test):
        return test.id() if isinstance(test, unittest.TestCase) else str(test)

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        Watch.set(getattr(getattr(test, test._testMethodName), "deadline", DEADLINE))

    def stopTest(self, test):
        Watch.set(0)
        super().stopTest(test)

    def addSuccess(self, test):
        self.passed += 1
        print(f"ok {self._name(test)} {time.monotonic() - self._started:.1f}", flush=True)

    def _report(self, test, error):
        kind, value, _ = error
        reason = "the deadline has passed" if kind is DeadlinePassed else f"{kind.__name__}: {value}"
        print(f"FAIL {self._name(test)} {reason}", flush=True)
        if kind is not DeadlinePassed and not issubclass(kind, AssertionError):
            traceback.print_exception(*error)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._report(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._report(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._report(subtest, err)

    def addSkip(self, test, reason):
        # Nothing is left out in silence: it is said again at the end.
        self.left_out.append(f"{self._name(test)}: {reason}")
        print(f"LEFT OUT {self.left_out[-1]}", flush=True)


def tests_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_of(item)
        else:
            yield item


def run_class(tests, result):
    """One class: its guest is started in setUpClass, within a deadline too. Tests raise DeadlinePassed through unittest,
    which knows only Exception; so it is caught here."""
    remaining = list(tests)
    while remaining:
        suite = unittest.TestSuite(remaining)
        before = result.testsRun
        Watch.set(DEADLINE)
        try:
            suite.run(result)
            return
        except DeadlinePassed:
            late = remaining[max(0, result.testsRun - before - 1)]
            result.addError(late, sys.exc_info())
            try:
                type(late).tearDownClass()
            except (Exception, DeadlinePassed):  # the guest hangs: it has been killed by then
                pass
            remaining = remaining[max(1, result.testsRun - before):]
            result._previousTestClass = None
        finally:
            Watch.set(0)


def chosen_tests(path, words):
    """{class: its tests} of a file."""
    classes = {}
    module = importlib.import_module(os.path.basename(path)[:-3])
    for test in tests_of(unittest.defaultTestLoader.loadTestsFromModule(module)):
        if not words or any(word in test.id() for word in words):
            classes.setdefault(type(test), []).append(test)
    return classes


def run_here(paths, words):
    """Runs the files one after the other; returns the Result."""
    Watch()
    result = Result()
    for path in paths:
        for tests in chosen_tests(path, words).values():
            run_class(tests, result)
    for what in result.left_out:
        print(f"*** LEFT OUT {what}")
    return result


class Lanes:
    """Files of tests in processes of their own, several at a time; what they say comes line by line as it comes."""

    def __init__(self, words):
        self.words = words
        self.lock = threading.Lock()
        self.passed = self.failed = 0
        self.left_out = []

    def run_files(self, paths):
        command = [sys.executable, __file__, "--files", *(os.path.basename(path) for path in paths), "--", *self.words]
        summary = None
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", preexec_fn=die_with_parent) as process:
            for line in process.stdout:
                summary = re.match(r"(\d+) passed, (\d+) failed$", line)
                with self.lock:
                    if line.startswith("*** LEFT OUT"):
                        self.left_out.append(line)
                    elif not summary:
                        sys.stdout.write(line)
                        sys.stdout.flush()
        passed, failed = map(int, summary.groups()) if summary else (0, 1)
        with self.lock:
            self.passed += passed
            self.failed += failed

    def work(self, groups):
        while True:
            with self.lock:
                if not groups:
                    return
                group = groups.pop(0)
            self.run_files(group)

    def run(self, groups, lanes):
        threads = [threading.Thread(target=self.work, args=(groups,)) for _ in range(lanes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def run_in_lanes(paths, words, lanes):
    """Returns (passed, failed)."""
    alone, makers, others = [], [], []
    for path in paths:
        if not chosen_tests(path, words):
            continue
        module = importlib.import_module(os.path.basename(path)[:-3])
        if getattr(module, "ALONE", False):
            alone.append(path)
        elif getattr(module, "USES_MAKE", False):
            makers.append(path)
        else:
            others.append([path])
    work = Lanes(words)
    work.run(([makers] if makers else []) + others, lanes)
    work.run([[path] for path in alone], 1)
    for what in work.left_out:
        print(what, end="")
    return work.passed, work.failed


def main():
    sys.path.insert(0, HERE)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", type=int, default=1, metavar="N", help="files of tests at a time")
    parser.add_argument("--files", nargs="+", metavar="FILE", help="only these files")
    parser.add_argument("words", nargs="*", metavar="WORD")
    asked = parser.parse_args()
    files = asked.files or glob.glob(os.path.join(HERE, "test_*.py"))
    paths = sorted(os.path.join(HERE, os.path.basename(file)) for file in files)
    if asked.j > 1:
        passed, failed = run_in_lanes(paths, asked.words, asked.j)
    else:
        result = run_here(paths, asked.words)
        passed, failed = result.passed, len(result.failures) + len(result.errors)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
