"""One self-contained page: the document as JSON, and the style and scripts of tools/journey/page/ within it."""

import html
import json
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page")
SCRIPTS = ("journey", "dom", "time", "lanes", "outline", "buffer", "panel", "border", "compare", "search", "keys", "main")


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def write(path, document):
    # "<" would let a string in the data end the script that holds it.
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    text = read("page.html")
    for mark, content in (("TITLE", html.escape(document["title"])), ("STYLE", read("page.css")),
                          ("SCRIPT", "\n".join(read(f"{name}.js") for name in SCRIPTS)), ("DATA", data)):
        text = text.replace(f"<!--{mark}-->", content, 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
