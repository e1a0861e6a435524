#!/usr/bin/env python3
"""The tour as pages: docs/ from Markdown to HTML, with the sources that it speaks of.

  pages.py            writes build/tour/pages/ and prints where its first page is
  pages.py --serve    … and serves it on 127.0.0.1 at a free port until Ctrl-C

It knows the Markdown that docs/ uses: headings, paragraphs, lists, tables, fenced blocks, links, images, emphasis, code, <details>.
"""

import glob
import html
import http.server
import os
import re
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUT = os.path.join(ROOT, "build/tour/pages")
STYLE = os.path.join(ROOT, "tools/tour/style.css")
REFERENCE = re.compile(r"((?:[\w.+-]+/)+[\w.+-]+\.\w+)(?::(\w+))?$")
TOUR = "docs/tour/"


def documents():
    """The chapters in their order, README first; then the other documents."""
    names = sorted(glob.glob("docs/tour/*.md", root_dir=ROOT), key=lambda name: (not name.endswith("README.md"), name))
    return names + sorted(glob.glob("docs/*.md", root_dir=ROOT) + glob.glob("docs/recipes/*.md", root_dir=ROOT))


def page_name(document):
    """docs/tour/01-wrapper.md -> 01-wrapper.html; docs/hooks.md -> hooks.html; the tour's README -> index.html; another's after its folder."""
    folder, name = os.path.split(document[:-len(".md")])
    if name == "README":
        name = "index" if document.startswith(TOUR) else os.path.basename(folder)
    return f"{name}.html"


def source_name(path):
    return "source/" + path.replace("/", "_") + ".html"


def definition_line(path, name):
    """The line where a name is defined, or first occurs: definitions begin at the margin."""
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    word = re.compile(rf"\b{name}\b")
    found = [number for number, line in enumerate(lines, 1) if word.search(line) and not re.match(r"\s*(//|;|#|\*)", line)]
    margin = [number for number in found if re.match(r"\S", lines[number - 1]) and not lines[number - 1].startswith("}")]
    ends = [number for number in margin if re.search(rf"\b{name}\b\s*(\(.*[{{,]$|[{{:=\[]|\(.*\{{.*\}}$)", lines[number - 1])]
    return (ends or margin or found or [1])[0]


class Renderer:
    def __init__(self, document):
        self.document = document
        self.sources, self.images = set(), set()

    def image(self, text, target):
        path = os.path.normpath(os.path.join(os.path.dirname(self.document), target))
        self.images.add(path)
        return f'<img alt="{html.escape(text)}" src="images/{html.escape(os.path.basename(path))}">'

    def link(self, text, target):
        if target.endswith(".md"):
            path = os.path.normpath(os.path.join(os.path.dirname(self.document), target))
            target = page_name(path)
        return f'<a href="{html.escape(target)}">{text}</a>'

    def code(self, text):
        shown = f"<code>{html.escape(text)}</code>"
        match = REFERENCE.match(text)
        if not match or not os.path.isfile(os.path.join(ROOT, match[1])):
            return shown
        if match[1] in documents():
            return f'<a href="{page_name(match[1])}">{shown}</a>'
        self.sources.add(match[1])
        line = definition_line(match[1], match[2]) if match[2] else 1
        return f'<a class="source" href="{source_name(match[1])}#L{line}">{shown}</a>'

    def inline(self, text):
        parts = re.split(r"(`[^`]+`)", text)
        done = []
        for part in parts:
            if part.startswith("`") and len(part) > 1:
                done.append(self.code(part[1:-1]))
                continue
            part = re.sub(r"&(?!\w+;)", "&amp;", part)
            part = re.sub(r"<(?!/?(details|summary|code|b|i)>)", "&lt;", part)
            part = re.sub(r"!\[([^\]]*)\]\(([^)\s]+)\)", lambda m: self.image(m[1], m[2]), part)
            part = re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", lambda m: self.link(m[1], m[2]), part)
            part = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", part)
            done.append(re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])", r"<em>\1</em>", part))
        return "".join(done)

    def table(self, lines):
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
        head, body = rows[0], rows[2:]
        cells = "".join(f"<th>{self.inline(cell)}</th>" for cell in head)
        result = ['<div class="table"><table>', f"<tr>{cells}</tr>"] if any(head) else ['<div class="table"><table>']
        for row in body:
            result.append("<tr>" + "".join(f"<td>{self.inline(cell)}</td>" for cell in row) + "</tr>")
        return "\n".join([*result, "</table></div>"])

    def list(self, lines, numbered):
        items = []
        for line in lines:
            if match := re.match(r"(?:-|\d+\.) +(.*)", line):
                items.append(match[1])
            else:
                items[-1] += " " + line.strip()
        tag = "ol" if numbered else "ul"
        return f"<{tag}>" + "".join(f"<li>{self.inline(item)}</li>" for item in items) + f"</{tag}>"

    @staticmethod
    def fence(info, lines):
        shown = []
        for line in lines:
            escaped = html.escape(line)
            typed = re.match(r"(plumb:\S+# |\$ |\(gdb\) )(.*)$", escaped)
            shown.append(f'<span class="prompt">{typed[1]}</span><b>{typed[2]}</b>' if typed else escaped)
        label = f'<div class="where">{html.escape(info)}</div>' if info.startswith(("console", "gdb")) else ""
        return f"{label}<pre>" + "\n".join(shown) + "</pre>"

    def blocks(self, text):
        lines = text.split("\n")
        at = 0
        while at < len(lines):
            line, begin = lines[at], at
            if line.startswith("```"):
                at += 1
                while not lines[at].startswith("```"):
                    at += 1
                yield self.fence(line[3:].strip(), lines[begin + 1:at])
                at += 1
            elif match := re.match(r"(#+) (.*)", line):
                level = len(match[1])
                yield f"<h{level}>{self.inline(match[2])}</h{level}>"
                at += 1
            elif line.startswith("|"):
                while at < len(lines) and lines[at].startswith("|"):
                    at += 1
                yield self.table(lines[begin:at])
            elif re.match(r"(-|\d+\.) ", line):
                while at < len(lines) and re.match(r"(-|\d+\.) |  +\S", lines[at]):
                    at += 1
                yield self.list(lines[begin:at], line[0] != "-")
            elif line.startswith(("<details", "</details")):
                yield self.inline(line)
                at += 1
            elif line.strip():
                while at < len(lines) and lines[at].strip() and not lines[at].startswith(("```", "|", "- ", "#", "</details")):
                    at += 1
                yield "<p>" + self.inline(" ".join(lines[begin:at])) + "</p>"
            else:
                at += 1


def page(title, body, up=""):
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<title>{html.escape(title)}</title><link rel="stylesheet" href="{up}style.css"></head>\n<body><main>\n{body}\n</main></body></html>\n')


def source_page(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        lines = file.read().rstrip("\n").split("\n")
    shown = "\n".join(f'<span id="L{n}"><i>{n:5}</i> {html.escape(line)}</span>' for n, line in enumerate(lines, 1))
    return page(path, f'<nav><a href="../index.html">the tour</a></nav><h1>{html.escape(path)}</h1><pre class="listing">{shown}</pre>', "../")


def neighbours(document, order):
    """Links to the page before and the one behind, in the tour."""
    if document not in order:
        return '<nav><a href="index.html">the tour</a></nav>'
    at = order.index(document)
    before = f'<a rel="prev" href="{page_name(order[at - 1])}">← before</a>' if at else "<span></span>"
    behind = f'<a rel="next" href="{page_name(order[at + 1])}">next →</a>' if at + 1 < len(order) else "<span></span>"
    return f'<nav>{before}<a href="index.html">the tour</a>{behind}</nav>'


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def render():
    """Writes all pages; returns how many."""
    order = [name for name in documents() if name.startswith(TOUR)]
    sources, images = set(), set()
    for document in documents():
        with open(os.path.join(ROOT, document), encoding="utf-8") as file:
            text = file.read()
        renderer = Renderer(document)
        body = "\n".join(renderer.blocks(text))
        sources |= renderer.sources
        images |= renderer.images
        title = re.match(r"# (.*)", text)[1]
        nav = neighbours(document, order)
        write(os.path.join(OUT, page_name(document)), page(title, f"{nav}\n{body}\n{nav}"))
    os.makedirs(os.path.join(OUT, "images"), exist_ok=True)
    for path in images:
        shutil.copy(os.path.join(ROOT, path), os.path.join(OUT, "images"))
    for path in sources:
        write(os.path.join(OUT, source_name(path)), source_page(path))
    with open(STYLE, encoding="utf-8") as file:
        write(os.path.join(OUT, "style.css"), file.read())
    return len(documents()) + len(sources)


def serve():
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=OUT)

        def log_message(self, *_arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        print(f"The tour: http://127.0.0.1:{server.server_port}/   (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    count = render()
    if "--serve" in sys.argv:
        serve()
    else:
        print(f"{count} pages: {os.path.join(OUT, 'index.html')}")
