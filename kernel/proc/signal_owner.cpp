// SIGIO and SIGURG: the signal that an open file's owner gets (fcntl(2), F_SETOWN and F_SETSIG).
#include "kernel/proc/signal_owner.h"
#include "kernel/fs/file_owner.h"
#include "kernel/proc/process.h"
#include "kernel/uapi/fcntl.h"
#include "kernel/uapi/poll.h"

namespace {

constexpr int first_real_time = 32;

// si_band: what poll(2) would say.
u32 band_of(int reason) {
    switch (reason) {
    case POLL_IN:
        return POLLIN | POLLRDNORM;
    case POLL_OUT:
        return POLLOUT | POLLWRNORM | POLLWRBAND;
    case POLL_ERR:
        return POLLERR;
    case POLL_PRI:
        return POLLPRI | POLLRDBAND;
    default:
        return POLLHUP | POLLERR;
    }
}

bool may_signal(const FileOwner& owner, const Process& target) {
    const Credentials& whose = target.credentials;
    return owner.euid == 0 || owner.euid == whose.suid || owner.euid == whose.uid ||
           owner.uid == whose.suid || owner.uid == whose.uid;
}

SignalInfo info_of(const FileOwner& owner, int reason, bool urgent) {
    SignalInfo info;
    info.code = SI_KERNEL;
    info.signal = urgent ? SIGURG : SIGIO;
    if (urgent || owner.signal == 0) return info;
    info.signal = owner.signal;
    info.code = reason;
    info.kind = SignalInfo::Kind::poll;
    info.value = band_of(reason);
    info.user_ticks = static_cast<u32>(owner.fd);
    return info;
}

// A real-time signal that can't be queued comes as a plain SIGIO.
void send_to(Process& process, Task* thread, const FileOwner& owner, int reason, bool urgent) {
    if (process.zombie || !may_signal(owner, process)) return;
    const auto send = [&](const SignalInfo& info) {
        return thread ? send_signal_to_task(*thread, info) : send_signal(process, info);
    };
    SignalInfo info = info_of(owner, reason, urgent);
    if (send(info).ok() || info.signal < first_real_time) return;
    info = SignalInfo{};
    info.signal = SIGIO;
    info.code = SI_KERNEL;
    (void)send(info);
}

void signal_owner(const FileOwner& owner, int reason, bool urgent) {
    if (owner.type == F_OWNER_TID) {
        if (Task* task = find_task(owner.id))
            send_to(*task->thread->process, task, owner, reason, urgent);
    } else if (owner.type == F_OWNER_PID) {
        if (Process* process = find_process(owner.id))
            send_to(*process, nullptr, owner, reason, urgent);
    } else {
        for (Process& process : all_processes())
            if (process.pgid == owner.id) send_to(process, nullptr, owner, reason, urgent);
    }
}

bool exists(int type, int id) {
    if (type == F_OWNER_TID) return find_task(id) != nullptr;
    if (type == F_OWNER_PID) return find_process(id) != nullptr;
    for (const Process& process : all_processes())
        if (process.pgid == id) return true;
    return false;
}

} // namespace

void signal_owner_init() { signal_file_owner = signal_owner; }

Result<void> set_file_owner(file& opened, int type, int id) {
    if (id && !exists(type, id)) return Errno{ESRCH};
    FileOwner& owner = *TRY(file_owner(opened));
    if (opened.as_socket()) TRY(owner.watch()); // SIGURG comes without O_ASYNC
    owner.type = type;
    owner.id = id;
    owner.uid = current_credentials().uid;
    owner.euid = current_credentials().euid;
    return {};
}

Result<void> set_file_owner(file& opened, int who) {
    if (who == INT32_MIN) return Errno{EINVAL};
    return who < 0 ? set_file_owner(opened, F_OWNER_PGRP, -who)
                   : set_file_owner(opened, F_OWNER_PID, who);
}

FileOwnerId get_file_owner(const file& opened) {
    const FileOwner* owner = opened.owner;
    if (!owner) return {F_OWNER_TID, 0};
    return {owner->type, owner->id && exists(owner->type, owner->id) ? owner->id : 0};
}
