// The signal mask that ppoll, pselect6 and epoll_pwait put on for the time of the wait.
#pragma once

#include "kernel/base/restart.h"
#include "kernel/proc/process.h"

class WaitMask {
  public:
    // A null mask changes nothing. EINVAL unless `size` is that of the kernel's sigset_t.
    Result<void> set(UserPtr<const SignalSet> mask, usize size) {
        if (!mask) return {};
        if (size != sizeof(SignalSet)) return Errno{EINVAL};
        const SignalSet wanted = TRY(get_user(mask));
        Task& task = current_task();
        saved_ = task.blocked;
        active_ = true;
        set_blocked_signals(task, wanted & ~unblockable_signals);
        return {};
    }
    // Puts the old mask back; after an interrupted wait the delivery of the signal does so, behind
    // the handler's frame.
    void finish(const SysResult& result) {
        if (!active_) return;
        Task& task = current_task();
        const int error = result.ok() ? 0 : result.error().code;
        if (error == EINTR || error == ERESTARTNOHAND) {
            task.saved_blocked = saved_;
            task.restore_blocked = true;
        } else {
            set_blocked_signals(task, saved_);
        }
    }

  private:
    SignalSet saved_ = 0;
    bool active_ = false;
};
