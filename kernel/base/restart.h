// Errors that never reach a program: an interrupted call asks to be started again when the signal's
// handler allows it (SA_RESTART). Linux's numbers (include/linux/errno.h), so that traces read
// alike.
#pragma once

#define ERESTARTSYS 512           // again if SA_RESTART, else EINTR
#define ERESTARTNOINTR 513        // always again
#define ERESTARTNOHAND 514        // again only if no handler ran, else EINTR
#define ENOIOCTLCMD 515           // not my command: the next layer may know it, else ENOTTY
#define ERESTART_RESTARTBLOCK 516 // again by restart_syscall(2) if no handler ran, else EINTR
