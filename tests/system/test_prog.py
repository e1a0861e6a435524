"""`make run PROG=file.c`: a source file from outside the tree, with threads and sockets in it, built for both
architectures and run in the guest."""

import os
import tempfile
import unittest

from harness import Guest

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


if __name__ == "__main__":
    unittest.main()
