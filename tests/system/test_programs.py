"""The scripts of tests/guest/sh and tests/guest/programs in the guest, by the bundled programs of both architectures: the
output must be that which the host's Linux gave (the .out files; tests/guest/programs/run.py)."""

import glob
import os
import re
import unittest

from harness import ROOT, Guest

SCRIPTS = sorted(path for folder in ("sh", "programs") for path in glob.glob(os.path.join(ROOT, "tests/guest", folder, "*.sh")))
LINKS = {"[": "test", "sha256sum": "md5sum", "xxd": "hexdump", "whoami": "id"}
PATHS = {"x86_64": "/bin", "i386": "/b32"}
PORTS = {"x86_64": 4000, "i386": 4100}  # the servers of the one outlive their script


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = Guest(files={f"/t/{os.path.basename(path)}": path for path in SCRIPTS})
        cls.guest.wait_for_shell()
        cls.guest.run("mkdir /b32; for f in /bin/*32; do n=${f##*/}; ln -s $f /b32/${n%32}; done", 60)
        for name, target in LINKS.items():
            cls.guest.run(f"ln -s {target} '/b32/{name}'; test -e '/bin/{name}' || ln -s {target} '/bin/{name}'")

    @classmethod
    def tearDownClass(cls):
        cls.guest.close()

    def test_stopped_job_is_killed(self):
        """It has to be continued in order to end; what it leaves is a job that is done."""
        self.guest.run("sleep 1000 &")
        self.guest.run("sleep 0.3; kill -STOP %1; sleep 0.3")
        self.assertIn("topped", self.guest.run("jobs"))
        self.guest.run("kill %1; sleep 0.3")
        self.guest.run("jobs")
        self.assertEqual(self.guest.run("jobs").strip(), "")
        self.assertNotIn("sleep 1000", self.guest.run("ps"))

    def compare(self, script, arch):
        name, path = os.path.basename(script), PATHS[arch]
        folder = f"/tmp/{name}-{arch}"
        self.guest.run(f"mkdir -p {folder}; cp /t/{name} {folder}/script")
        command = f"cd {folder}; env -i PATH={path} HOME={folder} PORT={PORTS[arch]} TZ=UTC LC_ALL=C {path}/sh script"
        _, status = self.guest.status(f"({command}) </dev/null >{folder}.out 2>/dev/null", 60)
        output = self.guest.run(f"cat {folder}.out")
        with open(script[:-3] + ".out", encoding="utf-8") as file:
            self.assertEqual(output + f"status {status}\n", file.read())


def add_tests():
    for script in SCRIPTS:
        for arch in PATHS:
            def test(self, script=script, arch=arch):
                self.compare(script, arch)
            name = re.sub(r"\W", "_", os.path.relpath(script[:-3], os.path.join(ROOT, "tests/guest")))
            setattr(Programs, f"test_{name}_{arch}", test)


add_tests()

if __name__ == "__main__":
    unittest.main()
