"""A session of `make debug` without a terminal: commands in, what gdb said to each out. For test_debug.py and the sessions in
docs/debugging.md."""

import os
import re
import signal
import subprocess

from harness import BUILD, ROOT

FOLDER = os.path.join(BUILD, "debug")
DEADLINE = 60
MARK = "(gdb) "

# Runs in gdb: one command after the other, each said first. An error is what a person sees, and not the end.
DRIVER = '''
import gdb

def run(commands):
    for command in commands:
        print({mark!r} + command, flush=True)
        try:
            gdb.execute(command, from_tty=True)
        except gdb.error as error:
            print(error, flush=True)

run({commands!r})
'''


class Session:
    """One run. `steps` is [(command, [lines of output])]; the guest's console is part of the output."""

    def __init__(self, name, commands, **variables):
        os.makedirs(FOLDER, exist_ok=True)
        script = os.path.join(FOLDER, f"{name}.py")
        with open(script, "w", encoding="utf-8") as file:
            file.write(DRIVER.format(mark=MARK, commands=list(commands)))
        settings = [f"{key}={value}" for key, value in variables.items()]
        # No settings of the person's own.
        environment = dict(os.environ, HOME=FOLDER, XDG_CONFIG_HOME=FOLDER, DEBUGINFOD_URLS="")
        process = subprocess.Popen(["make", "--no-print-directory", "debug", f"GDBFLAGS=-batch -x {script}", *settings], cwd=ROOT,
                                   env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   start_new_session=True)
        try:
            output = process.communicate(timeout=DEADLINE)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            output = process.communicate()[0]
            raise AssertionError(f"{name}: no end after {DEADLINE} s\n{output.decode(errors='replace')[-2000:]}") from None
        self.text = output.decode(errors="replace").replace("\r", "")
        self.status = process.returncode
        with open(os.path.join(FOLDER, f"{name}.log"), "w", encoding="utf-8") as log:
            log.write(self.text)
        self.head, *parts = re.split(r"^\(gdb\) ", self.text, flags=re.M)
        self.steps = [(part.split("\n")[0], part.rstrip("\n").split("\n")[1:]) for part in parts]

    def output(self, command, which=0):
        """What the command said, the first time or a later one."""
        found = ["\n".join(lines) for name, lines in self.steps if name == command]
        if len(found) <= which:
            raise AssertionError(f"no `{command}` number {which}\n{self.text[-2000:]}")
        return found[which]

    def stops(self):
        """[(function, program)] of all stops at stations."""
        pattern = re.compile(r"^Breakpoint \d+, (\w+) \(.*\n.*\n\[(\w+)", re.M)
        return pattern.findall(self.text)
