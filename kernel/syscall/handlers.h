// Every handler that list.def names, group by group.
#pragma once

#include "kernel/syscall/file.h"
#include "kernel/syscall/memory.h"
#include "kernel/syscall/poll.h"
#include "kernel/syscall/process.h"
#include "kernel/syscall/signal.h"
#include "kernel/syscall/socket.h"
#include "kernel/syscall/system.h"
#include "kernel/syscall/time.h"
