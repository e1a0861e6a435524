// Signals as a descriptor (signalfd(2)).
#pragma once
#include <signal.h>
#include <uapi/fcntl.h>
__BEGIN_DECLS
#define SFD_CLOEXEC O_CLOEXEC
#define SFD_NONBLOCK O_NONBLOCK
int signalfd(int, const sigset_t*, int);
__END_DECLS
