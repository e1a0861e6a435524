#!/usr/bin/env python3
"""libc's tests on the host's Linux, for both architectures.

Plain programs check themselves. An oracle_* program is built with the host's libc too, and the two
must print the same lines. The rest looks at what the compiler, the linker and the library make.
Usage: run.py BUILD, with the commands that compile in PLUMB_CC_x86_64 and PLUMB_CC_i386.
"""
import itertools
import os
import re
import shlex
import subprocess
import sys
import tempfile

BUILD = sys.argv[1]
HERE = os.path.dirname(os.path.relpath(__file__))
OUT = os.path.join(BUILD, "tests/libc")
ARCHES = {"x86_64": "-m64", "i386": "-m32"}
DEADLINE = 50
passed = failed = 0


def note(good, name, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {name}\n{detail}")


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=DEADLINE,
                          check=False, **options)


def plumb_cc(arch, sources, output, *flags):
    command = shlex.split(os.environ["PLUMB_CC_" + arch]) + ["-D_GNU_SOURCE", "-O2", "-w"]
    return run(command + list(flags) + ["-o", output] + sources)


def source(name):
    """A test of libc, or one of the guest's that libc runs too."""
    own = os.path.join(HERE, name + ".c")
    return own if os.path.exists(own) else os.path.join(HERE, "../guest", name + ".c")


def run_apart(program):
    """Runs a program in an empty folder."""
    with tempfile.TemporaryDirectory(prefix="libc-test-") as folder:
        return run([os.path.abspath(program)], cwd=folder)


def check_programs(arch):
    for name in ("string", "malloc", "basics", "sockets", "interfaces", "linkage"):
        program = f"{OUT}/{name}.{arch}"
        built = plumb_cc(arch, [source(name)], program)
        result = run([program]) if built.returncode == 0 else built
        note(result.returncode == 0, f"{name} {arch}", (result.stdout + result.stderr)[-2000:])


def thread_programs(arch):
    """With libc and with the host's: what the tests ask for must hold for both."""
    for name in ("threads", "locks", "pthread_stress", "pthread_pool", "pthread_cancel"):
        program = f"{OUT}/{name}.{arch}"
        built = plumb_cc(arch, [source(name)], program, "-I.")
        result = run_apart(program) if built.returncode == 0 else built
        note(result.returncode == 0, f"{name} {arch}", (result.stdout + result.stderr)[-2000:])
        built = run(["cc", ARCHES[arch], "-O2", "-w", "-D_GNU_SOURCE", "-I.", "-pthread", "-o", program + ".host", source(name)])
        result = run_apart(program + ".host") if built.returncode == 0 else built
        note(result.returncode == 0, f"{name} {arch}, the host's library", (result.stdout + result.stderr)[-2000:])


def oracle_programs(arch):
    for name in ("oracle_printf", "oracle_scanf", "oracle_wide", "oracle_numbers", "oracle_time", "oracle_errors"):
        ours, theirs = f"{OUT}/{name}.{arch}", f"{OUT}/{name}.{arch}.host"
        built = plumb_cc(arch, [source(name)], ours, "-fno-builtin")
        host = run(["cc", ARCHES[arch], "-O2", "-w", "-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64", "-D_TIME_BITS=64",
                    "-fno-builtin", "-o", theirs, source(name)])
        if built.returncode or host.returncode:
            note(False, f"{name} {arch}", built.stderr + host.stderr)
            continue
        got, wanted = run([ours]).stdout.splitlines(), run([theirs]).stdout.splitlines()
        different = [f"  {i + 1}: {g!r}, the host's: {w!r}" for i, (g, w) in enumerate(itertools.zip_longest(got, wanted))
                     if g != w]
        note(not different and wanted, f"{name} {arch}: {len(different)} of {len(wanted)} lines", "\n".join(different[:8]))


def layouts(arch):
    """Sizes and offsets of the structures that the kernel sees, against the system's headers."""
    ours, theirs = f"{OUT}/layouts.{arch}", f"{OUT}/layouts.{arch}.host"
    built = plumb_cc(arch, [source("layouts")], ours)
    host = run(["cc", ARCHES[arch], "-w", "-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64", "-D_TIME_BITS=64", "-o", theirs,
                source("layouts")])
    if built.returncode or host.returncode:
        note(False, f"layouts {arch}", built.stderr + host.stderr)
        return
    got, wanted = run([ours]).stdout, run([theirs]).stdout
    different = [f"  {g} / {w}" for g, w in zip(got.splitlines(), wanted.splitlines()) if g != w]
    note(got == wanted and got, f"layouts {arch}", "\n".join(different))


def stub_warning(arch):
    """A program linked against the generic stubs is warned, and gets ENOSYS."""
    program = f"{OUT}/stub.{arch}"
    built = plumb_cc(arch, [source("stub"), f"{BUILD}/libc/{arch}/libstub.a"], program)
    warned = "socket is not implemented and will always fail" in built.stderr
    result = run([program]) if built.returncode == 0 else built
    note(warned and result.returncode == 0, f"stub warning {arch}", built.stderr + result.stdout)


def sizes(arch):
    program = f"{OUT}/hello.{arch}"
    with open(f"{OUT}/hello.c", "w") as file:
        file.write('#include <stdio.h>\nint main(int argc, char** argv) { printf("hello from %s, %d\\n", argv[0], argc); return 0; }\n')
    plumb_cc(arch, [f"{OUT}/hello.c"], program, "-s")
    note(os.path.getsize(program) < 20000, f"size of hello {arch}", str(os.path.getsize(program)))


def disassembly(arch, function):
    text = run(["objdump", "-d", "--no-show-raw-insn", "-M", "intel", f"{OUT}/linkage.{arch}",
                "--disassemble=" + function]).stdout
    lines = [line.split("\t", 1)[1] for line in text.splitlines() if re.match(r"\s+[0-9a-f]+:\t", line)]
    return [re.sub(r"\s+", " ", re.sub(r"[#<].*", "", line)).strip() for line in lines]


def wrapper_shapes():
    shape = disassembly("x86_64", "__socket")
    pattern = ["mov eax,0x29", "syscall", "cmp rax,0xfffffffffffff001", r"jae [0-9a-f]+", "ret", r"mov rcx,QWORD PTR \[rip\+.*",
               "neg eax", r"mov DWORD PTR fs:\[rcx\],eax", "or rax,0xffffffffffffffff", "ret"]
    note(len(shape) >= len(pattern) and all(re.fullmatch(p, s) for p, s in zip(pattern, shape)), "the bytes of socket x86_64",
         "\n".join(shape))
    shape = disassembly("i386", "__socket")
    pattern = ["mov edx,ebx", "mov eax,0x66", "mov ebx,0x1", r"lea ecx,\[esp\+0x4\]", "int 0x80", "mov ebx,edx",
               "cmp eax,0xfffff001", r"jae [0-9a-f]+", "ret"]
    note(all(re.fullmatch(p, s) for p, s in zip(pattern, shape)), "the bytes of socket i386", "\n".join(shape))


def backtrace_at_each_step(arch):
    """gdb steps through the stubs; unwind.py checks the frames at every instruction of every way through them."""
    program = f"{OUT}/unwind.{arch}"
    built = plumb_cc(arch, [source("unwind")], program, "-g")
    result = run(["gdb", "-q", "-nx", "-batch", "-x", os.path.join(HERE, "unwind.py"), program]) if built.returncode == 0 else built
    calls = len(re.findall(r"^call_\w+: \d+ instructions, 0 wrong", result.stdout, re.M))
    cancelled = re.search(r"^call_recv: .* __cancellable_trap to __cancel_now$", result.stdout, re.M)
    note(calls == 8 and cancelled and re.search(r"^all: \d{3} instructions, 0 wrong$", result.stdout, re.M),
         f"backtrace at each instruction {arch}", (result.stdout + result.stderr)[-3000:])


def fortify(arch):
    """A length that is known to be too big warns at compile time; an overflow at run time is stopped."""
    program = f"{OUT}/fortify.{arch}"
    command = shlex.split(os.environ["PLUMB_CC_" + arch])
    checked = ["-O2", "-D_FORTIFY_SOURCE=2"]
    warned = run(command + checked + ["-DTOO_BIG", "-c", "-o", program + ".o", source("fortify")]).stderr
    for warning in ("recv called with bigger length", "fread called with bigger size * n", "second argument of realpath",
                    "bigger group count", "fds buffer too small", "bit outside of fd_set"):
        note(warning in warned, f"fortify's warning {arch}: {warning}", warned)
    built = run(command + checked + ["-Werror", "-o", program, source("fortify")])
    note(built.returncode == 0, f"fortify builds {arch}", built.stderr)
    for case in ("memcpy", "strcpy", "snprintf", "sprintf", "read", "recv", "recvfrom", "memset", "bzero", "explicit_bzero", "strcat", "fgets", "fread",
                 "readlinkat", "getgroups", "ttyname_r", "gethostname", "getdomainname", "poll", "ppoll", "fd_set", "fd_clr", "fd_isset"):
        result = run([program, case]) if built.returncode == 0 else built
        stopped = result.returncode == -6 and "buffer overflow detected" in result.stderr
        note(stopped, f"fortified {case} {arch}", f"{result.returncode} {result.stderr}")
    note(run([program, "none"]).returncode == 0, f"fortified but harmless {arch}")


def headers(arch):
    """Each header alone: strict C11 and C++11 take it, and so do C++23 and the fortified forms."""
    include = os.path.join(HERE, "../../libc/include")
    names = [os.path.relpath(os.path.join(folder, name), include) for folder, _, files in os.walk(include) for name in files]
    names = sorted(name for name in names if not name.startswith("bits/"))
    flags = ["-I", include, "-I", "kernel", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", ARCHES[arch]]
    compiler = run(["cc", "-print-file-name=include"]).stdout.strip()
    for language, suffix, extra in (("C11", "c", ["-std=c11", "-pedantic-errors"]),
                                    ("C++11", "cpp", ["-std=c++11", "-pedantic-errors", "-nostdinc++"]),
                                    ("C++23", "cpp", ["-std=c++23", "-nostdinc++", "-O2", "-D_FORTIFY_SOURCE=2"])):
        with tempfile.TemporaryDirectory(prefix="libc-test-") as folder:
            sources = [os.path.join(folder, f"{number}.{suffix}") for number in range(len(names))]
            for path, name in zip(sources, names):
                with open(path, "w") as file:
                    file.write(f"#include <{name}>\n#include <{name}>\nextern int nothing;\n")
            result = run(["cc", "-nostdinc", "-isystem", compiler, *flags, *extra, *sources])
        note(names and result.returncode == 0, f"headers as {language} {arch}", result.stderr[:2000])


def cplusplus(arch):
    program = f"{OUT}/cplusplus.{arch}"
    built = run(shlex.split(os.environ["PLUMB_CXX_" + arch]) + ["-O2", "-Wall", "-Werror", "-o", program,
                                                                 os.path.join(HERE, "cplusplus.cpp")])
    result = run([program]) if built.returncode == 0 else built
    note(result.returncode == 0, f"C++ {arch}", result.stdout + result.stderr)


def direct_socket_calls():
    """The other setting of __ASSUME_SOCKET_SYSCALL: i386 without socketcall must pass the same test."""
    program = f"{OUT}/sockets.i386.direct"
    command = os.environ["PLUMB_CC_i386"].replace(f"{BUILD}/libc/i386", f"{BUILD}/direct/libc/i386")
    built = run(shlex.split(command) + ["-w", "-O2", "-o", program, source("sockets")])
    result = run([program]) if built.returncode == 0 else built
    code = run(["objdump", "-d", program]).stdout
    note(result.returncode == 0 and "$0x167,%eax" in code, "sockets i386 direct", result.stdout + result.stderr)


os.makedirs(OUT, exist_ok=True)
for each in ARCHES:
    check_programs(each)
    thread_programs(each)
    oracle_programs(each)
    layouts(each)
    stub_warning(each)
    sizes(each)
    headers(each)
    cplusplus(each)
    fortify(each)
    backtrace_at_each_step(each)
wrapper_shapes()
direct_socket_calls()
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
