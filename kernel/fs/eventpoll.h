// epoll(7): a set of watched files and the list of those that are ready. A file's wake-up puts its
// item on the ready list, so waiting costs by the event, not by the watched file.
#pragma once

#include "kernel/fs/file.h"

// What epoll_wait(2) hands out; epoll_event of both ABIs is packed to 12 bytes on x86.
struct [[gnu::packed]] EpollEvent {
    u32 events;
    u64 data;
};

// The set itself, as a file.
Result<Ref<file>> make_event_poll();
// epoll_ctl. Errors as epoll_ctl(2).
Result<void> event_poll_control(EventPoll& set, int operation, int fd, file& target,
                                EpollEvent event);
// Up to `out.size()` events; waits until `deadline` (0: not at all). EINTR.
Result<usize> event_poll_wait(EventPoll& set, std::span<EpollEvent> out, Nanoseconds deadline);
// How many files it watches.
usize event_poll_size(const EventPoll& set);
// A file is going: takes it out of every set.
void event_poll_forget(file& gone);
