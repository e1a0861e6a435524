// How programs see the audit log: /dev/audit, whose reader gets a line a record, waits for the next
// one, and is told how many it was too slow for; /proc/sys/kernel/audit, 1 while it is on.
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/process.h"
#include "kernel/syscall/audit.h"

namespace {

constexpr u32 misc_major = 10, audit_minor = 250;
constexpr const char* door_names[] = {"syscall", "int80", "socketcall"};
constexpr usize line_max = 320;

// Adds to a line; what doesn't fit is left out.
class Line {
  public:
    template <class... Args>
    void add(const char* format, Args... args) {
        const int wrote = ksnprintf(text_ + length_, sizeof text_ - length_, format, args...);
        length_ = min(length_ + static_cast<usize>(wrote), sizeof text_ - 1);
    }
    const char* text() const { return text_; }
    usize length() const { return length_; }

  private:
    char text_[line_max];
    usize length_ = 0;
};

void add_program(Line& line, const char* name) {
    for (; *name; name++) line.add("%c", *name > ' ' && *name <= '~' ? *name : '?');
}

void format_record(Line& line, const AuditRecord& record) {
    const u64 microseconds = record.time / 1000;
    line.add("time=%lu.%06lu seq=%lu pid=%d uid=%u program=", microseconds / 1'000'000,
             microseconds % 1'000'000, record.number, record.pid, record.uid);
    add_program(line, record.program);
    line.add(" arch=%s door=%s call=%s args=", record.is_32bit ? "i386" : "x86_64",
             door_names[static_cast<u8>(record.door)], record.call);
    for (u8 i = 0; i < record.argument_count; i++)
        line.add(i ? ",0x%lx" : "0x%lx", record.arguments[i]);
    line.add(" result=%ld\n", record.result);
}

struct AuditFile : file {
    explicit AuditFile(u32 flags) : file(flags) {}

    // As many whole lines as there is room for. EINVAL: not even one.
    Result<usize> read(IovIter& to, i64&) override {
        if (next >= audit_end() && nonblocking()) return Errno{EAGAIN};
        TRY(wait_until(audit_queue(), no_deadline, [this] { return next < audit_end(); }));
        usize done = 0;
        while (next < audit_end()) {
            Line line;
            const u64 first = audit_first();
            const bool lost = next < first;
            if (lost)
                line.add("lost=%lu\n", first - next);
            else
                format_record(line, audit_record(next));
            if (line.length() > to.remaining()) return done ? done : Result<usize>(Errno{EINVAL});
            if (to.copy_to(line.text(), line.length()) < line.length()) return Errno{EFAULT};
            done += line.length();
            next = lost ? first : next + 1;
        }
        return done;
    }
    u32 poll(PollTable* table) override {
        if (table) table->add(audit_queue());
        return next < audit_end() ? POLLIN | POLLRDNORM : 0u;
    }

    u64 next = 0; // the record that is read next
};

bool is_superuser() { return current_credentials().euid == 0; }

Result<Ref<file>> open_audit(Device, u32 flags) {
    if (!is_superuser()) return Errno{EPERM};
    return Ref<file>(TRY(make_ref<AuditFile>(flags)));
}

void show_switch(TextBuffer& out, u64) { out.print("%d\n", audit_enabled ? 1 : 0); }

Result<void> store_switch(std::string_view text, u64) {
    if (!is_superuser()) return Errno{EPERM};
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text != "0" && text != "1") return Errno{EINVAL};
    return audit_enable(text == "1");
}

} // namespace

void audit_files_init() {
    register_device(misc_major, audit_minor, "audit", 0600, open_audit);
    proc_register("sys/kernel/audit", show_switch, store_switch);
}
