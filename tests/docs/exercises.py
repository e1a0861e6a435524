#!/usr/bin/env python3
"""The exercises of docs/tour/: builds an exercise with its test and runs it.

  exercises.py N       the student's file (make exercise N=3); status 0 when it is solved
  exercises.py         all: each file as it is handed out must build and fail, each solution in tests/docs/solutions/ must pass

Those that look at the kernel run in the guest, all of them in one boot; the others right here, with the same library.
The commands that compile come in PLUMB_CC_x86_64 and PLUMB_CC_i386, the buffers' library in TOUR_SKB.
"""

import glob
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))

from harness import BUILD, ROOT, Guest  # noqa: E402

FOLDER = "docs/tour/exercises"
SOLUTIONS = "tests/docs/solutions"
OUT = os.path.join(BUILD, "tour/exercises")
SANITIZE = "-fsanitize=address,undefined"


def with_libc(arch):
    return lambda sources, output: [[*shlex.split(os.environ[f"PLUMB_CC_{arch}"]), "-D_GNU_SOURCE", "-O1", "-Wall", "-I.",
                                     "-o", output, *sources]]


def with_nasm(sources, output):
    assembly, test = sources
    return [["nasm", "-f", "elf64", "-o", f"{output}.o", assembly], *with_libc("x86_64")([f"{output}.o", test], output)]


def with_skbuff(sources, output):
    return [["g++", "-std=c++23", "-g", "-O1", "-Wall", "-I.", SANITIZE, "-o", output, *sources, os.environ["TOUR_SKB"]]]


def as_it_is(_sources, _output):
    return []


class Exercise:
    def __init__(self, folder, file, build=with_libc("x86_64"), in_guest=False):
        self.number, self.folder, self.file = int(folder[:2]), folder, file
        self.commands, self.in_guest = build, in_guest
        self.is_script = build is as_it_is

    def starter(self):
        return f"{FOLDER}/{self.folder}/{self.file}"

    def solution(self):
        return f"{SOLUTIONS}/{self.file}"

    def build(self, source, output):
        """What was wrong; nothing when the program is there."""
        os.makedirs(OUT, exist_ok=True)
        test = next(iter(glob.glob(f"{FOLDER}/{self.folder}/test.c*")), None)
        for command in self.commands([source, test], output):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                return done.stderr or f"{command[0]} failed"
        return ""

    def guest_files(self, source, output, name):
        if self.is_script:
            return {f"/t/{name}.rules": source, f"/t/{name}": f"{FOLDER}/{self.folder}/test.sh"}
        return {f"/t/{name}": output}

    def guest_command(self, name):
        return f"sh /t/{name} /t/{name}.rules" if self.is_script else f"/t/{name}"


EXERCISES = [
    Exercise("01-wrapper", "my_socket.asm", with_nasm),
    Exercise("02-weak-symbols", "count.c"),
    Exercise("03-doors", "door.c", in_guest=True),
    Exercise("04-table", "number_of.c"),
    Exercise("05-socketcall", "pair.c", with_libc("i386"), in_guest=True),
    Exercise("06-descriptor", "whose.c", in_guest=True),
    Exercise("07-connect", "connect_within.c", in_guest=True),
    Exercise("08-sk-buff", "build.cpp", with_skbuff),
    Exercise("09-routing", "rules.txt", as_it_is, in_guest=True),
    Exercise("10-e1000", "ring.c"),
    Exercise("11-way-up", "name_of.c"),
    Exercise("12-recv", "recv_exactly.c"),
    Exercise("13-closing", "ask.c"),
]


def run_here(output):
    done = subprocess.run([output], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False)
    return done.stdout.decode(errors="replace"), done.returncode


def run_tries(tries):
    """tries: [(exercise, source, name)]. Returns {name: (built, what was said, solved)}."""
    results, files, waiting = {}, {}, []
    for exercise, source, name in tries:
        output = os.path.join(OUT, name)
        wrong = exercise.build(source, output)
        if wrong:
            results[name] = False, wrong, False
        elif exercise.in_guest:
            files |= {path: os.path.join(ROOT, content) for path, content in exercise.guest_files(source, output, name).items()}
            waiting.append((exercise, name))
        else:
            said, status = run_here(output)
            results[name] = True, said, status == 0
    if waiting:
        with Guest(name="exercises", files=files) as guest:
            guest.wait_for_shell()
            for exercise, name in waiting:
                said, status = guest.status(exercise.guest_command(name), 30)
                results[name] = True, said, status == 0
    return results


def check():
    """Returns (passed, failed): two for each exercise."""
    tries = []
    for exercise in EXERCISES:
        tries += [(exercise, exercise.starter(), f"{exercise.number:02}-starter"),
                  (exercise, exercise.solution(), f"{exercise.number:02}-solution")]
    passed = failed = 0
    for name, (built, said, solved) in sorted(run_tries(tries).items()):
        if built and solved == name.endswith("solution"):
            passed += 1
        else:
            failed += 1
            print(f"FAIL exercise {name}: {'passes as it is handed out' if solved else said[-1500:]}")
    return passed, failed


def try_one(number):
    exercise = next((one for one in EXERCISES if one.number == number), None)
    if not exercise:
        sys.exit(f"make exercise N=…: there are 1 to {len(EXERCISES)}")
    _, said, solved = run_tries([(exercise, exercise.starter(), "try")])["try"]
    print(said, end="")
    print(f"exercise {number}: solved" if solved else f"exercise {number}: not solved yet ({exercise.starter()})")
    sys.exit(0 if solved else 1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        try_one(int(sys.argv[1]) if sys.argv[1].isdigit() else 0)
    counts = check()
    print(f"{counts[0]} passed, {counts[1]} failed")
    sys.exit(1 if counts[1] else 0)
