#!/usr/bin/env python3
"""Packs the guest's first file system: an uncompressed newc archive, the same bytes for the same input.

The list says one entry a line (# begins a comment); files are taken from the host, owned by root:
    dir  /path [mode]
    file /path HOST-FILE [mode]
    link /path TARGET
    node /path c|b MAJOR MINOR [mode]
"""
import argparse
import os
import sys

S_IFDIR, S_IFREG, S_IFLNK, S_IFCHR, S_IFBLK = 0o040000, 0o100000, 0o120000, 0o020000, 0o060000


class Archive:
    def __init__(self):
        self.entries = {}  # path -> (mode, data, device)

    def add(self, path, mode, data=b"", device=(0, 0)):
        path = path.strip("/")
        if not path:
            raise ValueError("the root has no entry of its own")
        parent = os.path.dirname(path)
        if parent and parent not in self.entries:
            self.add(parent, S_IFDIR | 0o755)
        self.entries[path] = (mode, data, device)

    def add_file(self, path, host, mode=None):
        with open(host, "rb") as file:
            data = file.read()
        if mode is None:
            program = data[:4] == b"\x7fELF" or data[:2] == b"#!"
            mode = 0o755 if program else 0o644
        self.add(path, S_IFREG | mode, data)

    def add_line(self, line):
        words = line.split("#")[0].split()
        if not words:
            return
        kind, path, rest = words[0], words[1], words[2:]
        octal = lambda i, default: int(rest[i], 8) if len(rest) > i else default
        if kind == "dir":
            self.add(path, S_IFDIR | octal(0, 0o755))
        elif kind == "file":
            self.add_file(path, rest[0], octal(1, None))
        elif kind == "link":
            self.add(path, S_IFLNK | 0o777, rest[0].encode())
        elif kind == "node":
            types = {"c": S_IFCHR, "b": S_IFBLK}
            self.add(path, types[rest[0]] | octal(3, 0o600), b"", (int(rest[1]), int(rest[2])))
        else:
            raise ValueError(f"unknown kind of entry: {kind}")

    def write(self, file):
        for inode, (path, (mode, data, device)) in enumerate(self.in_order(), 1):
            links = 2 if mode & S_IFDIR == S_IFDIR and not mode & 0o020000 else 1
            self.write_entry(file, path, inode, mode, links, data, device)
        self.write_entry(file, "TRAILER!!!", 0, 0, 1, b"", (0, 0))

    def in_order(self):
        # A directory stands before what is in it.
        return sorted(self.entries.items(), key=lambda entry: entry[0].split("/"))

    @staticmethod
    def write_entry(file, path, inode, mode, links, data, device):
        name = path.encode() + b"\0"
        # uid, gid and time are 0: the archive depends on its contents alone.
        fields = [inode, mode, 0, 0, links, 0, len(data), 0, 0, *device, len(name), 0]
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + name
        file.write(header + b"\0" * (-len(header) % 4))
        file.write(data + b"\0" * (-len(data) % 4))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("-o", "--output", required=True, help="the archive")
    parser.add_argument("--list", action="append", default=[], metavar="FILE", help="a list of entries")
    parser.add_argument("--init", metavar="PATH", help="the host's file that becomes /init")
    parser.add_argument("--add", action="append", default=[], metavar="HOST=GUEST[:MODE]",
                        help="one more file, e.g. --add build/x=/bin/x:755")
    options = parser.parse_args()
    archive = Archive()
    try:
        for path in options.list:
            with open(path, encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    try:
                        archive.add_line(line)
                    except (IndexError, KeyError, ValueError) as error:
                        sys.exit(f"mkinitrd: {path}:{number}: {error}")
        if options.init:
            archive.add_file("/init", options.init, 0o755)
        for text in options.add:
            host, _, guest = text.partition("=")
            guest, _, mode = guest.partition(":")
            if not guest:
                sys.exit(f"mkinitrd: --add {text}: HOST=GUEST[:MODE]")
            archive.add_file(guest, host, int(mode, 8) if mode else None)
    except OSError as error:
        sys.exit(f"mkinitrd: {error.filename}: {error.strerror}")
    with open(options.output + ".new", "wb") as file:
        archive.write(file)
    os.replace(options.output + ".new", options.output)


if __name__ == "__main__":
    main()
