// execve(2): the new address space is built completely beside the old one, so that until the point
// of no return every error leaves the caller as it was.
#include "kernel/proc/exec.h"

#include "kernel/arch/fpu.h"
#include "kernel/arch/segments.h"
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/proc/elf.h"
#include "kernel/proc/open_mapping.h"
#include "kernel/proc/posix_timer.h"
#include "kernel/proc/process.h"
#include "kernel/proc/sigpage.h"
#include "kernel/proc/start_stack.h"
#include "kernel/proc/trace_process.h"

namespace {

constexpr int max_script_depth = 4;
constexpr usize script_line = 256; // BINPRM_BUF_SIZE

Result<void> check_executable(const file& program) {
    if (!program.inode || !program.inode->is_regular()) return Errno{EACCES};
    TRY(check_permission(*program.inode, current_credentials(), may_execute));
    if (!(program.inode->mode & 0111)) return Errno{EACCES}; // root needs one x bit too
    if (program.inode->writers) return Errno{ETXTBSY};
    return {};
}

Result<Ref<file>> open_program(std::string_view path) {
    Process& process = current_process();
    Ref<Dentry> found = TRY(walk({*process.fs, process.credentials}, path, walk_follow));
    if (!found->inode->is_regular()) return Errno{EACCES};
    TRY(check_permission(*found->inode, process.credentials, may_execute));
    return open_dentry(*found, O_RDONLY);
}

// "#!interpreter argument": what goes in front of argv. False when the file is no script.
struct Script {
    char line[script_line + 1];
    std::string_view interpreter, argument;

    Result<bool> read(file& program) {
        const usize bytes = TRY(read_file_at(program, line, script_line, 0));
        if (bytes < 3 || line[0] != '#' || line[1] != '!') return false;
        line[bytes] = 0;
        usize end = 0;
        while (end < bytes && line[end] != '\n') end++;
        if (end == script_line) return Errno{ENOEXEC}; // cut off in the middle
        const auto blank = [&](usize i) { return line[i] == ' ' || line[i] == '\t'; };
        while (end > 2 && blank(end - 1)) end--;
        usize at = 2;
        while (at < end && blank(at)) at++;
        if (at == end) return Errno{ENOEXEC};
        const usize name = at;
        while (at < end && !blank(at)) at++;
        interpreter = {line + name, at - name};
        while (at < end && blank(at)) at++;
        argument = {line + at, end - at};
        return true;
    }
};

// The program at the end of a chain of scripts, and what they put in front of the arguments.
struct Chain {
    Ref<file> program;
    Box<Script> scripts[max_script_depth];
    int depth = 0;
};

Result<void> resolve_scripts(Chain& chain) {
    for (;;) {
        TRY(check_executable(*chain.program));
        Box<Script> script = TRY(make_box<Script>());
        if (!TRY(script->read(*chain.program))) return {};
        if (chain.depth == max_script_depth) return Errno{ELOOP};
        chain.program = TRY(open_program(script->interpreter));
        chain.scripts[chain.depth++] = std::move(script);
    }
}

// A base for a position-independent program: anywhere in 4 GiB (32-bit: 16 MiB), so that addresses
// can't be guessed.
u64 random_base(const ElfImage& image, u64 anchor) {
    u32 random = 0;
    random_bytes({reinterpret_cast<u8*>(&random), sizeof(random)});
    const u64 pages = image.is_32bit ? random & 0xfff : random & 0xf'ffff;
    return anchor + pages * page_size - image.low;
}

struct Loaded {
    Ref<AddressSpace> space;
    ElfImage image;
    u64 base = 0, entry = 0, interpreter_base = 0;
};

Result<void> load_interpreter(Loaded& loaded) {
    Ref<file> opened = TRY(open_program(loaded.image.interpreter));
    TRY(check_executable(*opened));
    ElfImage image;
    TRY(image.read(*opened));
    if (image.is_32bit != loaded.image.is_32bit) return Errno{ELIBBAD};
    MapRequest room; // find a place for all of it, then map over it
    room.bytes = image.high - image.low;
    const uptr place = TRY(loaded.space->map(room));
    TRY(loaded.space->unmap(place, room.bytes));
    loaded.interpreter_base = image.relocatable ? place - image.low : 0;
    Ref<MappedFile> keep = TRY(make_ref<OpenMapping>(opened));
    TRY(image.map_into(*loaded.space, *opened, keep, loaded.interpreter_base));
    loaded.entry = image.entry + loaded.interpreter_base;
    return {};
}

Result<void> load(Loaded& loaded, Ref<file> program) {
    ElfImage& image = loaded.image;
    TRY(image.read(*program));
    const uptr end = image.is_32bit ? user_end32 : user_end64;
    loaded.space = TRY(AddressSpace::create(end));
    AddressSpace& space = *loaded.space;
    space.stack_limit = current_process().limits[RLIMIT_STACK].current;
    space.size_limit = current_process().limits[RLIMIT_AS].current;
    if (image.relocatable)
        loaded.base = random_base(image, image.is_32bit ? 0x5655'5000 : 0x5555'5555'4000);
    Ref<MappedFile> keep = TRY(make_ref<OpenMapping>(program));
    TRY(image.map_into(space, *program, keep, loaded.base));
    loaded.entry = image.entry + loaded.base;
    space.code_start = image.code_start + loaded.base;
    space.code_end = image.code_end + loaded.base;
    space.data_start = image.data_start + loaded.base;
    space.data_end = image.data_end + loaded.base;
    space.break_start = space.break_end = align_up(image.break_address + loaded.base, page_size);
    return {};
}

void reset_signals(Process& process) {
    for (SignalAction& action : process.handlers->actions) {
        const uptr kept = action.handler == signal_ignore ? signal_ignore : signal_default;
        action = SignalAction{};
        action.handler = kept;
    }
}

// Set-user-ID and set-group-ID bits. True when rights were gained (AT_SECURE).
bool gain_rights(Process& process, const Inode& inode) {
    Credentials& who = process.credentials;
    if (!process.no_new_privileges && !inode.fs.has(mount_nosuid)) {
        if (inode.mode & S_ISUID) who.euid = inode.uid;
        if ((inode.mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP)) who.egid = inode.gid;
    }
    who.suid = who.fsuid = who.euid;
    who.sgid = who.fsgid = who.egid;
    return who.uid != who.euid || who.gid != who.egid;
}

void start_registers(TrapFrame& frame, bool is_32bit, uptr entry, uptr stack) {
    frame = TrapFrame{};
    frame.original_rax = -1;
    frame.rip = entry;
    frame.rsp = stack;
    frame.cs = is_32bit ? user_code32_selector : user_code64_selector;
    frame.ss = user_data_selector;
    frame.rflags = 0x202; // interrupts on; bit 1 is always set
}

std::string_view last_part(std::string_view path) {
    const usize slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Result<void> detach_shared(Process& process) {
    if (process.handlers->ref_count() > 1) {
        Ref<SignalHandlers> own = TRY(make_ref<SignalHandlers>());
        memcpy(own->actions, process.handlers->actions, sizeof(own->actions));
        process.handlers = std::move(own);
    }
    if (process.files->ref_count() > 1) process.files = TRY(process.files->copy());
    return {};
}

// From here on nothing can fail.
void commit(Process& process, Task& task, Loaded& loaded, Ref<file> program,
            std::string_view path) {
    if (process.vfork_waiting) {
        process.vfork_waiting = false;
        process.vfork_queue.wake_all();
    }
    Ref<AddressSpace> old = std::move(process.memory);
    process.memory = loaded.space;
    process.memory->activate();
    old.reset();
    process.is_32bit = loaded.image.is_32bit;
    process.has_executed = true;
    process.dumpable = true;
    process.executable_file.set(std::move(program));
    Dentry& dentry = *process.executable_file.get()->dentry;
    if (!path_of(dentry, *process.fs->root, process.executable).ok())
        copy_string(process.executable, sizeof(process.executable), path);
    copy_string(task.name, sizeof(task.name), last_part(path));
    reset_signals(process);
    posix_timers_clear(process);
    task.alternate_stack = {0, SS_DISABLE, 0, 0};
    task.clear_child_tid = {};
    task.robust_list = 0;
    task.parent_death_signal = 0;
    process.files->close_marked();
    fpu_discard(*task.thread);
    segments_reset();
}

} // namespace

Result<void> execute(Ref<file> program, std::string_view path, const ArgumentList& argv,
                     const ArgumentList& envp) {
    Process& process = current_process();
    Task& task = current_task();
    Chain chain;
    chain.program = std::move(program);
    TRY(resolve_scripts(chain));
    Box<Loaded> loaded = TRY(make_box<Loaded>());
    TRY(load(*loaded, chain.program));
    const Credentials before = process.credentials;
    StartStack stack(*loaded->space, loaded->image.is_32bit);
    TRY(stack.open(loaded->image.executable_stack));
    if (loaded->image.interpreter[0]) TRY(load_interpreter(*loaded));
    if (loaded->image.is_32bit) TRY(map_sigpage(*loaded->space));
    TRY(stack.push_name(path));
    TRY(stack.push_list(envp, 0));
    stack.end_of_environment();
    // A script's own name takes the place of argv[0].
    TRY(stack.push_list(argv, chain.depth ? 1 : 0));
    for (int i = 0; i < chain.depth; i++) {
        const Script& script = *chain.scripts[i];
        const std::string_view name = i == 0 ? path : chain.scripts[i - 1]->interpreter;
        TRY(stack.push_argument(name));
        if (!script.argument.empty()) TRY(stack.push_argument(script.argument));
        if (i == chain.depth - 1) TRY(stack.push_argument(script.interpreter));
    }
    TRY(end_other_threads());
    TRY(detach_shared(process));
    const bool secure = gain_rights(process, *chain.program->inode);
    const StartFacts facts{.headers = loaded->image.headers_address + loaded->base,
                           .header_bytes = loaded->image.header_bytes,
                           .header_count = loaded->image.header_count,
                           .base = loaded->interpreter_base,
                           .entry = loaded->image.entry + loaded->base,
                           .secure = secure};
    const Result<uptr> top = stack.finish(facts, process.credentials);
    if (!top.ok()) {
        process.credentials = before;
        return top.error();
    }
    commit(process, task, *loaded, std::move(chain.program), path);
    start_registers(task.thread->trap_frame(), process.is_32bit, loaded->entry, top.value());
    if (task.thread->trace.followed) trace_process_begins(process, *task.thread);
    return {};
}
