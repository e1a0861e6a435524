// What an interrupted call returns that Linux restarts (read, write, accept, wait4, ioctl, futex
// …): EINTR becomes ERESTARTSYS, which deliver_signals() turns into a new start or back into EINTR.
#pragma once

#include "kernel/base/restart.h"
#include "kernel/base/result.h"

template <class T>
Result<T> restart_if_interrupted(Result<T> result) {
    if (!result.ok() && result.error().code == EINTR) return Errno{ERESTARTSYS};
    return result;
}
