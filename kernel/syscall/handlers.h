// Every handler that list.def names, group by group.
#pragma once

#include "kernel/syscall/file.h"
#include "kernel/syscall/poll.h"
#include "kernel/syscall/socket.h"
