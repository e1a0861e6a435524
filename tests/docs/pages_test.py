#!/usr/bin/env python3
"""The tour's pages (tools/tour/pages.py): all are written, every link leads somewhere, and tags close in the order in which they open."""

import glob
import html.parser
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../tools/tour"))

import pages  # noqa: E402

VOID = {"meta", "link", "br", "img", "hr"}


class Page(html.parser.HTMLParser):
    """What a page links to, its anchors, and what is wrong with its tags."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.wrong, self._open = [], set(), [], []
        self.feed(text)
        self.wrong += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]
        if "id" in attributes:
            self.anchors.add(attributes["id"])
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")


def check_page(path, parsed):
    """What is wrong with one page."""
    page = parsed[path]
    wrong = list(page.wrong)
    for link in page.links:
        if re.match(r"https?:", link):
            continue
        file, _, anchor = link.partition("#")
        target = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
        if not os.path.exists(target):
            wrong.append(f"{link} leads nowhere")
        elif anchor and anchor not in parsed[target].anchors:
            wrong.append(f"{link} has no such place")
    return wrong


def check_tour():
    """What makes the chapters a tour: each has something to run, a question, an exercise, and is in the index."""
    wrong = []
    with open("docs/tour/README.md", encoding="utf-8") as file:
        index = file.read()
    for path in sorted(glob.glob("docs/tour/[0-9]*.md")):
        name = os.path.basename(path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        wrong += [f"{path}: {what}" for what, there in [
            ("nothing to run", re.search(r"^```(console|gdb)", text, re.M)),
            ("no question", text.count("<details>") == text.count("</details>") > 0),
            ("no exercise", f"make exercise N={int(name[:2])}`" in text),
            ("isn't in the index", f"]({name})" in index)] if not there]
    rows = [int(number) for number in re.findall(r"^\| (\d+) \|", index, re.M)]
    if rows != list(range(1, 24)):
        wrong.append(f"docs/tour/README.md: the mechanisms are {rows}, not 1 to 23")
    return wrong


def check():
    """Returns (passed, failed), a page each."""
    for old in glob.glob(os.path.join(pages.OUT, "**/*.html"), recursive=True):
        os.remove(old)
    count = pages.render()
    paths = glob.glob(os.path.join(pages.OUT, "**/*.html"), recursive=True)
    parsed = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            parsed[path] = Page(file.read())
    bad = {os.path.basename(path): wrong for path in paths if (wrong := check_page(path, parsed))}
    wrong = check_tour()
    for name, what in bad.items():
        print(f"FAIL page {name}: {'; '.join(what[:5])}")
    for line in wrong:
        print(f"FAIL {line}")
    written = len(paths)
    if written != count or not written:
        print(f"FAIL {written} pages where {count} were said to be written")
        wrong.append("count")
    return written - len(bad), len(bad) + len(wrong)


if __name__ == "__main__":
    counts = check()
    print(f"{counts[0]} passed, {counts[1]} failed")
    sys.exit(1 if counts[1] else 0)
