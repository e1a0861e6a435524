"""Booting: what the command line and the boot loaders promise, and how it ends when it can't."""

import os
import tempfile
import unittest

from frames import Wire
from harness import HOST_ADDRESS, ISO, Guest, program
from initrd import Archive
from peers import TcpServer, exchange, receive_all


class CommandLine(unittest.TestCase):
    def test_shell_and_time(self):
        with Guest() as guest:
            guest.wait_for_shell()
            self.assertEqual(guest.run("echo plumb"), "plumb\n")

    def test_init_and_its_arguments(self):
        for flags in ((), ("-m32",)):
            with self.subTest(flags=flags), \
                    Guest(files={"/here/args": program("print_args", *flags)}, ip="",
                          append="quiet init=/here/args -- one two=2 three") as guest:
                guest.expect(r"^argv: /here/args one two=2 three$", 30)
                self.assertEqual(guest.wait_exit(), 0, "reboot(2) doesn't power off")

    def test_static_address(self):
        with Guest(append="") as guest, TcpServer(receive_all) as sink:
            guest.wait_for_shell()
            self.assertIn("10.0.2.15", guest.run("ifconfig eth0"))
            guest.run(f"echo hi | nc -N {HOST_ADDRESS} {sink.port}")
            self.assertEqual(sink.wait(), [b"hi\n"])

    def test_address_by_dhcp(self):
        with Guest(ip="ip=dhcp") as guest, TcpServer(receive_all) as sink:
            guest.wait_for_shell()
            self.assertIn("10.0.2.15", guest.run("ifconfig eth0"))
            guest.run(f"echo hi | nc -N {HOST_ADDRESS} {sink.port}")
            self.assertEqual(sink.wait(), [b"hi\n"])

    def test_no_network_card(self):
        with Guest(net=None) as guest:
            guest.wait_for_shell()
            self.assertNotIn("eth0", guest.run("ifconfig -a"))
            guest.run("ping -c 1 127.0.0.1")
            # A handshake that is waited for: nothing but the idle loop carries its frames.
            guest.run("nc -l -p 7 >/tmp/heard & sleep 1; echo hi | nc -N 127.0.0.1 7; wait", 10)
            self.assertEqual(guest.run("cat /tmp/heard"), "hi\n")

    def test_link_without_a_peer(self):
        wire = Wire()
        try:
            with Guest(net=wire.netdev()) as guest:
                guest.wait_for_shell()
                _, status = guest.status(f"nc -w 2 {HOST_ADDRESS} 9 </dev/null", 20)
                self.assertNotEqual(status, 0)
        finally:
            wire.close()

    def test_malformed_command_line(self):
        with Guest(ip="ip=999.1:::x:y:z", append="= == - " + "a" * 300) as guest:
            guest.wait_for_shell()


class Memory(unittest.TestCase):
    def test_32_mib_serve_a_page(self):
        with Guest(memory=32, forward=[80], files={"/www/page": b"x" * 20000}) as guest:
            guest.wait_for_shell()
            guest.run("httpd -d -h /www")
            for _ in range(20):
                answer = exchange(guest.ports[80], b"GET /page HTTP/1.0\r\n\r\n")
                self.assertTrue(answer.endswith(b"\r\n\r\n" + b"x" * 20000))


class Loaders(unittest.TestCase):
    def test_iso_through_grub(self):
        with Guest(boot=["-cdrom", ISO, "-boot", "d"], memory=256) as guest:
            guest.wait_for_shell(90)
            self.assertEqual(guest.run("echo from the disc"), "from the disc\n")
            guest.send("poweroff")
            self.assertEqual(guest.wait_exit(), 0)


class Panics(unittest.TestCase):
    """The kernel can't go on without init: it says why, and ends QEMU with a status that isn't 0."""

    def panics(self, **options):
        with Guest(panics=True, ip="", **options) as guest:
            status = guest.wait_exit(60)
            self.assertNotEqual(status, 0)
            self.assertRegex(guest.console(), r"(?i)panic")

    def test_no_initrd(self):
        self.panics(initrd=None)

    def test_init_is_not_there(self):
        self.panics(append="init=/not/there")

    def test_init_is_no_program(self):
        self.panics(files={"/init": os.urandom(5000)})

    def test_archive_is_nonsense(self):
        with tempfile.TemporaryDirectory() as folder:
            for content in (b"070701" + b"F" * 200, b"070701", os.urandom(100000)):
                path = os.path.join(folder, "initrd")
                with open(path, "wb") as file:
                    file.write(content)
                self.panics(initrd=path)

    def test_truncated_elf_files(self):
        with open(program("print_args"), "rb") as file:
            good = file.read()
        for size in (10, 63, 64, 100, 300):
            archive = Archive()
            archive.add_file("/init", good[:size])
            with tempfile.NamedTemporaryFile(suffix=".cpio") as file:
                archive.write(file.name)
                self.panics(initrd=file.name)


if __name__ == "__main__":
    unittest.main()
