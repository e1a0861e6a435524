"""Run by gdb on the program made of unwind.c: steps through every call of the stubs, instruction by instruction, and
at each one the frames must lead to the caller and to main, with the caller's stack pointer and preserved registers.
Prints each mistake, one line for each call, and `all: N instructions, N wrong`."""
import gdb

MOST_STEPS = 400


def preserved():
    wide = "x86-64" in gdb.newest_frame().architecture().name()
    return ("rsp", "rbx", "rbp", "r12", "r13", "r14", "r15") if wide else ("esp", "ebx", "ebp", "esi", "edi")


def registers(frame):
    return [int(frame.read_register(name)) & (2**64 - 1) for name in preserved()]


def caller_of(frame, name):
    while frame and frame.name() != name:
        frame = frame.older()
    return frame


def step_through():
    """One call, from the stub's first instruction until it is back in its caller, or gone for good."""
    frame = gdb.newest_frame().older()
    name, expected = frame.name(), registers(frame)
    stations, steps, wrong = [], 0, 0
    while steps < MOST_STEPS:
        now = gdb.newest_frame()
        if now.name() == name or now.name() in ("__cancel_now", "pthread_exit"):
            break
        if now.name() not in stations:
            stations.append(now.name())
        found = caller_of(now, name)
        good = found and registers(found) == expected and found.older() and found.older().name() == "main"
        if not good:
            wrong += 1
            print(f"wrong at {gdb.execute('x/i $pc', to_string=True).strip()}")
            print(gdb.execute("bt", to_string=True))
        steps += 1
        gdb.execute("stepi", to_string=True)
    print(f"{name}: {steps} instructions, {wrong} wrong, through {' '.join(map(str, stations))}"
          f"{' to ' + str(gdb.newest_frame().name())}")
    return steps, wrong


gdb.execute("set pagination off")
gdb.execute("break *__socket", to_string=True)
gdb.execute("break *__recv", to_string=True)
gdb.execute("run", to_string=True)
total = [0, 0]
while gdb.selected_thread():
    steps, wrong = step_through()
    total = [total[0] + steps, total[1] + wrong]
    gdb.execute("continue", to_string=True)
print(f"all: {total[0]} instructions, {total[1]} wrong")
