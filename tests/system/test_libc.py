"""libc's own tests, built with it for both architectures, on the host's Linux and in Plumb."""

import os
import unittest

from compared import Compared, add_tests
from harness import BUILD


class LibcPrograms(Compared, unittest.TestCase):
    folder = os.path.join(BUILD, "tests/libc/guest")


add_tests(LibcPrograms)

if __name__ == "__main__":
    unittest.main()
