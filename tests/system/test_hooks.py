"""The packet rules, the socket policy, the audit log and the walk through the hooks: by programs made by a stock compiler
for both architectures, and by the bundled ones."""

import re
import unittest

from harness import Guest, program


class Hooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = Guest(files={"/t/hooks": program("hooks", "-m64"), "/t/hooks32": program("hooks", "-m32")})
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()

    def check(self, command):
        output, status = self.guest.status(command, 60)
        self.assertEqual(status, 0, output[-2000:])
        self.assertRegex(output, r"[1-9]\d* passed, 0 failed")

    def test_programs_x86_64(self):
        self.check("/t/hooks")

    def test_programs_i386(self):
        self.check("/t/hooks32")

    def test_z_lock(self):
        """Last: nobody unlocks it."""
        self.check("/t/hooks lock")

    def test_hookdemo(self):
        for name in ("hookdemo", "hookdemo32"):
            before = self.guest.run("rules save | grep add; true")
            output = self.guest.run(name)
            # Each packet: down, through lo, and up; at LOCAL_OUT the two headers are two places.
            hooks = re.findall(r"^(\w+): 127", output, re.M)
            self.assertEqual(hooks, ["local_out", "post_routing", "pre_routing", "local_in"] * (len(hooks) // 4))
            self.assertGreaterEqual(len(hooks), 16)
            match = re.search(r"^local_out:.*\n.*network \+(\d+) transport \+(\d+)\r?\n"
                              r".*head (\S+) ip_hdr\(\) (\S+) tcp_hdr\(\) (\S+)", output, re.M)
            network, transport = int(match[1]), int(match[2])
            head, ip_header, tcp_header = (int(text, 16) for text in match.groups()[2:])
            self.assertEqual((ip_header - head, tcp_header - head), (network, transport))
            self.assertEqual(transport - network, 20)
            self.assertEqual(self.guest.run("rules save | grep add; true"), before)

    def test_rules_save_and_load(self):
        self.guest.run("rules flush; rules add local_in from 192.0.2.0/24 not proto icmp drop; rules policy forward drop")
        saved = self.guest.run("rules save | tee /tmp/saved")
        self.assertIn("add local_in not proto icmp from 192.0.2.0/24 drop packets 0 bytes 0", saved)
        self.guest.run("rules flush; rules policy forward accept; rules load /tmp/saved")
        self.assertEqual(self.guest.run("rules32 save | grep -v 'accept packets'"),
                         "\n".join(line for line in saved.splitlines() if "accept packets" not in line) + "\n")
        output, status = self.guest.status("(echo flush; echo add local_in nonsense) | rules load")
        self.assertEqual(status, 1)
        self.assertIn("line 2: nonsense: neither a match nor a target (Invalid argument)", output)
        self.guest.run("rules flush; rules policy forward accept")

    def test_policy_and_audit_programs(self):
        self.guest.run("policy flush; policy add connect program nc port 99 deny EPERM; audit on")
        for name in ("nc", "nc32"):
            output, _ = self.guest.status(f"{name} 127.0.0.1 99")
            self.assertIn("Connection refused" if name == "nc32" else "Operation not permitted", output)
        self.assertRegex(self.guest.run("policy32"), r"1 +1  connect program nc port 99 deny EPERM")
        output = self.guest.run("audit -c connect -n nc; audit32 -e -d socketcall -n nc32; audit off; policy flush")
        self.assertRegex(output, r"program=nc arch=x86_64 door=syscall call=connect args=0x3,0x\w+,0x10 result=-1\n")
        self.assertRegex(output, r"program=nc32 arch=i386 door=socketcall call=connect args=0x3,0x\w+,0x10 result=-111\n")
        self.assertEqual(self.guest.run("audit status").strip(), "off")

    def test_audit_follow(self):
        self.guest.run("audit -f -n nc32 >/tmp/followed & sleep 0.3; echo $! >/tmp/follower")
        self.guest.status("nc32 127.0.0.1 98")
        self.guest.run("sleep 0.2; kill $(cat /tmp/follower); sleep 0.2")
        self.assertIn("call=connect", self.guest.run("cat /tmp/followed"))
        self.assertEqual(self.guest.run("audit status").strip(), "off")


if __name__ == "__main__":
    unittest.main()
