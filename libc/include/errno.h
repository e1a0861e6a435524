// errno: one a thread, in thread-local storage (errno(3)).
#pragma once
#include <features.h>
#include <uapi/errno.h>

__BEGIN_DECLS
extern __thread int errno;
extern char *program_invocation_name, *program_invocation_short_name;
__END_DECLS
#define errno errno
