#!/usr/bin/env python3
"""Checks the code references in README.md and docs/**/*.md, so that they can't rot.

A reference is a word in backquotes: `folder/file.ext` must be a file, `folder/` a folder, `folder/file.ext:name` a file in which that
name occurs, `make target` a target of the Makefile. Other words in backquotes are left alone. In docs/tour/ the name must be defined there,
not only spoken of: it stands in a line that begins at the margin (a function, a type, a label, a macro) or declares a member.
"""

import glob
import os
import re
import subprocess
import sys

CODE = re.compile(r"`([^`\n]+)`")
TOP = {entry.split("/")[0] for entry in subprocess.run(["git", "ls-files"], text=True, capture_output=True, check=True).stdout.split()}


def make_targets():
    text = ""
    for path in ["Makefile", *glob.glob("*/*.mk"), *glob.glob("tests/*/*.mk"), *glob.glob("tests/*/*.inc")]:
        with open(path, encoding="utf-8") as file:
            text += file.read()
    return set(re.findall(r"^([a-z][\w-]*):", text, re.M))


def is_definition(line, name):
    """Whether a line of C, C++, NASM or make may define the name."""
    if not re.search(rf"\b{name}\b", line) or re.match(r"\s*(//|;|\*|#(?!\s*define))", line):
        return False
    if re.match(r"\S", line):  # at the margin: no statement stands there
        return True
    return bool(re.match(rf"\s+[\w:<>&*, ~]*[\w>&*] \*?&?{name}(\(.*(\{{.*)?|[ ;={{].*)$", line)) and not re.match(r"\s+(return|else|case)\b", line)


def check(reference, targets, strict=False):
    """None when all is well or it's no reference; else what is wrong."""
    if match := re.match(r"make ([a-z][\w-]*)", reference):
        return None if match[1] in targets else "no such target"
    path, _, name = reference.partition(":")
    if not re.fullmatch(r"[\w.+-]+(/[\w.+*-]+)*/?", path) or path.split("/")[0] not in TOP or path.startswith("build/"):
        return None
    if "*" in path:
        return None if glob.glob(path) else "no such file"
    if not os.path.exists(path):
        return "no such file"
    if name and re.fullmatch(r"\w+", name):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if not re.search(rf"\b{name}\b", text):
            return f"{name} isn't in it"
        if strict and not any(is_definition(line, name) for line in text.split("\n")):
            return f"{name} isn't defined in it"
    return None


def run():
    """Returns (passed, failed)."""
    targets = make_targets()
    passed, failed = 0, 0
    for document in ["README.md", *sorted(glob.glob("docs/**/*.md", recursive=True))]:
        with open(document, encoding="utf-8") as file:
            text = file.read()
        for number, line in enumerate(text.split("\n"), 1):
            if line.startswith("A new file, "):  # of a recipe: it isn't there yet
                continue
            for reference in CODE.findall(line):
                wrong = check(reference, targets, document.startswith("docs/tour/"))
                if wrong:
                    failed += 1
                    print(f"FAIL {document}:{number}: `{reference}`: {wrong}")
                else:
                    passed += 1
    return passed, failed


if __name__ == "__main__":
    counts = run()
    print(f"{counts[0]} passed, {counts[1]} failed")
    sys.exit(1 if counts[1] else 0)
