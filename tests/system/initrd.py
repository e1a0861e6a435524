"""The newc archives ("070701") that QEMU loads as initrd: read, add, write. cpio(5) has the format."""

import os
import stat


def _padding(length):
    return b"\0" * (-length % 4)


class Archive:
    """An ordered set of files: {path: (mode, bytes, (major, minor))}."""

    def __init__(self):
        self.entries = {}

    @classmethod
    def read(cls, path):
        with open(path, "rb") as file:
            data = file.read()
        archive, at = cls(), 0
        while data[at:at + 6] == b"070701":
            field = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
            mode, size, device, length = field[1], field[6], (field[9], field[10]), field[11]
            name = data[at + 110:at + 110 + length - 1].decode()
            at += 110 + length
            at += -at % 4
            if name == "TRAILER!!!":
                break
            archive.entries[name] = (mode, data[at:at + size], device)
            at += size
            at += -at % 4
        return archive

    def add_file(self, path, content, mode=0o755):
        """`content`: bytes, or the path of a file on the host. Folders on the way are made."""
        if not isinstance(content, (bytes, bytearray)):
            with open(content, "rb") as file:
                content = file.read()
        path = path.strip("/")
        parts = path.split("/")
        for i in range(1, len(parts)):
            self.entries.setdefault("/".join(parts[:i]), (stat.S_IFDIR | 0o755, b"", (0, 0)))
        self.entries[path] = (stat.S_IFREG | mode, bytes(content), (0, 0))

    def add_device(self, path, mode, major, minor):
        self.entries[path.strip("/")] = (mode, b"", (major, minor))

    def add_link(self, path, target):
        self.entries[path.strip("/")] = (stat.S_IFLNK | 0o777, os.fsencode(target), (0, 0))

    def write(self, path):
        with open(path, "wb") as file:
            for number, (name, entry) in enumerate([*self.entries.items(), ("TRAILER!!!", (0, b"", (0, 0)))], 1):
                mode, content, (major, minor) = entry
                encoded = name.encode() + b"\0"
                fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, major, minor, len(encoded), 0]
                header = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
                header += _padding(len(header))
                file.write(header + content + _padding(len(content)))
