"""The recipes in docs/recipes/, done as they are written: to a copy of the tree, which is built and booted once for all four."""

import os
import re
import shutil
import subprocess
import unittest

from harness import BUILD, ROOT, Guest

USES_MAKE = True

TREE = os.path.join(BUILD, "recipes")
RECIPES = ["system_call", "socket_option", "protocol", "program"]
# What has been built already needn't be built again.
BUILT = ["boot", "kernel", "net", "libc", "user/x86_64", "user/i386", "user/initrd.list", "plumb.first", "plumb.elf64", "plumb.elf"]

FENCE = r"\n\n```\w*\n(?P<lines>.*?)^```$"
STEP = re.compile(r"^(?:In `(?P<path>[^`]+)`, (?P<where>above|below) the line with `(?P<text>[^`]+)`:"
                  r"|At the end of `(?P<end>[^`]+)`:"
                  r"|A new file, `(?P<new>[^`]+)`:"
                  r"|(?P<guest>In the guest):)" + FENCE, re.M | re.S)


def insert(path, where, text, lines):
    with open(path, encoding="utf-8") as file:
        old = file.read().splitlines(keepends=True)
    places = [i for i, line in enumerate(old) if text in line]
    if not places:
        raise AssertionError(f"{path} has no line with {text!r}")
    at = places[0] + (where == "below")
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(old[:at]) + lines + "".join(old[at:]))


def follow(recipe, tree):
    """Does the steps in a tree; returns the guest's [(command, what it prints)]. What was written must be in the house's format."""
    with open(os.path.join(ROOT, "docs/recipes", f"{recipe}.md"), encoding="utf-8") as file:
        text = file.read()
    steps, commands, written = list(STEP.finditer(text)), [], set()
    if len(steps) != text.count("```") // 2:
        raise AssertionError(f"{recipe}: a block that no step speaks of")
    for step in steps:
        if step["guest"]:
            commands += [tuple(part.split("\n", 1)) for part in re.split(r"^\$ ", step["lines"], flags=re.M)[1:]]
        elif step["path"]:
            insert(os.path.join(tree, step["path"]), step["where"], step["text"], step["lines"])
        else:
            with open(os.path.join(tree, step["end"] or step["new"]), "a" if step["end"] else "x", encoding="utf-8") as file:
                file.write(step["lines"])
        written.add(step["path"] or step["end"] or step["new"])
    sources = sorted(path for path in written if path and path.endswith((".c", ".cpp", ".h")))
    subprocess.run(["clang-format", "--dry-run", "--Werror", *sources], cwd=tree, check=True)
    return commands


def copy_tree():
    shutil.rmtree(TREE, ignore_errors=True)
    os.makedirs(os.path.join(TREE, "build/user"))
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    existing = [file for file in files if file and os.path.exists(os.path.join(ROOT, file))]
    subprocess.run(["cp", "-a", "--parents", "--", *existing, TREE], cwd=ROOT, check=True)
    for name in BUILT:
        subprocess.run(["cp", "-a", os.path.join(BUILD, name), os.path.join(TREE, "build", name)], check=True)


class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        copy_tree()
        cls.commands = {recipe: follow(recipe, TREE) for recipe in RECIPES}
        made = subprocess.run(["make", f"-j{os.cpu_count()}", "build/plumb.elf", "build/initrd.cpio"], cwd=TREE, capture_output=True,
                              text=True, check=False)
        if made.returncode:
            raise AssertionError(f"the tree with the recipes doesn't build:\n{made.stderr[-3000:]}")
        cls.guest = Guest(kernel=os.path.join(TREE, "build/plumb.elf"), initrd=os.path.join(TREE, "build/initrd.cpio"))
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()

    def check_recipe(self, recipe):
        self.assertTrue(self.commands[recipe])
        for command, output in self.commands[recipe]:
            with self.subTest(command=command):
                self.assertEqual(self.guest.run(command), output)

    def test_system_call(self):
        self.check_recipe("system_call")

    def test_socket_option(self):
        self.check_recipe("socket_option")

    def test_protocol(self):
        self.check_recipe("protocol")

    def test_program(self):
        self.check_recipe("program")


if __name__ == "__main__":
    unittest.main()
