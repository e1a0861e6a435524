// Wait queues: who is to be told when something happens. A waiter registers first and looks at its
// condition afterwards, so that no wake-up can be lost; a spurious one is harmless.
#pragma once

#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

// One registration. `events` are the POLL* bits of what happened, 0 when the waker doesn't say.
// Returns true when it counts as woken (for wake_one).
struct WaitEntry {
    using Callback = bool (*)(WaitEntry&, u32 events);

    explicit WaitEntry(Callback callback) : on_wake(callback) {}

    ListNode node;
    Callback on_wake;
    bool exclusive = false; // wake_up stops after the first exclusive entry that was woken
};

class WaitQueue {
  public:
    void add(WaitEntry& entry) {
        if (entry.exclusive)
            entries_.push_back(entry);
        else
            entries_.push_front(entry);
    }
    static void remove(WaitEntry& entry) { entry.node.unlink(); }
    bool empty() const { return entries_.empty(); }

    // Tells every ordinary waiter and the first exclusive one.
    void wake_up(u32 events = 0) {
        for (WaitEntry& entry : entries_)
            if (entry.on_wake(entry, events) && entry.exclusive) return;
    }
    // Tells them all.
    void wake_all(u32 events = 0) {
        for (WaitEntry& entry : entries_) entry.on_wake(entry, events);
    }

  private:
    List<WaitEntry, &WaitEntry::node> entries_;
};

// The scheduler's half (kernel/sched; the simulated network on the host).
//
// A WaitEntry whose callback makes the thread that built it runnable again.
struct ThreadWait : WaitEntry {
    ThreadWait();
    void* thread; // who waits
};
// Blocks the calling thread until one of its ThreadWaits is told, until `deadline` (monotonic), or,
// when `interruptible`, until a signal is there. Errors: EINTR, ETIMEDOUT.
Result<void> block_current(Nanoseconds deadline, bool interruptible = true);

// Waits until condition() holds. Errors: EINTR (a signal came), ETIMEDOUT (the deadline passed).
template <class Condition>
Result<void> wait_until(WaitQueue& queue, Nanoseconds deadline, Condition condition,
                        bool interruptible = true, bool exclusive = false) {
    if (condition()) return {};
    ThreadWait wait;
    wait.exclusive = exclusive;
    queue.add(wait);
    while (!condition()) TRY(block_current(deadline, interruptible));
    return {};
}

// What poll, select and epoll hand to a file: the file adds every queue on which its readiness may
// change.
class PollTable {
  public:
    virtual void add(WaitQueue& queue) = 0;

  protected:
    ~PollTable() = default;
};
