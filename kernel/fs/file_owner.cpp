// The hooks: from what a wait queue says to the reason that a signal gives.
#include "kernel/fs/file_owner.h"
#include "kernel/base/ref.h"
#include "kernel/fs/file.h"
#include "kernel/uapi/signal.h"

void (*signal_file_owner)(const FileOwner& owner, int reason, bool urgent);

struct FileOwner::Hook : WaitEntry {
    explicit Hook(FileOwner& owner);
    FileOwner& owner;
    Hook* next = nullptr;
};

namespace {

// 0: no news for a signal. (Linux: sock_wake_async, kill_fasync.)
int reason_of(FileOwner& owner, u32 events) {
    if (events & (POLLIN | POLLRDNORM)) return POLL_IN;
    if (events & POLLERR) return POLL_ERR;
    if (events == 0 || (events & (POLLHUP | POLLRDHUP))) return POLL_HUP;
    if (!(events & POLLOUT)) return 0;
    if (owner.opened.as_socket() && !owner.wants_room) return 0;
    owner.wants_room = false;
    return POLL_OUT;
}

// POLLPRI alone is what a protocol says of urgent data.
bool hook_told(WaitEntry& entry, u32 events);

} // namespace

FileOwner::Hook::Hook(FileOwner& owner) : WaitEntry(hook_told), owner(owner) {}

class OwnerTable : public PollTable {
  public:
    explicit OwnerTable(FileOwner& owner) : owner_(owner) {}
    void add(WaitQueue& queue) override {
        auto hook = make_box<FileOwner::Hook>(owner_);
        if (!hook.ok()) {
            failed = true;
            return;
        }
        FileOwner::Hook* raw = (*hook).release();
        raw->next = owner_.hooks_;
        owner_.hooks_ = raw;
        queue.add(*raw);
    }
    static FileOwner& owner_of(WaitEntry& entry) {
        return static_cast<FileOwner::Hook&>(entry).owner;
    }
    bool failed = false;

  private:
    FileOwner& owner_;
};

namespace {

bool hook_told(WaitEntry& entry, u32 events) {
    FileOwner& owner = OwnerTable::owner_of(entry);
    if (!owner.id || !signal_file_owner) return false;
    const bool urgent = events == POLLPRI;
    if (urgent) signal_file_owner(owner, POLL_PRI, true);
    if (!(owner.opened.flags & FASYNC)) return false;
    const int reason = urgent ? POLL_PRI : reason_of(owner, events);
    if (reason) signal_file_owner(owner, reason, false);
    return false;
}

} // namespace

FileOwner::~FileOwner() {
    while (Hook* hook = hooks_) {
        hooks_ = hook->next;
        Box<Hook> gone(hook);
    }
}

Result<void> FileOwner::watch() {
    if (hooks_) return {};
    OwnerTable table(*this);
    opened.poll(&table);
    return table.failed ? Result<void>(Errno{ENOMEM}) : Result<void>();
}

Result<FileOwner*> file_owner(file& opened) {
    if (!opened.owner) opened.owner = TRY(make_box<FileOwner>(opened)).release();
    return opened.owner;
}

Result<void> set_file_async(file& opened, int fd, bool on) {
    if (!on) {
        opened.flags &= ~static_cast<u32>(FASYNC);
        return {};
    }
    FileOwner& owner = *TRY(file_owner(opened));
    TRY(owner.watch());
    owner.fd = fd;
    opened.flags |= FASYNC;
    return {};
}

void note_no_room(file& opened) {
    if (opened.owner) opened.owner->wants_room = true;
}
