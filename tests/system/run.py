#!/usr/bin/python3
"""Runs the system tests: every test of test_*.py, each with a deadline. The last line is `N passed, N failed`.

  tests/system/run.py [WORD…]   only tests whose name holds one of the words
A test may say how long it takes at most: a method's attribute `deadline` in seconds (default 120).
"""

import glob
import importlib
import os
import signal
import sys
import time
import traceback
import unittest

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


def main():
    sys.path.insert(0, HERE)
    Watch()
    words = sys.argv[1:]
    result = Result()
    for path in sorted(glob.glob(os.path.join(HERE, "test_*.py"))):
        module = importlib.import_module(os.path.basename(path)[:-3])
        classes = {}
        for test in tests_of(unittest.defaultTestLoader.loadTestsFromModule(module)):
            if not words or any(word in test.id() for word in words):
                classes.setdefault(type(test), []).append(test)
        for tests in classes.values():
            run_class(tests, result)
    for what in result.left_out:
        print(f"*** LEFT OUT {what}")
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed", flush=True)
    return 1 if failed or not result.passed else 0


if __name__ == "__main__":
    sys.exit(main())
