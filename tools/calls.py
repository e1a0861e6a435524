#!/usr/bin/env python3
"""Prints the system-call tables as kernel/syscall/list.def declares them: by number, x86-64 beside i386."""

import argparse
import os
import re

LIST = os.path.join(os.path.dirname(__file__), "..", "kernel", "syscall", "list.def")
CALL = re.compile(r'^SYSCALL\(\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*"([^"]*)"\s*\)', re.M)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", choices=("x86-64", "i386", "name"), default="x86-64", help="the order (and the table shown)")
    parser.add_argument("name", nargs="?", help="only calls whose name contains this")
    args = parser.parse_args()
    with open(LIST, encoding="utf-8") as file:
        calls = CALL.findall(file.read())
    column = {"x86-64": 1, "i386": 2, "name": 0}[args.by]
    rows = [call for call in calls if call[column] != "none" and (not args.name or args.name in call[0])]
    rows.sort(key=lambda call: call[0] if column == 0 else int(call[column]))
    print(f"{'x86-64':>6} {'i386':>5}  {'call':34}handler (i386 handler where it differs)")
    for name, number64, number32, handler64, handler32, arguments in rows:
        handlers = handler64 if handler32 in (handler64, "none") else f"{handler64} ({handler32})" if handler64 != "none" else f"({handler32})"
        shown = [number.replace("none", "-") for number in (number64, number32)]
        print(f"{shown[0]:>6} {shown[1]:>5}  {name + '(' + ', '.join(word.split(':')[0] for word in arguments.split()) + ')':34}{handlers}")


if __name__ == "__main__":
    main()
