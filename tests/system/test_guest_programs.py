"""The programs of tests/guest, made by the stock compilers, on the host's Linux and in Plumb."""

import os
import unittest

from compared import Compared, add_tests
from harness import BUILD


class GuestPrograms(Compared, unittest.TestCase):
    folder = os.path.join(BUILD, "tests/guest")


add_tests(GuestPrograms)

if __name__ == "__main__":
    unittest.main()
