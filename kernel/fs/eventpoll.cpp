// The sets of epoll(7). An item hangs in three places: its set's hash table, its file's list, and,
// when something happened, its set's ready list.
#include "kernel/fs/eventpoll.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/poll.h"

// What an item puts on a wait queue of its file.
struct EpollHook : WaitEntry {
    explicit EpollHook(EpollItem& item);
    EpollItem& item;
    EpollHook* next = nullptr;
};

// Told of whether asked for or not.
constexpr u32 always = EPOLLERR | EPOLLHUP;

struct EpollItem {
    EpollItem(EventPoll& set, int fd, file& target, const EpollEvent& event)
        : set(set), target(target), fd(fd), events(event.events | always), data(event.data) {}

    ListNode ready_node;
    EventPoll& set;
    file& target;
    EpollItem* hash_next = nullptr;
    EpollItem* file_next = nullptr;
    EpollHook* hooks = nullptr;
    int fd;
    u32 events; // with EPOLLET …; only those when a one-shot has gone off
    u64 data;
};

namespace {
constexpr u32 private_bits = EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP;
constexpr u32 exclusive_allowed = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLRDNORM |
                                  EPOLLWRNORM | EPOLLET | EPOLLWAKEUP | EPOLLEXCLUSIVE;
constexpr int max_nesting = 4; // sets in sets, as Linux's EP_MAX_NESTS
// How many ways up from a file may pass so many sets and one more (Linux's path_limits): a wake-up
// takes all of them. Those to a set that no other watches aren't counted.
constexpr u32 most_paths[] = {0, 500, 100, 50, 10};

u32 walk; // the number of the walk through the sets that is under way, or was the last

u32 ready_events(EpollItem& item) {
    if (!(item.events & ~private_bits)) return 0; // a one-shot that has gone off
    return item.target.poll(nullptr) & (item.events | EPOLLERR | EPOLLHUP);
}
} // namespace

class EventPoll : public file {
  public:
    EventPoll() : file(O_RDWR) {}
    ~EventPoll() override;

    u32 poll(PollTable* table) override;
    usize describe(std::span<char> to) override {
        return copy_string(to.data(), to.size(), "anon_inode:[eventpoll]");
    }
    EventPoll* as_event_poll() override { return this; }

    Result<void> add(int fd, file& target, const EpollEvent& event);
    Result<void> modify(EpollItem& item, const EpollEvent& event);
    void remove(EpollItem& item);
    EpollItem* find(int fd, const file& target) const;
    void make_ready(EpollItem& item);
    usize collect(std::span<EpollEvent> out);
    u32 count() const { return count_; }

    WaitQueue waiters;
    List<EpollItem, &EpollItem::ready_node> ready;

  private:
    Result<void> make_room();
    bool makes_loop(EventPoll& inner);
    bool makes_too_many_paths(file& target);
    // Each looks at a set once a walk, however many ways lead there.
    int depth_below();
    int depth_above();
    bool paths_fit();
    u32 bucket_of(int fd) const { return static_cast<u32>(fd) & (bucket_count_ - 1); }

    EpollItem** buckets_ = nullptr;
    u32 bucket_count_ = 0;
    u32 count_ = 0;
    u32 seen_ = 0;  // the last walk that came by
    int depth_ = 0; // what it found
};

namespace {
bool hook_woken(WaitEntry& entry, u32 events) {
    EpollItem& item = static_cast<EpollHook&>(entry).item;
    if (!(item.events & ~private_bits)) return false;
    if (events && !(events & (item.events | EPOLLERR | EPOLLHUP))) return false;
    item.set.make_ready(item);
    return true;
}

// Hangs a hook on every queue that the file names.
class HookTable : public PollTable {
  public:
    explicit HookTable(EpollItem& item) : item_(item) {}
    void add(WaitQueue& queue) override {
        auto hook = make_box<EpollHook>(item_);
        if (!hook) {
            failed = true;
            return;
        }
        EpollHook* raw = (*hook).release();
        raw->exclusive = (item_.events & EPOLLEXCLUSIVE) != 0;
        raw->next = item_.hooks;
        item_.hooks = raw;
        queue.add(*raw);
    }
    bool failed = false;

  private:
    EpollItem& item_;
};
} // namespace

EpollHook::EpollHook(EpollItem& item) : WaitEntry(hook_woken), item(item) {}

EventPoll::~EventPoll() {
    for (u32 i = 0; i < bucket_count_; i++)
        while (buckets_[i]) remove(*buckets_[i]);
    kfree(buckets_);
}

EpollItem* EventPoll::find(int fd, const file& target) const {
    if (!bucket_count_) return nullptr;
    for (EpollItem* at = buckets_[bucket_of(fd)]; at; at = at->hash_next)
        if (at->fd == fd && &at->target == &target) return at;
    return nullptr;
}

Result<void> EventPoll::make_room() {
    if (count_ < bucket_count_) return {};
    const u32 old_count = bucket_count_, wanted = old_count ? old_count * 2 : 8;
    auto** fresh = static_cast<EpollItem**>(kmalloc(wanted * sizeof(EpollItem*)));
    if (!fresh) return Errno{ENOMEM};
    memset(fresh, 0, wanted * sizeof(EpollItem*));
    EpollItem** old = buckets_;
    buckets_ = fresh;
    bucket_count_ = wanted;
    for (u32 i = 0; i < old_count; i++)
        while (EpollItem* item = old[i]) {
            old[i] = item->hash_next;
            EpollItem*& bucket = fresh[bucket_of(item->fd)];
            item->hash_next = bucket;
            bucket = item;
        }
    kfree(old);
    return {};
}

void EventPoll::make_ready(EpollItem& item) {
    if (!item.ready_node.linked()) ready.push_back(item);
    waiters.wake_up(POLLIN | POLLRDNORM);
}

Result<void> EventPoll::add(int fd, file& target, const EpollEvent& event) {
    if (EventPoll* inner = target.as_event_poll()) {
        if (event.events & EPOLLEXCLUSIVE) return Errno{EINVAL};
        if (makes_loop(*inner)) return Errno{ELOOP};
    }
    if ((event.events & EPOLLEXCLUSIVE) && (event.events & ~exclusive_allowed))
        return Errno{EINVAL};
    TRY(make_room());
    EpollItem& item = *TRY(make_box<EpollItem>(*this, fd, target, event)).release();
    EpollItem*& bucket = buckets_[bucket_of(fd)];
    item.hash_next = bucket;
    bucket = &item;
    count_++;
    item.file_next = target.epoll_items;
    target.epoll_items = &item;
    if (makes_too_many_paths(target)) {
        remove(item);
        return Errno{EINVAL};
    }
    HookTable table(item);
    const u32 now = target.poll(&table) & (item.events | EPOLLERR | EPOLLHUP);
    if (table.failed) {
        remove(item);
        return Errno{ENOMEM};
    }
    if (now) make_ready(item);
    return {};
}

Result<void> EventPoll::modify(EpollItem& item, const EpollEvent& event) {
    if ((item.events | event.events) & EPOLLEXCLUSIVE) return Errno{EINVAL};
    item.events = event.events | always;
    item.data = event.data;
    if (ready_events(item)) make_ready(item);
    return {};
}

void EventPoll::remove(EpollItem& item) {
    EpollItem** link = &buckets_[bucket_of(item.fd)];
    while (*link != &item) link = &(*link)->hash_next;
    *link = item.hash_next;
    count_--;
    link = &item.target.epoll_items;
    while (*link != &item) link = &(*link)->file_next;
    *link = item.file_next;
    while (EpollHook* hook = item.hooks) {
        item.hooks = hook->next;
        Box<EpollHook> gone(hook);
    }
    Box<EpollItem> gone(&item);
}

// Level-triggered items go back behind the others, so that none starves.
usize EventPoll::collect(std::span<EpollEvent> out) {
    List<EpollItem, &EpollItem::ready_node> again;
    usize n = 0;
    while (n < out.size()) {
        EpollItem* item = ready.pop_front();
        if (!item) break;
        const u32 events = ready_events(*item);
        if (!events) continue;
        out[n++] = {events, item->data};
        if (item->events & EPOLLONESHOT)
            item->events &= private_bits;
        else if (!(item->events & EPOLLET))
            again.push_back(*item);
    }
    ready.splice_back(again);
    return n;
}

u32 EventPoll::poll(PollTable* table) {
    if (table) table->add(waiters);
    for (EpollItem& item : ready) {
        if (ready_events(item)) return POLLIN | POLLRDNORM;
        ready.remove(item);
    }
    return 0;
}

int EventPoll::depth_below() {
    if (seen_ == walk) return depth_;
    seen_ = walk;
    depth_ = 0;
    for (u32 i = 0; i < bucket_count_; i++)
        for (EpollItem* at = buckets_[i]; at; at = at->hash_next)
            if (EventPoll* inner = at->target.as_event_poll())
                depth_ = max(depth_, inner->depth_below() + 1);
    return depth_;
}

int EventPoll::depth_above() {
    if (seen_ == walk) return depth_;
    seen_ = walk;
    depth_ = 0;
    for (EpollItem* at = epoll_items; at; at = at->file_next)
        depth_ = max(depth_, at->set.depth_above() + 1);
    return depth_;
}

// Or a tower that is too high.
bool EventPoll::makes_loop(EventPoll& inner) {
    walk++;
    const int below = inner.depth_below();
    if (seen_ == walk) return true;
    walk++;
    return depth_above() + below >= max_nesting;
}

namespace {
bool count_paths(const file& from, int depth, u32 (&paths)[max_nesting + 1]) {
    if (depth > max_nesting) return false;
    for (const EpollItem* at = from.epoll_items; at; at = at->file_next) {
        const EventPoll& set = at->set;
        if (set.epoll_items ? !count_paths(set, depth + 1, paths)
                            : depth > 0 && ++paths[depth] > most_paths[depth])
            return false;
    }
    return true;
}

bool file_paths_fit(const file& from) {
    u32 paths[max_nesting + 1] = {};
    return count_paths(from, 0, paths);
}
} // namespace

// Of all the files below.
bool EventPoll::paths_fit() {
    if (seen_ == walk) return true;
    seen_ = walk;
    for (u32 i = 0; i < bucket_count_; i++)
        for (EpollItem* at = buckets_[i]; at; at = at->hash_next) {
            EventPoll* inner = at->target.as_event_poll();
            if (!(inner ? inner->paths_fit() : file_paths_fit(at->target))) return false;
        }
    return true;
}

// A set that watches no sets and that no set watches adds none.
bool EventPoll::makes_too_many_paths(file& target) {
    if (EventPoll* inner = target.as_event_poll()) {
        walk++;
        return !inner->paths_fit();
    }
    return epoll_items && !file_paths_fit(target);
}

Result<Ref<file>> make_event_poll() { return Ref<file>(TRY(make_ref<EventPoll>())); }

Result<void> event_poll_control(EventPoll& set, int operation, int fd, file& target,
                                EpollEvent event) {
    if (&target == &set) return Errno{EINVAL};
    if (!target.pollable()) return Errno{EPERM};
    EpollItem* item = set.find(fd, target);
    switch (operation) {
    case EPOLL_CTL_ADD:
        return item ? Errno{EEXIST} : set.add(fd, target, event);
    case EPOLL_CTL_MOD:
        return item ? set.modify(*item, event) : Errno{ENOENT};
    case EPOLL_CTL_DEL:
        if (!item) return Errno{ENOENT};
        set.remove(*item);
        return {};
    default:
        return Errno{EINVAL};
    }
}

Result<usize> event_poll_wait(EventPoll& set, std::span<EpollEvent> out, Nanoseconds deadline) {
    for (;;) {
        const usize n = set.collect(out);
        // What stays ready is for the next who waits.
        if (n && !set.ready.empty()) set.waiters.wake_up(POLLIN | POLLRDNORM);
        if (n || deadline == 0) return n;
        auto waited = wait_until(
            set.waiters, deadline, [&] { return !set.ready.empty(); }, true, true);
        if (waited) continue;
        if (waited.error().code == ETIMEDOUT) return usize{0};
        return waited.error();
    }
}

usize event_poll_size(const EventPoll& set) { return set.count(); }

void event_poll_forget(file& gone) {
    while (gone.epoll_items) gone.epoll_items->set.remove(*gone.epoll_items);
}
