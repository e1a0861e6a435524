// Advisory locks. A record lock of one owner never overlaps another of the same owner: setting one
// first cuts its range out of what the owner had, then joins neighbours of the same type.
#include "kernel/fs/locks.h"
#include "kernel/base/math.h"

namespace {
struct HeldLock {
    explicit HeldLock(const LockRange& range) : range(range) {}
    ListNode node;
    LockRange range;
};
using LockList = List<HeldLock, &HeldLock::node>;

// Who waits for whom, for the search for deadlocks.
struct Waiting {
    ListNode node;
    const void* owner;
    const void* holder;
};
List<Waiting, &Waiting::node> all_waiting;
} // namespace

class LockTable {
  public:
    LockList records;
    LockList flocks;
    WaitQueue changed;
};

namespace {
void drop(HeldLock& held) {
    LockList::remove(held);
    held.~HeldLock();
    kfree(&held);
}

void drop_owned(LockList& list, const void* owner) {
    for (HeldLock& held : list)
        if (held.range.owner == owner) drop(held);
}

Result<LockTable*> table_of(Inode& inode) {
    if (!inode.locks) inode.locks = TRY(make_box<LockTable>()).release();
    return inode.locks;
}

bool conflict(const LockRange& a, const LockRange& b) {
    return a.owner != b.owner && a.start <= b.end && b.start <= a.end &&
           (a.type == F_WRLCK || b.type == F_WRLCK);
}

HeldLock* find_conflict(LockList& list, const LockRange& lock) {
    for (HeldLock& held : list)
        if (conflict(held.range, lock)) return &held;
    return nullptr;
}

bool would_deadlock(const void* owner, const void* holder) {
    for (int depth = 0; depth < 64; depth++) {
        if (holder == owner) return true;
        const Waiting* next = nullptr;
        for (Waiting& w : all_waiting)
            if (w.owner == holder) next = &w;
        if (!next) return false;
        holder = next->holder;
    }
    return false;
}

// Takes [lock.start, lock.end] out of what the owner holds. `spare` is used when a lock is split.
void cut_out(LockList& list, const LockRange& lock, Box<HeldLock>& spare) {
    for (HeldLock& held : list) {
        LockRange& r = held.range;
        if (r.owner != lock.owner || r.end < lock.start || r.start > lock.end) continue;
        const bool left = r.start<lock.start, right = r.end> lock.end;
        if (left && right) {
            HeldLock* tail = spare.release();
            tail->range = r;
            tail->range.start = lock.end + 1;
            list.push_back(*tail);
            r.end = lock.start - 1;
        } else if (left) {
            r.end = lock.start - 1;
        } else if (right) {
            r.start = lock.end + 1;
        } else {
            drop(held);
        }
    }
}

void add_joined(LockList& list, HeldLock& added) {
    LockRange& n = added.range;
    for (HeldLock& held : list) {
        const LockRange& r = held.range;
        if (r.owner != n.owner || r.type != n.type) continue;
        if (r.end + 1 != n.start && n.end + 1 != r.start) continue;
        n.start = min(n.start, r.start);
        n.end = max(n.end, r.end);
        drop(held);
    }
    list.push_back(added);
}

Result<void> wait_for_change(LockTable& table, const void* owner, const void* holder) {
    Waiting waiting{{}, owner, holder};
    all_waiting.push_back(waiting);
    ThreadWait wait;
    table.changed.add(wait);
    return block_current(no_deadline);
}
} // namespace

Result<void> set_record_lock(Inode& inode, const LockRange& lock, bool wait) {
    if (lock.type == F_UNLCK && !inode.locks) return {};
    LockTable& table = *TRY(table_of(inode));
    Box<HeldLock> added = TRY(make_box<HeldLock>(lock));
    Box<HeldLock> spare = TRY(make_box<HeldLock>(lock));
    while (lock.type != F_UNLCK) {
        HeldLock* in_the_way = find_conflict(table.records, lock);
        if (!in_the_way) break;
        if (!wait) return Errno{EAGAIN};
        const void* holder = in_the_way->range.owner;
        if (lock.pid >= 0 && would_deadlock(lock.owner, holder)) return Errno{EDEADLK};
        TRY(wait_for_change(table, lock.owner, holder));
    }
    cut_out(table.records, lock, spare);
    if (lock.type != F_UNLCK) add_joined(table.records, *added.release());
    table.changed.wake_all();
    return {};
}

LockRange test_record_lock(const Inode& inode, const LockRange& lock) {
    if (inode.locks)
        if (const HeldLock* held = find_conflict(inode.locks->records, lock)) return held->range;
    LockRange none = lock;
    none.type = F_UNLCK;
    return none;
}

Result<void> set_flock(Inode& inode, const void* owner, int operation, bool wait) {
    if (operation == LOCK_UN && !inode.locks) return {};
    LockTable& table = *TRY(table_of(inode));
    LockRange lock;
    lock.type = operation == LOCK_EX ? F_WRLCK : operation == LOCK_SH ? F_RDLCK : F_UNLCK;
    lock.owner = owner;
    for (HeldLock& held : table.flocks)
        if (held.range.owner == owner && held.range.type == lock.type) return {};
    // A change of type gives the old lock up first (flock(2): not atomic).
    drop_owned(table.flocks, owner);
    table.changed.wake_all();
    if (operation == LOCK_UN) return {};
    Box<HeldLock> added = TRY(make_box<HeldLock>(lock));
    while (find_conflict(table.flocks, lock)) {
        if (!wait) return Errno{EAGAIN};
        TRY(wait_for_change(table, owner, nullptr));
    }
    table.flocks.push_back(*added.release());
    return {};
}

void release_record_locks(Inode& inode, const void* owner) {
    if (!inode.locks) return;
    drop_owned(inode.locks->records, owner);
    inode.locks->changed.wake_all();
}

void release_file_locks(Inode& inode, const void* owner) {
    release_record_locks(inode, owner);
    if (inode.locks) drop_owned(inode.locks->flocks, owner);
}

void destroy_locks(LockTable* table) {
    if (!table) return;
    while (HeldLock* held = table->records.front()) drop(*held);
    while (HeldLock* held = table->flocks.front()) drop(*held);
    Box<LockTable> gone(table);
}
