"""`make run PROG=file.c`: a source file from outside the tree, with threads and sockets in it, built for both
architectures and run in the guest."""

import os
import subprocess
import tempfile
import unittest

from harness import Guest

USES_MAKE = True

SOURCE = r"""
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int listener;
static void *serve(void *unused) {
    char text[16];
    int fd = accept(listener, NULL, NULL);
    ssize_t length = recv(fd, text, sizeof text, 0);
    send(fd, text, length, 0);
    close(fd);
    return unused;
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    char text[16] = "";
    pthread_t thread;
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&address, sizeof address);
    listen(listener, 1);
    getsockname(listener, (struct sockaddr *)&address, &length);
    pthread_create(&thread, NULL, serve, NULL);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    connect(fd, (struct sockaddr *)&address, sizeof address);
    send(fd, "brought", 7, 0);
    recv(fd, text, sizeof text, 0);
    pthread_join(thread, NULL);
    printf("%s says %s, %d-bit\n", argv[0], text, (int)sizeof(long) * 8);
    return argc != 1;
}
"""

PLUS_PLUS = r"""
#include <stdio.h>

struct alignas(64) Word {
    virtual ~Word() { printf("gone\n"); }
    virtual const char *say() const = 0;
};
struct Hello final : Word {
    const char *say() const override { return "hello"; }
};
static auto shout = [](const Word &word) { printf("%s from C++\n", word.say()); };

int main() {
    Word *word = new Hello;
    shout(*word);
    delete word;
}
"""


class Prog(unittest.TestCase):
    def test_a_program_from_outside(self):
        with tempfile.TemporaryDirectory(prefix="plumb-prog-") as folder:
            path = os.path.join(folder, "student.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write(SOURCE)
            with Guest(command=["make", "run", f"PROG={path}"]) as guest:
                guest.wait_for_shell(100)
                self.assertEqual(guest.run("student"), "student says brought, 64-bit\n")
                self.assertEqual(guest.run("student32"), "student32 says brought, 32-bit\n")
                guest.send("poweroff")
                self.assertEqual(guest.wait_exit(), 0)

    def test_a_program_in_cplusplus(self):
        with tempfile.TemporaryDirectory(prefix="plumb-prog-") as folder:
            path = os.path.join(folder, "plus.cpp")
            with open(path, "w", encoding="utf-8") as file:
                file.write(PLUS_PLUS)
            with Guest(command=["make", "run", f"PROG={path}"]) as guest:
                guest.wait_for_shell(100)
                for program in ("plus", "plus32"):
                    self.assertEqual(guest.run(program), "hello from C++\ngone\n")

    def test_what_goes_wrong_is_said(self):
        with tempfile.TemporaryDirectory(prefix="plumb-prog-") as folder:
            wrong = os.path.join(folder, "wrong.c")
            with open(wrong, "w", encoding="utf-8") as file:
                file.write("int main(void) { return nothing; }\n")
            for path, text in ((wrong, "'nothing' undeclared"), (wrong + "c", "No such file"), ("two words.c", "without blanks")):
                result = subprocess.run(["make", "run", f"PROG={path}"], env=dict(os.environ, LC_ALL="C"), capture_output=True,
                                        text=True, timeout=100, check=False)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(text, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
