// /proc/PID, /proc/self and /proc/thread-self. proc(5).
#include "kernel/proc/procfs_pid.h"

#include "kernel/base/clock.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/cpu_time.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tty_line.h"

namespace {

Process* process_of(u64 context) { return find_process(static_cast<int>(context)); }

// As ps shows it.
char state_letter(const Process& process) {
    if (process.zombie) return 'Z';
    if (process.stopped) return 'T';
    for (const Task& task : process.threads) {
        const ThreadState state = task.thread->state;
        if (state == ThreadState::running || state == ThreadState::runnable) return 'R';
    }
    for (const Task& task : process.threads)
        if (task.thread->interruptible) return 'S';
    return 'D';
}

const char* state_name(char letter) {
    switch (letter) {
    case 'R':
        return "R (running)";
    case 'S':
        return "S (sleeping)";
    case 'D':
        return "D (disk sleep)";
    case 'T':
        return "T (stopped)";
    default:
        return "Z (zombie)";
    }
}

SignalSet actions_with(const Process& process, bool ignored) {
    SignalSet set = 0;
    for (int signal = 1; signal <= signal_count; signal++) {
        const uptr handler = process.handlers->of(signal).handler;
        if (ignored ? handler == signal_ignore : handler > signal_ignore) set |= signal_bit(signal);
    }
    return set;
}

u64 blocked_of(const Process& process) {
    const Task* task = process.any_task();
    return task ? task->blocked : 0;
}

void show_stat(TextBuffer& out, u64 context) {
    const Process* process = process_of(context);
    if (!process) return;
    const Process& p = *process;
    const AddressSpace* m = p.memory.get();
    const auto ticks = [](Nanoseconds ns) { return static_cast<unsigned long>(ns / ns_per_tick); };
    const int terminal =
        p.controlling_terminal ? static_cast<int>(p.controlling_terminal->device) : 0;
    out.print("%d (%s) %c %d %d %d %d -1 0 ", p.pid, p.name(), state_letter(p),
              p.parent ? p.parent->pid : 0, p.pgid, p.sid, terminal);
    const CpuTimes times = cpu_times_of(p), children = p.children_times;
    out.print("%lu %lu 0 0 %lu %lu %lu %lu ", static_cast<unsigned long>(p.minor_faults),
              static_cast<unsigned long>(p.children_faults), ticks(times.user), ticks(times.system),
              ticks(children.user), ticks(children.system));
    out.print("%d %d %u 0 %lu ", 20 + p.nice, p.nice, p.thread_count, ticks(p.start_time));
    const auto field = [](u64 value) { return static_cast<unsigned long>(value); };
    out.print("%lu %lu %lu %lu %lu %lu 0 0 ", field(m ? m->mapped_bytes() : 0),
              field(m ? m->resident_pages() : 0), field(m ? m->size_limit : limit_infinity),
              field(m ? m->code_start : 0), field(m ? m->code_end : 0),
              field(m ? m->stack_start : 0));
    out.print("%lu %lu %lu %lu 0 0 0 %d 0 0 0 0 0 0 ", field(p.pending.set() & 0x7fffffff),
              field(blocked_of(p) & 0x7fffffff), field(actions_with(p, true) & 0x7fffffff),
              field(actions_with(p, false) & 0x7fffffff), p.exit_signal);
    out.print("%lu %lu %lu %lu %lu %lu %lu %d\n", field(m ? m->data_start : 0),
              field(m ? m->data_end : 0), field(m ? m->break_start : 0),
              field(m ? m->argument_start : 0), field(m ? m->argument_end : 0),
              field(m ? m->environment_start : 0), field(m ? m->environment_end : 0),
              p.zombie ? p.exit_status : 0);
}

void show_status_memory(TextBuffer& out, const Process& p) {
    if (!p.memory) return;
    const auto kib = [](u64 bytes) { return static_cast<unsigned long>(bytes / 1024); };
    const u64 resident = p.memory->resident_pages() * page_size;
    out.print("VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\n", kib(p.memory->mapped_bytes()),
              kib(p.memory->mapped_bytes()));
    out.print("VmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\n", kib(max(resident, p.max_resident * page_size)),
              kib(resident));
}

void show_status(TextBuffer& out, u64 context) {
    const Process* process = process_of(context);
    if (!process) return;
    const Process& p = *process;
    const Credentials& c = p.credentials;
    out.print("Name:\t%s\nUmask:\t%04o\nState:\t%s\n", p.name(), p.fs ? p.fs->umask : 0,
              state_name(state_letter(p)));
    out.print("Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n", p.pid, p.pid,
              p.parent ? p.parent->pid : 0);
    out.print("Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", c.uid, c.euid, c.suid, c.fsuid, c.gid,
              c.egid, c.sgid, c.fsgid);
    out.print("FDSize:\t%u\nGroups:\t", p.files ? 64 : 0);
    for (u32 i = 0; i < c.group_count; i++) out.print("%u ", c.groups[i]);
    out.print("\n");
    show_status_memory(out, p);
    const auto mask = [](SignalSet set) { return static_cast<unsigned long>(set); };
    const Task* task = p.any_task();
    out.print("Threads:\t%u\nSigQ:\t%u/%lu\n", p.thread_count, p.pending.queued(),
              mask(p.limits[RLIMIT_SIGPENDING].current));
    out.print(
        "SigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n",
        mask(task ? task->pending.set() : 0), mask(p.pending.set()), mask(blocked_of(p)),
        mask(actions_with(p, true)), mask(actions_with(p, false)));
    out.print("NoNewPrivs:\t%d\nCpus_allowed:\t1\nCpus_allowed_list:\t0\n", p.no_new_privileges);
}

void show_statm(TextBuffer& out, u64 context) {
    const Process* p = process_of(context);
    if (!p || !p->memory) return out.print("0 0 0 0 0 0 0\n");
    const AddressSpace& m = *p->memory;
    u64 shared = 0, data = 0;
    for (usize i = 0; i < m.vma_count(); i++) {
        const Vma& vma = m.vma(i);
        if (vma.source) shared += vma.pages();
        if ((vma.protection & PROT_WRITE) && !vma.is(Vma::shared)) data += vma.pages();
    }
    out.print("%lu %lu %lu %lu 0 %lu 0\n", static_cast<unsigned long>(m.mapped_bytes() / page_size),
              static_cast<unsigned long>(m.resident_pages()),
              static_cast<unsigned long>(min(shared, m.resident_pages())),
              static_cast<unsigned long>((m.code_end - m.code_start) / page_size),
              static_cast<unsigned long>(data));
}

// Text that lies in the process's own memory, read through its page tables.
void show_memory(TextBuffer& out, Process& p, uptr start, uptr end) {
    while (start < end) {
        const Result<Frame*> frame = p.memory->frame_at(start, false);
        if (!frame.ok()) return;
        const usize offset = start & (page_size - 1);
        const usize n = min<usize>(page_size - offset, end - start);
        out.append({static_cast<const char*>(frame.value()->data()) + offset, n});
        start += n;
    }
}
void show_cmdline(TextBuffer& out, u64 context) {
    Process* p = process_of(context);
    if (p && p->memory) show_memory(out, *p, p->memory->argument_start, p->memory->argument_end);
}
void show_environ(TextBuffer& out, u64 context) {
    Process* p = process_of(context);
    if (p && p->memory)
        show_memory(out, *p, p->memory->environment_start, p->memory->environment_end);
}

void show_comm(TextBuffer& out, u64 context) {
    if (const Process* p = process_of(context)) out.print("%s\n", p->name());
}

// What stands at the end of a line of maps.
void print_mapping_name(TextBuffer& out, const Process& p, const Vma& vma) {
    if (vma.file) {
        char path[256];
        if (vma.file->describe(path)) out.print("%s", path);
        return;
    }
    if (vma.is(Vma::heap)) out.print("[heap]");
    if (vma.is(Vma::grows_down) && vma.end > p.memory->stack_start &&
        vma.start <= p.memory->stack_start)
        out.print("[stack]");
}

void show_maps(TextBuffer& out, u64 context) {
    const Process* p = process_of(context);
    if (!p || !p->memory) return;
    for (usize i = 0; i < p->memory->vma_count(); i++) {
        const Vma& vma = p->memory->vma(i);
        const u64 offset = vma.source ? vma.offset * page_size : 0;
        const MappedFile::Identity id = vma.file ? vma.file->identity() : MappedFile::Identity{};
        out.print("%08lx-%08lx %c%c%c%c %08lx %02x:%02x %-10lu ",
                  static_cast<unsigned long>(vma.start), static_cast<unsigned long>(vma.end),
                  vma.protection & PROT_READ ? 'r' : '-', vma.protection & PROT_WRITE ? 'w' : '-',
                  vma.protection & PROT_EXEC ? 'x' : '-', vma.is(Vma::shared) ? 's' : 'p',
                  static_cast<unsigned long>(offset), id.device_major, id.device_minor,
                  static_cast<unsigned long>(id.inode));
        print_mapping_name(out, *p, vma);
        out.print("\n");
    }
}

void show_limits(TextBuffer& out, u64 context) {
    static constexpr struct {
        const char *name, *unit;
    } lines[RLIM_NLIMITS] = {{"Max cpu time", "seconds"},     {"Max file size", "bytes"},
                             {"Max data size", "bytes"},      {"Max stack size", "bytes"},
                             {"Max core file size", "bytes"}, {"Max resident set", "bytes"},
                             {"Max processes", "processes"},  {"Max open files", "files"},
                             {"Max locked memory", "bytes"},  {"Max address space", "bytes"},
                             {"Max file locks", "locks"},     {"Max pending signals", "signals"},
                             {"Max msgqueue size", "bytes"},  {"Max nice priority", ""},
                             {"Max realtime priority", ""},   {"Max realtime timeout", "us"}};
    const Process* p = process_of(context);
    if (!p) return;
    out.print("%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
    const auto print_value = [&](u64 value) {
        if (value == limit_infinity)
            out.print("%-20s ", "unlimited");
        else
            out.print("%-20lu ", static_cast<unsigned long>(value));
    };
    for (usize i = 0; i < RLIM_NLIMITS; i++) {
        out.print("%-25s ", lines[i].name);
        print_value(p->limits[i].current);
        print_value(p->limits[i].maximum);
        out.print("%-10s\n", lines[i].unit);
    }
}

void show_mounts(TextBuffer& out, u64) { print_mounts(out); }

// --- links ---

void path_text(TextBuffer& out, const Process& p, Dentry& dentry) {
    char path[PATH_MAX];
    const Result<usize> length = path_of(dentry, *p.fs->root, path);
    if (length.ok()) out.append({path, length.value()});
}
void show_exe(TextBuffer& out, u64 context) {
    const Process* p = process_of(context);
    if (p && p->fs && p->executable_file.get())
        path_text(out, *p, *p->executable_file.get()->dentry);
}
Result<Ref<Dentry>> follow_exe(u64 context) {
    const Process* p = process_of(context);
    if (!p || !p->executable_file.get()) return Errno{ENOENT};
    return p->executable_file.get()->dentry;
}
void show_cwd(TextBuffer& out, u64 context) {
    const Process* p = process_of(context);
    if (p && p->fs) path_text(out, *p, *p->fs->cwd);
}
Result<Ref<Dentry>> follow_cwd(u64 context) {
    const Process* p = process_of(context);
    if (!p || !p->fs) return Errno{ENOENT};
    return p->fs->cwd;
}
void show_root(TextBuffer& out, u64 context) {
    const Process* p = process_of(context);
    if (p && p->fs) path_text(out, *p, *p->fs->root);
}
Result<Ref<Dentry>> follow_root(u64 context) {
    const Process* p = process_of(context);
    if (!p || !p->fs) return Errno{ENOENT};
    return p->fs->root;
}

// A descriptor is named by the process and its number.
constexpr u64 fd_context(int pid, int fd) {
    return static_cast<u64>(pid) << 32 | static_cast<u32>(fd);
}
file* file_of(u64 context) {
    const Process* p = process_of(context >> 32);
    return p && p->files ? p->files->peek(static_cast<int>(context & 0xffff'ffff)) : nullptr;
}
void show_fd(TextBuffer& out, u64 context) {
    char text[PATH_MAX];
    if (file* opened = file_of(context)) out.append({text, opened->describe(text)});
}
Result<Ref<Dentry>> follow_fd(u64 context) {
    file* opened = file_of(context);
    if (!opened) return Errno{ENOENT};
    return opened->reopen();
}

Credentials owner_of(const Process& p) {
    Credentials owner;
    owner.uid = owner.euid = owner.fsuid = p.credentials.euid;
    owner.gid = owner.egid = owner.fsgid = p.credentials.egid;
    return owner;
}

// A decimal number without a sign or leading zeros. ENOENT.
Result<int> parse_number(std::string_view text) {
    if (text.empty() || text.size() > 9 || (text[0] == '0' && text.size() > 1))
        return Errno{ENOENT};
    int value = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return Errno{ENOENT};
        value = value * 10 + (c - '0');
    }
    return value;
}

struct Decimal {
    char text[12];
    explicit Decimal(int value) { ksnprintf(text, sizeof(text), "%d", value); }
    operator std::string_view() const { return text; }
};

class FdDirectory final : public ProcDirectory {
  public:
    explicit FdDirectory(const Process& p) : ProcDirectory(0500, owner_of(p)), pid_(p.pid) {}
    Result<Ref<Inode>> find(std::string_view name) override {
        const u64 context = fd_context(pid_, TRY(parse_number(name)));
        if (!file_of(context)) return Errno{ENOENT};
        return make_proc_magic_link(owner_of(*process_of(context >> 32)), show_fd, follow_fd,
                                    context);
    }
    void list_entries(DirectorySink& sink, u64 from) override {
        const Process* p = find_process(pid_);
        if (!p || !p->files) return;
        for (int fd = p->files->next_used(static_cast<int>(from - 2)); fd >= 0;
             fd = p->files->next_used(fd + 1))
            if (!sink.add(Decimal(fd), fd_context(pid_, fd) + 1, S_IFLNK, static_cast<u64>(fd) + 3))
                return;
    }

  private:
    int pid_;
};

struct Entry {
    const char* name;
    u32 type;
    u32 permissions;
    ProcShow show;
    ProcFollow follow;
};
constexpr Entry entries[] = {
    {"cmdline", S_IFREG, 0444, show_cmdline, nullptr},
    {"comm", S_IFREG, 0444, show_comm, nullptr},
    {"cwd", S_IFLNK, 0777, show_cwd, follow_cwd},
    {"environ", S_IFREG, 0400, show_environ, nullptr},
    {"exe", S_IFLNK, 0777, show_exe, follow_exe},
    {"fd", S_IFDIR, 0500, nullptr, nullptr},
    {"limits", S_IFREG, 0444, show_limits, nullptr},
    {"maps", S_IFREG, 0444, show_maps, nullptr},
    {"mounts", S_IFREG, 0444, show_mounts, nullptr},
    {"root", S_IFLNK, 0777, show_root, follow_root},
    {"stat", S_IFREG, 0444, show_stat, nullptr},
    {"statm", S_IFREG, 0444, show_statm, nullptr},
    {"status", S_IFREG, 0444, show_status, nullptr},
};

class PidDirectory final : public ProcDirectory {
  public:
    explicit PidDirectory(const Process& p) : ProcDirectory(0555, owner_of(p)), pid_(p.pid) {}
    Result<Ref<Inode>> find(std::string_view name) override {
        const Process* p = find_process(pid_);
        if (!p) return Errno{ENOENT};
        const u64 context = static_cast<u64>(pid_);
        for (const Entry& entry : entries) {
            if (name != entry.name) continue;
            if (entry.type == S_IFLNK)
                return make_proc_magic_link(owner_of(*p), entry.show, entry.follow, context);
            if (entry.type == S_IFREG)
                return make_proc_file(entry.permissions, owner_of(*p), entry.show, context);
            return Ref<Inode>(TRY(make_ref<FdDirectory>(*p)));
        }
        return Errno{ENOENT};
    }
    void list_entries(DirectorySink& sink, u64 from) override {
        for (u64 i = from - 2; i < std::size(entries); i++)
            if (!sink.add(entries[i].name, static_cast<u64>(pid_) << 8 | (i + 1), entries[i].type,
                          i + 3))
                return;
    }

  private:
    int pid_;
};

Result<Ref<Inode>> find_pid(std::string_view name) {
    const Process* p = find_process(TRY(parse_number(name)));
    if (!p) return Errno{ENOENT};
    return Ref<Inode>(TRY(make_ref<PidDirectory>(*p)));
}

// In the order of the ids; the cookie is the id.
void list_pids(DirectorySink& sink, u64 from) {
    for (u64 last = from - proc_first_dynamic;;) {
        const Process* next = nullptr;
        for (const Process& p : all_processes())
            if (static_cast<u64>(p.pid) >= last && p.pid && (!next || p.pid < next->pid)) next = &p;
        if (!next) return;
        last = static_cast<u64>(next->pid) + 1;
        if (!sink.add(Decimal(next->pid), static_cast<u64>(next->pid) << 8, S_IFDIR,
                      proc_first_dynamic + last))
            return;
    }
}

void show_self(TextBuffer& out, u64) {
    if (in_process()) out.print("%d", current_process().pid);
}

} // namespace

void register_proc_pids() {
    proc_register_link("self", show_self);
    proc_register_provider({find_pid, list_pids});
}
