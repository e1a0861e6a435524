// poll and ppoll.
#include "kernel/syscall/poll.h"
#include "kernel/syscall/poll_wait.h"
#include "kernel/syscall/wait_mask.h"
#include "kernel/syscall/wait_time.h"

namespace {
constexpr usize batch = 32; // structures copied at once

Result<void> import_watched(UserPtr<abi::pollfd> from, std::span<Watched> to) {
    abi::pollfd block[batch];
    for (usize start = 0; start < to.size(); start += batch) {
        const usize n = to.size() - start < batch ? to.size() - start : batch;
        TRY(copy_from_user(block, from + start, n * sizeof *block));
        for (usize i = 0; i < n; i++) {
            to[start + i].fd = block[i].fd;
            to[start + i].wanted = static_cast<u16>(block[i].events);
        }
    }
    return {};
}

Result<void> export_results(UserPtr<abi::pollfd> to, std::span<Watched> from) {
    constexpr usize revents_at = offsetof(abi::pollfd, revents);
    for (usize i = 0; i < from.size(); i++) {
        const uptr place = to.address + i * sizeof(abi::pollfd) + revents_at;
        TRY(put_user(UserPtr<u16>(place), static_cast<u16>(from[i].got)));
    }
    return {};
}

SysResult poll_files(UserPtr<abi::pollfd> fds, u32 count, Nanoseconds deadline) {
    if (count > current_process().limits[RLIMIT_NOFILE].current) return Errno{EINVAL};
    WatchedFiles watched;
    TRY(watched.make(count));
    TRY(import_watched(fds, watched.all()));
    auto ready = wait_for_files(watched.all(), deadline);
    if (!ready) return Errno{ready.error().code == EINTR ? ERESTARTNOHAND : ready.error().code};
    TRY(export_results(fds, watched.all()));
    return static_cast<long>(*ready);
}

template <class Timespec>
SysResult ppoll(UserPtr<abi::pollfd> fds, u32 count, UserPtr<Timespec> timeout,
                UserPtr<const SignalSet> mask, usize mask_size) {
    UserTimeout<Timespec> time;
    TRY(time.import(timeout));
    WaitMask masked;
    TRY(masked.set(mask, mask_size));
    const SysResult result = poll_files(fds, count, time.deadline());
    masked.finish(result);
    (void)time.finish(); // a bad address is no reason to lose the events
    if (!result) return result.error();
    return result.value();
}
} // namespace

SysResult sys_poll(UserPtr<abi::pollfd> fds, u32 count, int milliseconds) {
    const Nanoseconds span =
        milliseconds < 0 ? no_deadline : ms_to_ns(static_cast<u64>(milliseconds));
    return restart_poll(fds, count, deadline_of(span));
}
// After a signal without a handler it goes on with the time that is left.
SysResult restart_poll(UserPtr<abi::pollfd> fds, u32 count, Nanoseconds deadline) {
    SysResult result = poll_files(fds, count, deadline);
    if (result || result.error().code != ERESTARTNOHAND) return result;
    auto& restart = current_task().restart;
    restart.armed = restart.polling = true;
    restart.remainder = fds.address;
    restart.count = count;
    restart.deadline = deadline;
    return Errno{ERESTART_RESTARTBLOCK};
}
SysResult sys_ppoll(UserPtr<abi::pollfd> fds, u32 count, UserPtr<timespec_native> timeout,
                    UserPtr<const SignalSet> mask, usize mask_size) {
    return ppoll(fds, count, timeout, mask, mask_size);
}
SysResult compat_sys_ppoll_time64(UserPtr<abi::pollfd> fds, u32 count,
                                  UserPtr<timespec_time64> timeout, UserPtr<const SignalSet> mask,
                                  usize mask_size) {
    return ppoll(fds, count, timeout, mask, mask_size);
}
SysResult compat_sys_ppoll(UserPtr<abi::pollfd> fds, u32 count, UserPtr<timespec32> timeout,
                           UserPtr<const SignalSet> mask, usize mask_size) {
    return ppoll(fds, count, timeout, mask, mask_size);
}
