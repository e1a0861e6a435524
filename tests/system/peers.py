"""Peers of the guest on the host: small TCP servers in threads on 127.0.0.1, and clients with deadlines."""

import functools
import http.server
import os
import socket
import threading
import time


class TcpServer:
    """Listens on a free port of 127.0.0.1 (the guest sees it as 10.0.2.2) and calls `serve(connection)` in a thread for
    each connection. What serve returns is kept in `results`, what it raises in `errors`."""

    def __init__(self, serve, timeout=30):
        self.results, self.errors = [], []
        self._serve, self._timeout = serve, timeout
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        with connection:
            connection.settimeout(self._timeout)
            try:
                result, kept = self._serve(connection), self.results
            except OSError as error:
                result, kept = error, self.errors
        with self._changed:
            kept.append(result)
            self._changed.notify_all()

    def wait(self, count=1, timeout=30):
        """The results, once there are `count` of them."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.results) >= count, timeout):
                raise AssertionError(f"{len(self.results)} of {count} connections were served; errors: {self.errors[:3]}")
            return list(self.results)

    def close(self):
        self._listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def receive_all(connection):
    """Everything until the other side closes."""
    parts = []
    while True:
        part = connection.recv(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


def connect(port, timeout=20):
    """A connection to a guest's port. QEMU accepts before the guest does: a connection that it closes at once is tried
    again by exchange()."""
    connection = socket.create_connection(("127.0.0.1", port), timeout)
    connection.settimeout(timeout)
    return connection


def exchange(port, data, timeout=20):
    """Sends `data` and returns the answer up to the end; tries again until there is one or the time is over."""
    deadline = time.monotonic() + timeout
    error = None
    while time.monotonic() < deadline:
        try:
            with connect(port, max(1, deadline - time.monotonic())) as connection:
                connection.sendall(data)
                answer = receive_all(connection)
                if answer:
                    return answer
        except OSError as caught:
            error = caught
        time.sleep(0.1)
    raise AssertionError(f"no answer from port {port} within {timeout} s ({error})")


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class HttpServer:
    """python's http.server on a folder."""

    def __init__(self, folder):
        handler = functools.partial(_QuietHandler, directory=folder)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def random_file(path, size):
    """A file of random bytes (a megabyte of them, again and again with a number in front)."""
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        left, number = size, 0
        while left > 0:
            part = (number.to_bytes(8, "big") + block[8:])[:left]
            file.write(part)
            left -= len(part)
            number += 1
    return path
