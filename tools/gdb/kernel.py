"""Reading the kernel's structures: lists, owners of list nodes, variables of a file, and what runs now."""

import functools

import gdb


def in_one_line(invoke):
    """A command that fails says why, without Python's part in it."""
    @functools.wraps(invoke)
    def wrapped(command, argument, from_tty):
        try:
            invoke(command, argument, from_tty)
        except gdb.error as error:
            raise gdb.GdbError(str(error)) from None
    return wrapped


class Table(gdb.Command):
    """A command of ours: knows which arguments it takes."""

    usage = ""
    all = []  # the classes

    def __init__(self, name, kind=gdb.COMMAND_DATA):
        super().__init__(name, kind)

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        Table.all.append(cls)
        cls.invoke = in_one_line(cls.invoke)

    def arguments(self, text, least, most):
        words = gdb.string_to_argv(text)
        if not least <= len(words) <= most:
            raise gdb.GdbError(f"usage: {self.usage}")
        return words


def print_table(rows, right=()):
    """Columns as wide as they need; `right` are the columns that hold numbers."""
    if not rows:
        return
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [str(cell).rjust(width) if i in right else str(cell).ljust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


@functools.lru_cache(maxsize=None)
def lookup(name):
    return gdb.lookup_type(name)


def variable(name, file):
    """A global variable, also one of an unnamed namespace, of a source file."""
    for full in (f"(anonymous namespace)::{name}", name):
        for symbol in gdb.lookup_static_symbols(full) or []:
            if symbol.symtab.filename.endswith(file):
                return symbol.value()
        symbol = gdb.lookup_global_symbol(full)
        if symbol and symbol.symtab.filename.endswith(file):
            return symbol.value()
    raise gdb.GdbError(f"no variable {name} in {file}")


@functools.lru_cache(maxsize=None)
def offset_of(type_name, member):
    """Bytes from the beginning of a type to a member, which may be a base's."""
    null = gdb.Value(0x1000).cast(lookup(type_name).pointer())
    return int(null.dereference()[member].address) - 0x1000


def owner(node, type_name, member):
    """The object that a ListNode (its address) is the member of."""
    return gdb.Value(int(node) - offset_of(type_name, member)).cast(lookup(type_name).pointer())


def items(head_list, type_name, member, most=100000):
    """Pointers to what a List<type_name, &type_name::member> holds."""
    head = head_list["head_"].address
    node = head["next"]
    while node and node != head and most:
        yield owner(node, type_name, member)
        node = node["next"]
        most -= 1


def has(value, member):
    """Whether a structure has such a member (its bases' count)."""
    return any(field.name == member or (field.is_base_class and has_type(field.type, member))
               for field in value.type.strip_typedefs().fields())


def has_type(kind, member):
    return any(field.name == member or (field.is_base_class and has_type(field.type, member))
               for field in kind.strip_typedefs().fields())


def text(array):
    """A C string in an array or behind a pointer."""
    return array.string(errors="replace") if array.type.strip_typedefs().code == gdb.TYPE_CODE_ARRAY or int(array) else ""


def most_derived(pointer):
    """The pointer with the type that the object's virtual table names."""
    return pointer.cast(pointer.dynamic_type)


def referenced(ref):
    """What a Ref<T> or Box<T> points to; 0 for nothing."""
    return ref["raw_"]


def plain_name(function):
    """A function's name without namespaces and parameters."""
    return function.replace("(anonymous namespace)::", "").split("(")[0].rsplit("::", 1)[-1]


def memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(int(address), int(size)))


# --- what runs now ---

def current_thread():
    """struct Thread*; 0 before there is one."""
    return variable("boot_cpu", "segments.cpp")["current"]


def trap_frame(thread):
    """The registers with which a thread came into the kernel from user code."""
    size = int(gdb.parse_and_eval("(unsigned long)Thread::kernel_stack_size"))
    kind = lookup("TrapFrame")
    return gdb.Value(int(thread["kernel_stack"]) + size - kind.sizeof).cast(kind.pointer()).dereference()


def program_name(process):
    """The last part of the path of what a process runs."""
    return text(process["executable"]).rsplit("/", 1)[-1]


def processes():
    return items(variable("processes", "process.cpp"), "Process", "all_node")


def process_by_pid(pid):
    for process in processes():
        if int(process["pid"]) == pid:
            return process
    raise gdb.GdbError(f"no process {pid}; `ps` lists them")


def tasks(process):
    return items(process["threads"], "Task", "process_node")


def now():
    """The monotonic time, ns, at which the running thread got the processor: at most a time slice ago."""
    return int(current_thread()["switched_in"])
