// One look with registration on every queue, then looks without, as often as the thread is told.
#include "kernel/syscall/poll_wait.h"
#include "kernel/proc/process.h"

namespace {
class ThreadTable : public PollTable {
  public:
    ~ThreadTable() {
        while (used_ > 0) place(--used_)->~ThreadWait();
        while (Block* block = more_) {
            more_ = block->next;
            kfree(block);
        }
    }
    void add(WaitQueue& queue) override {
        if (used_ >= few && (used_ - few) % per_block == 0 && !add_block()) {
            failed = true;
            return;
        }
        queue.add(*new (place(used_)) ThreadWait);
        used_++;
    }
    bool failed = false;

  private:
    static constexpr usize few = 8, per_block = 32;
    struct Block {
        Block* next;
        usize index;
        alignas(ThreadWait) u8 room[per_block][sizeof(ThreadWait)];
    };
    bool add_block() {
        auto* block = static_cast<Block*>(kmalloc(sizeof(Block)));
        if (!block) return false;
        block->index = (used_ - few) / per_block;
        block->next = more_; // the newest first: the one that is being filled, and emptied
        more_ = block;
        return true;
    }
    ThreadWait* place(usize index) {
        if (index < few) return reinterpret_cast<ThreadWait*>(room_[index]);
        Block* block = more_;
        while (block->index != (index - few) / per_block) block = block->next;
        return reinterpret_cast<ThreadWait*>(block->room[(index - few) % per_block]);
    }

    alignas(ThreadWait) u8 room_[few][sizeof(ThreadWait)];
    usize used_ = 0;
    Block* more_ = nullptr;
};

usize look(std::span<Watched> files, PollTable* table) {
    usize ready = 0;
    for (Watched& w : files) {
        if (!w.held) {
            if (w.got) ready++;
            continue;
        }
        // As soon as one is ready nobody will wait.
        w.got = w.held->poll(ready ? nullptr : table) & (w.wanted | POLLERR | POLLHUP);
        if (w.got) ready++;
    }
    return ready;
}
usize look_again(std::span<Watched> files, const FdTable& table) {
    usize ready = 0;
    for (Watched& w : files) {
        if (!w.held) continue;
        file* now = table.peek(w.fd);
        w.got = now ? now->poll(nullptr) & (w.wanted | POLLERR | POLLHUP) : u32{POLLNVAL};
        if (w.got) ready++;
    }
    return ready;
}
} // namespace

WatchedFiles::~WatchedFiles() {
    if (watched_ == few_) return;
    for (usize i = 0; i < count_; i++) watched_[i].~Watched();
    kfree(watched_);
}

Result<void> WatchedFiles::make(usize count) {
    if (count > few) {
        auto* many = static_cast<Watched*>(kmalloc(count * sizeof(Watched)));
        if (!many) return Errno{ENOMEM};
        for (usize i = 0; i < count; i++) new (&many[i]) Watched;
        watched_ = many;
    }
    count_ = count;
    return {};
}

Result<usize> wait_for_files(std::span<Watched> files, Nanoseconds deadline) {
    const FdTable& table = *current_process().files;
    for (Watched& w : files) {
        if (w.fd < 0) continue;
        file* found = table.peek(w.fd);
        if (found && !(found->flags & O_PATH))
            w.held = Ref<file>(found);
        else
            w.got = POLLNVAL;
    }
    if (deadline == 0) return look(files, nullptr);
    ThreadTable waits;
    usize ready = look(files, &waits);
    while (!ready) {
        // What the numbers stand for may be closed or replaced meanwhile; the files that we wait
        // for are kept for the sake of their queues.
        if (waits.failed) return Errno{ENOMEM};
        auto blocked = block_current(deadline);
        ready = look_again(files, table);
        if (ready || blocked) continue;
        if (blocked.error().code == ETIMEDOUT) return usize{0};
        return blocked.error();
    }
    return ready;
}
